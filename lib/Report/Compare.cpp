// Predicted against counted: two reports, counter by counter.
#include "lacuna/Report/Report.h"

#include "lacuna/Support/Diagnostics.h"

#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace lacuna;

namespace {
constexpr size_t maxDifferences = 20;

/// Counters that the costs of a machine decide.
bool dependsOnCosts(StringRef key) {
  return key == "cycles" || key == "busy_cycles" || key == "energy_pj" ||
         key == "conflict_cycles" || key == "dense_cycles" ||
         key == "dram_burst_bytes";
}

std::string print(const json::Value &value) {
  return formatv("{0}", value).str();
}

class Comparison {
public:
  explicit Comparison(Compared compared) : compared(compared) {}

  void compare(const json::Object &predicted, const json::Object &counted,
               const std::string &path) {
    // In the order of the keys: a map has none of its own.
    SmallVector<StringRef> keys;
    for (const auto &entry : predicted)
      keys.push_back(entry.first);
    llvm::sort(keys);
    for (StringRef key : keys) {
      if (compared == Compared::Bytes && dependsOnCosts(key))
        continue;
      std::string place = path + key.str();
      const json::Value *value = counted.get(key);
      if (!value)
        differ(place, "nothing", print(*predicted.get(key)));
      else
        compare(*predicted.get(key), *value, place);
    }
  }

  void compareArrays(const json::Array &predicted, const json::Array &counted,
                     const std::string &path) {
    if (predicted.size() != counted.size())
      return differ(path, formatv("{0} entries", counted.size()),
                    formatv("{0}", predicted.size()));
    for (auto [index, value] : llvm::enumerate(predicted))
      compare(value, counted[index], path + nameOf(value, index));
  }

  Error take() {
    if (differences.empty())
      return Error::success();
    std::string message = "counted and predicted differ: ";
    size_t shown = std::min(differences.size(), maxDifferences);
    message += llvm::join(ArrayRef(differences).take_front(shown), "; ");
    if (differences.size() > shown)
      message += formatv("; and {0} more", differences.size() - shown);
    return makeError(message,
                     "the compiler and the emulator must agree; unless the "
                     "program comes from another version of Lacuna (compile it "
                     "again), this is a bug in one of them");
  }

private:
  void compare(const json::Value &predicted, const json::Value &counted,
               const std::string &path) {
    const json::Object *object = predicted.getAsObject();
    const json::Array *array = predicted.getAsArray();
    if (object && counted.getAsObject())
      return compare(*object, *counted.getAsObject(), path + ".");
    if (array && counted.getAsArray())
      return compareArrays(*array, *counted.getAsArray(), path);
    if (array && isBetween(*array, counted))
      return;
    if (!(predicted == counted))
      differ(path, print(counted), print(predicted));
  }

  /// Whether `counted` is a number between the two of `bounds`.
  static bool isBetween(const json::Array &bounds, const json::Value &counted) {
    if (bounds.size() != 2)
      return false;
    // Integers are compared as such: a double has not all of them.
    std::optional<int64_t> least = bounds[0].getAsInteger(),
                           most = bounds[1].getAsInteger(),
                           value = counted.getAsInteger();
    if (least && most && value)
      return *least <= *value && *value <= *most;
    std::optional<double> low = bounds[0].getAsNumber(),
                          high = bounds[1].getAsNumber(),
                          number = counted.getAsNumber();
    return low && high && number && *low <= *number && *number <= *high;
  }

  /// "[name]" where an entry has one, else "[index]".
  static std::string nameOf(const json::Value &value, size_t index) {
    if (const json::Object *object = value.getAsObject())
      if (std::optional<StringRef> name = object->getString("name"))
        return ("[" + *name + "]").str();
    return formatv("[{0}]", index);
  }

  void differ(const std::string &path, const std::string &counted,
              const std::string &predicted) {
    differences.push_back(
        formatv("{0}: {1} counted, {2} predicted", path, counted, predicted));
  }

  Compared compared;
  std::vector<std::string> differences;
};
} // namespace

Error lacuna::comparePrediction(const json::Object &predicted,
                                const json::Object &counted,
                                Compared compared) {
  Comparison comparison(compared);
  const json::Object *predictedTotal = predicted.getObject("total");
  const json::Object *countedTotal = counted.getObject("total");
  if (!predictedTotal || !countedTotal)
    return makeError("the prediction has no \"total\"");
  comparison.compare(*predictedTotal, *countedTotal, "total.");
  const json::Array *layers = predicted.getArray("layers");
  const json::Array *countedLayers = counted.getArray("layers");
  bool stripped =
      countedLayers && countedLayers->size() == 1 &&
      countedLayers->front().getAsObject()->getString("name") == StringRef();
  if (layers && countedLayers && !stripped)
    comparison.compareArrays(*layers, *countedLayers, "layers");
  return comparison.take();
}
