// Encodes a tensor file's elements as a program would store them: writes index,
// table and stream, or prints what each encoding takes. For tests and
// measurements; docs/formats.md defines the formats.
#include "lacuna/Encoding/WeightEncoding.h"
#include "lacuna/Support/CommandLine.h"
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/Npy.h"
#include "lacuna/Support/OutputFile.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"

#include <cmath>

using namespace lacuna;
using llvm::ArrayRef;
using llvm::Error;
using llvm::Expected;
namespace cl = llvm::cl;

static cl::list<std::string> paths(cl::Positional, cl::OneOrMore,
                                   cl::desc("FILE.npy..."));
static cl::opt<std::string> output(
    "output", cl::value_desc("PREFIX"),
    cl::desc("Write PREFIX.index, PREFIX.table and PREFIX.stream of the one "
             "file; without this, print what each encoding takes"));
static cl::opt<WeightEncoding> encoding(
    "encoding", cl::desc("How to encode"), cl::init(WeightEncoding::Entropy),
    cl::values(clEnumValN(WeightEncoding::Nm, "nm", "N:M"),
               clEnumValN(WeightEncoding::Bitmap, "bitmap", "bitmap"),
               clEnumValN(WeightEncoding::ZeroRun, "zero-run", "zero runs"),
               clEnumValN(WeightEncoding::Entropy, "entropy", "entropy code"),
               clEnumValN(WeightEncoding::Palette, "palette", "palette")));
static cl::opt<unsigned>
    bits("bits", cl::init(0),
         cl::desc("Bits of an element: 4 for two to a byte of the file; by "
                  "default as the file says"));
static cl::opt<int64_t> zero("zero", cl::init(0), cl::desc("The zero point"));
static cl::opt<unsigned> nonzeros("nonzeros", cl::init(2),
                                  cl::desc("N of N:M"));
static cl::opt<unsigned> group("group", cl::init(4), cl::desc("M of N:M"));
static cl::opt<unsigned>
    rows("rows", cl::init(16),
         cl::desc("Rows of the first axis that make a unit"));

namespace {

/// A tensor and how it is cut.
struct Tensor {
  NpyArray array;
  StreamFormat format;
  std::vector<ArrayRef<uint8_t>> units;
};

} // namespace

static Expected<Tensor> readTensor(llvm::StringRef path) {
  auto array = readNpy(path);
  if (!array)
    return array.takeError();
  Tensor tensor;
  tensor.array = std::move(*array);
  size_t bytes = tensor.array.data.size();
  tensor.format.elementBits =
      bits ? unsigned(bits) : getByteSize(tensor.array.type) * 8;
  tensor.format.zero = zero;
  tensor.format.nonzeros = nonzeros;
  tensor.format.group = group;
  if (Error error = checkFormat(tensor.format))
    return std::move(error);
  if (bytes == 0 || tensor.array.shape.empty() || rows == 0)
    return makeError(SourceLocation::inFile(path), "there are no rows to cut");
  size_t rowBytes = bytes / size_t(tensor.array.shape[0]);
  tensor.format.rowElements = rowBytes * 8 / tensor.format.elementBits;
  for (ArrayRef<uint8_t> rest = tensor.array.data; !rest.empty();
       rest = rest.drop_front(tensor.units.back().size()))
    tensor.units.push_back(rest.take_front(rowBytes * rows));
  return tensor;
}

/// Bytes of the order-0 entropy of the elements.
static double getEntropyBytes(const Tensor &tensor) {
  unsigned width = tensor.format.elementBits;
  std::vector<uint64_t> counts(size_t(1) << width);
  uint64_t elements = tensor.array.data.size() * 8 / width;
  for (uint64_t i = 0; i < elements; ++i) {
    uint32_t value = 0;
    for (unsigned bit = 0; bit < width; ++bit) {
      uint64_t place = i * width + bit;
      value |= (tensor.array.data[place / 8] >> place % 8 & 1u) << bit;
    }
    ++counts[value];
  }
  double total = 0;
  for (uint64_t count : counts)
    if (count)
      total -= double(count) * std::log2(double(count) / double(elements));
  return total / 8;
}

static Error printSizes(llvm::StringRef path) {
  auto tensor = readTensor(path);
  if (!tensor)
    return tensor.takeError();
  llvm::json::OStream json(llvm::outs());
  json.object([&] {
    json.attribute("file", path);
    json.attribute("raw", int64_t(tensor->array.data.size()));
    json.attribute("units", int64_t(tensor->units.size()));
    json.attribute("entropy", getEntropyBytes(*tensor));
    const std::pair<WeightEncoding, const char *> encodings[] = {
        {WeightEncoding::Nm, "nm"},
        {WeightEncoding::Bitmap, "bitmap"},
        {WeightEncoding::ZeroRun, "zero_run"},
        {WeightEncoding::Entropy, "entropy_coded"},
        {WeightEncoding::Palette, "palette"}};
    for (auto [kind, name] : encodings) {
      tensor->format.kind = kind;
      auto bytes = getStoredBytes(tensor->format, tensor->units);
      if (bytes)
        json.attribute(name, int64_t(*bytes));
      else
        llvm::consumeError(bytes.takeError()); // it can't hold this tensor
    }
  });
  llvm::outs() << "\n";
  return Error::success();
}

static Error writeEncoded(llvm::StringRef path) {
  auto tensor = readTensor(path);
  if (!tensor)
    return tensor.takeError();
  tensor->format.kind = encoding;
  auto encoded = encodeWeights(tensor->format, tensor->units);
  if (!encoded)
    return atFile(encoded.takeError(), path);
  const std::pair<const char *, ArrayRef<uint8_t>> parts[] = {
      {".index", encoded->index},
      {".table", encoded->table},
      {".stream", encoded->stream}};
  for (auto [end, bytes] : parts)
    if (Error error = writeFile(output + end, llvm::toStringRef(bytes), paths))
      return error;
  return Error::success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  Error error = parseCommandLine(argc, argv, "encodes weights\n",
                                 "see lacuna-weights --help");
  if (!error && !output.empty() && paths.size() != 1)
    error = makeError("--output takes one file");
  if (!error && !output.empty())
    error = writeEncoded(paths[0]);
  if (output.empty())
    for (size_t i = 0; i < paths.size() && !error; ++i)
      error = printSizes(paths[i]);
  return reportError(std::move(error)) ? 1 : 0;
}
