// From a report's counters to what zeros won.
#include "ZeroSavings.h"

#include "lacuna/Machine/Machine.h"
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/GuardedText.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace lacuna;
using llvm::json::Object;

/// Layers with fewer zeros than this, in percent, are not asked why they won
/// nothing; shares that differ by less count as equal.
constexpr double kFew = 5;

static uint64_t numberIn(const Object &object, llvm::StringRef key) {
  return uint64_t(std::max<int64_t>(0, object.getInteger(key).value_or(0)));
}

/// "2:4, 1:4".
static std::string listPatterns(const Machine &machine) {
  return llvm::join(
      llvm::map_range(machine.matrix.sparsity,
                      [](const WeightPattern &one) { return toString(one); }),
      ", ");
}

/// Why products with zeros took time all the same.
static void explainTime(const LayerZeros &layer, const Machine *machine,
                        llvm::StringRef machineName, ZeroSavings &savings) {
  auto add = [&](auto &&...text) {
    savings.obstacles.push_back(llvm::formatv(text...).str());
  };
  double skipped = percent(savings.macsSkipped, savings.macs);
  if (percent(layer.zeros, layer.weights) < kFew && skipped == 0)
    return;
  if (savings.macsSkipped == 0) {
    if (machine && !machine->matrix.sparsity.empty())
      add("no pattern of '{0}' ({1}) fits", machineName,
          listPatterns(*machine));
    else
      add("'{0}' skips no zeros", machineName);
  }
  double faster = percent(
      savings.denseCycles - std::min(savings.matrixCycles, savings.denseCycles),
      savings.denseCycles);
  if (skipped - faster >= kFew)
    add("uneven zeros: {0:f0}% of the products skipped, {1:f0}% of the time",
        skipped, faster);
  if (savings.macsSkipped != 0 && savings.otherCycles > savings.matrixCycles)
    add("{0} is busier than MATRIX: {1} cycles", savings.otherEngine,
        savings.otherCycles);
}

static ZeroSavings readLayer(const LayerZeros &layer, const Object &counted,
                             const Machine *machine,
                             llvm::StringRef machineName) {
  ZeroSavings savings;
  savings.rawBytes = numberIn(counted, "weights_raw_bytes");
  savings.storedBytes = numberIn(counted, "weights_stored_bytes");
  savings.movedBytes = numberIn(counted, "weights_moved_bytes");
  savings.macs = numberIn(counted, "macs");
  savings.macsSkipped = numberIn(counted, "macs_skipped");
  savings.denseCycles = numberIn(counted, "dense_cycles");
  if (const Object *busy = counted.getObject("busy_cycles")) {
    savings.matrixCycles = numberIn(*busy, "matrix");
    for (llvm::StringRef engine : {"load", "vector", "store"})
      if (numberIn(*busy, engine) > savings.otherCycles) {
        savings.otherCycles = numberIn(*busy, engine);
        savings.otherEngine = engine.upper();
      }
  }
  if (percent(layer.zeros, layer.weights) >= kFew &&
      savings.storedBytes >= savings.rawBytes)
    savings.obstacles.emplace_back(
        "weights are stored dense: no encoding of the machine is smaller");
  explainTime(layer, machine, machineName, savings);
  if (!machine)
    return savings;
  const Object *energy = counted.getObject("energy_pj");
  double matrix = energy ? energy->getNumber("matrix").value_or(0) : 0;
  double looking = double(savings.macs) * machine->energyPj.skipTerm.value;
  bool looks = machine->matrix.skip.weights ||
               machine->matrix.skip.activations != ZeroActivations::None;
  uint64_t idle = savings.macsSkipped + numberIn(counted, "macs_gated");
  if (idle < savings.macs)
    savings.savedEnergy = (matrix - (looks ? looking : 0)) * double(idle) /
                              double(savings.macs - idle) -
                          (looks ? looking : 0);
  if (savings.storedBytes)
    savings.savedEnergy +=
        double(savings.movedBytes) *
            (double(savings.rawBytes) / double(savings.storedBytes) - 1) *
            machine->energyPj.dramByte.value -
        double(numberIn(counted, "decoded_bytes")) *
            machine->energyPj.decodedByte.value;
  return savings;
}

llvm::Expected<std::vector<std::optional<ZeroSavings>>>
lacuna::readSavings(llvm::StringRef path, llvm::ArrayRef<LayerZeros> layers) {
  llvm::Expected<llvm::json::Value> report = readJsonFile(path);
  if (!report)
    return report.takeError();
  const Object *root = report->getAsObject();
  const llvm::json::Array *list = root ? root->getArray("layers") : nullptr;
  const Object *program = root ? root->getObject("program") : nullptr;
  auto name = program ? program->getString("machine") : std::nullopt;
  if (!list || !name)
    return makeError(SourceLocation::inFile(path),
                     "is no report of a run: it has no layers, or no machine",
                     "lacuna run --report writes one");
  // A machine that can't be found by its name leaves out what needs its file.
  std::optional<Machine> machine;
  if (llvm::Expected<Machine> loaded = loadMachine(*name))
    machine = std::move(*loaded);
  else
    llvm::consumeError(loaded.takeError());

  std::vector<std::optional<ZeroSavings>> savings(layers.size());
  bool any = layers.empty();
  for (auto [layer, saved] : llvm::zip_equal(layers, savings))
    for (const llvm::json::Value &value : *list) {
      const Object *counted = value.getAsObject();
      if (!counted || counted->getString("name") != toPrintable(layer.name))
        continue;
      saved = readLayer(layer, *counted, machine ? &*machine : nullptr, *name);
      any = true;
    }
  if (!any)
    return makeError(SourceLocation::inFile(path),
                     "names none of the model's layers: it is the report of "
                     "another model");
  return savings;
}

Object lacuna::toJson(const ZeroSavings &savings) {
  llvm::json::Array obstacles;
  for (const std::string &obstacle : savings.obstacles)
    obstacles.push_back(toPrintable(obstacle));
  return Object{{"weights_raw_bytes", savings.rawBytes},
                {"weights_stored_bytes", savings.storedBytes},
                {"weights_moved_bytes", savings.movedBytes},
                {"macs", savings.macs},
                {"macs_skipped", savings.macsSkipped},
                {"matrix_cycles", savings.matrixCycles},
                {"dense_cycles", savings.denseCycles},
                {"energy_pj", savings.savedEnergy},
                {"in_the_way", std::move(obstacles)}};
}

void lacuna::printSavings(llvm::ArrayRef<LayerZeros> layers,
                          llvm::ArrayRef<std::optional<ZeroSavings>> savings,
                          llvm::raw_ostream &os) {
  NameColumn pad(layers);
  os << "\n"
     << pad("layer")
     << "       raw    stored     moved  skipped    MATRIX of cycles  saved, uJ"
        "  in the way\n";
  for (auto [layer, saved] : llvm::zip_equal(layers, savings)) {
    if (!saved)
      continue;
    os << pad(layer.name)
       << llvm::formatv(
              "{0,10}{1,10}{2,10}{3,8:f1}%{4,10} {5,9} {6,10:f3}  {7}\n",
              saved->rawBytes, saved->storedBytes, saved->movedBytes,
              percent(saved->macsSkipped, saved->macs), saved->matrixCycles,
              saved->denseCycles, saved->savedEnergy / 1e6,
              saved->obstacles.empty()
                  ? "-"
                  : toPrintable(llvm::join(saved->obstacles, "; ")));
  }
}
