// Statistics as a safetensors file.
#include "lacuna/Calibration/Statistics.h"
#include "RangeTensors.h"
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/Hash.h"
#include "lacuna/Support/WeightFile.h"

#include "llvm/ADT/StringExtras.h"

#include <cmath>
#include <cstring>

using namespace lacuna;
using llvm::StringRef;
using llvm::Twine;

static constexpr llvm::StringLiteral format = "lacuna-statistics";
static constexpr llvm::StringLiteral schema = "1";
static constexpr llvm::StringLiteral countSuffix = ".count";
static constexpr llvm::StringLiteral resultSuffix = ".result";
static constexpr llvm::StringLiteral argumentSuffix = ".argument";

const LayerStatistics *Statistics::find(StringRef layer) const {
  auto found = layers.find(toPrintable(layer));
  return found == layers.end() ? nullptr : &found->second;
}

template <typename Value>
static NamedTensor makeTensor(std::string name, NpyType type,
                              std::vector<int64_t> shape,
                              llvm::ArrayRef<Value> values) {
  return {std::move(name), type, std::move(shape),
          llvm::ArrayRef(reinterpret_cast<const uint8_t *>(values.data()),
                         values.size() * sizeof(Value))};
}

void Statistics::write(llvm::raw_ostream &os) const {
  std::vector<StringRef> names;
  for (const auto &layer : layers)
    names.push_back(layer.getKey());
  llvm::sort(names);
  // What the tensors refer to: it must not move.
  std::vector<int64_t> counts(names.size());
  std::vector<double> ranges(2 * names.size());
  std::vector<NamedTensor> tensors;
  for (size_t i = 0; i != names.size(); ++i) {
    StringRef name = names[i];
    const LayerStatistics &layer = layers.find(name)->second;
    auto groups = int64_t(layer.groups), terms = int64_t(layer.terms);
    counts[i] = int64_t(layer.count);
    ranges[2 * i] = layer.minimum;
    ranges[2 * i + 1] = layer.maximum;
    auto add = [&](StringRef what, std::vector<int64_t> shape,
                   llvm::ArrayRef<double> values) {
      tensors.push_back(makeTensor((name + what).str(), NpyType::F64,
                                   std::move(shape), values));
    };
    tensors.push_back(makeTensor((name + countSuffix).str(), NpyType::I64, {1},
                                 llvm::ArrayRef(counts).slice(i, 1)));
    add(".range", {2}, llvm::ArrayRef(ranges).slice(2 * i, 2));
    add(".sum", {groups, terms}, layer.sum);
    add(".squares", {groups, terms}, layer.squares);
    if (layer.hasGram())
      add(".gram", {groups, int64_t(LayerStatistics::gramSize(layer.terms))},
          layer.gram);
  }
  RangeTensors values;
  values.append(results, resultSuffix, tensors);
  values.append(arguments, argumentSuffix, tensors);
  writeSafetensors(os, tensors,
                   {{"format", format.str()},
                    {"schema", schema.str()},
                    {"model", hashToHex(model)},
                    {"samples", std::to_string(samples)}});
}

namespace {
/// Reads one layer after the other, and remembers the first mistake.
class Reader {
public:
  Reader(const WeightFile &file, StringRef path) : file(file), path(path) {}

  llvm::Error fail(const Twine &message) const {
    return makeError(SourceLocation::inFile(path), message);
  }
  llvm::Expected<Statistics> read();

private:
  llvm::Error readLayer(StringRef name, LayerStatistics &layer);
  /// The doubles of tensor `name`, which have this shape.
  llvm::Expected<std::vector<double>> readDoubles(const Twine &name,
                                                  std::vector<int64_t> shape);

  const WeightFile &file;
  StringRef path;
};
} // namespace

llvm::Expected<std::vector<double>>
Reader::readDoubles(const Twine &name, std::vector<int64_t> shape) {
  std::string key = name.str();
  const WeightFile::Tensor *tensor = file.find(key);
  if (!tensor)
    return fail("statistics without the tensor '" + Twine(key) + "'");
  if (tensor->type != NpyType::F64 || tensor->shape != shape)
    return fail("tensor '" + Twine(key) +
                "' has another type or shape than the rest of its layer");
  std::vector<double> values(tensor->data.size() / sizeof(double));
  if (!values.empty())
    std::memcpy(values.data(), tensor->data.data(), tensor->data.size());
  if (!llvm::all_of(values, [](double value) { return std::isfinite(value); }))
    return fail("tensor '" + Twine(key) + "' holds values that are not finite");
  return values;
}

llvm::Error Reader::readLayer(StringRef name, LayerStatistics &layer) {
  const WeightFile::Tensor *count = file.find((name + countSuffix).str());
  const WeightFile::Tensor *sum = file.find((name + ".sum").str());
  if (count->type != NpyType::I64 || count->shape != std::vector<int64_t>{1})
    return fail("tensor '" + name + countSuffix +
                "' is not one 64-bit integer");
  int64_t vectors = 0;
  std::memcpy(&vectors, count->data.data(), sizeof vectors);
  if (vectors <= 0)
    return fail("layer '" + name + "' has statistics of no input");
  if (!sum || sum->shape.size() != 2 || sum->data.empty())
    return fail("statistics without the tensor '" + name +
                ".sum' of groups by terms");
  layer.count = uint64_t(vectors);
  layer.groups = uint64_t(sum->shape[0]);
  layer.terms = uint64_t(sum->shape[1]);
  // The tensor is in memory, so neither extent is large.
  auto triangle = int64_t(LayerStatistics::gramSize(layer.terms));

  auto take = [&](StringRef what, std::vector<int64_t> shape,
                  std::vector<double> &values) -> llvm::Error {
    auto read = readDoubles(name + what, std::move(shape));
    if (!read)
      return read.takeError();
    values = std::move(*read);
    return llvm::Error::success();
  };
  std::vector<double> range;
  if (llvm::Error error = take(".range", {2}, range))
    return error;
  layer.minimum = range[0];
  layer.maximum = range[1];
  if (llvm::Error error = take(".sum", sum->shape, layer.sum))
    return error;
  if (llvm::Error error = take(".squares", sum->shape, layer.squares))
    return error;
  if (file.find((name + ".gram").str()))
    if (llvm::Error error =
            take(".gram", {sum->shape[0], triangle}, layer.gram))
      return error;
  if (llvm::any_of(layer.squares, [](double value) { return value < 0; }))
    return fail("layer '" + name + "' has sums of squares below zero");
  return llvm::Error::success();
}

llvm::Expected<Statistics> Reader::read() {
  Statistics statistics;
  if (file.getMetadata("format") != format)
    return fail("the file holds no statistics of a calibration");
  if (file.getMetadata("schema") != schema)
    return fail("the statistics have schema '" + file.getMetadata("schema") +
                "', not '" + schema + "'");
  if (file.getMetadata("model").getAsInteger(16, statistics.model) ||
      file.getMetadata("samples").getAsInteger(10, statistics.samples))
    return fail("the file's metadata name no model or number of samples");
  for (StringRef name : file.getNames())
    if (name.consume_back(countSuffix))
      if (llvm::Error error = readLayer(name, statistics.layers[name]))
        return std::move(error);
  if (llvm::Error error =
          readRanges(file, path, resultSuffix, statistics.results))
    return std::move(error);
  if (llvm::Error error =
          readRanges(file, path, argumentSuffix, statistics.arguments))
    return std::move(error);
  return statistics;
}

llvm::Expected<Statistics> Statistics::read(StringRef path) {
  llvm::Expected<WeightFile> file = WeightFile::read(path);
  if (!file)
    return file.takeError();
  return Reader(*file, path).read();
}
