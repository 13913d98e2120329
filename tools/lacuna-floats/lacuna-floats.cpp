// Converts a tensor file between fp32 and the bits of a narrower format, one
// element at a time, by the reference interpreter's rules (X1 to X4 of
// docs/numerics.md) or those of block-scaled elements (S1 to S3). For tests
// against other implementations.
#include "lacuna/Reference/Float.h"
#include "lacuna/Support/BlockFloat.h"
#include "lacuna/Support/CommandLine.h"
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/Npy.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/InitLLVM.h"

#include <functional>

using namespace lacuna;
using llvm::Error;
using llvm::Expected;
namespace cl = llvm::cl;
namespace fp = lacuna::reference::fp;

static cl::opt<std::string>
    formatName(cl::Positional, cl::Required, cl::value_desc("FORMAT"),
               cl::desc("fp16, bf16, fp8e4m3, fp8e5m2; mx-fp8e4m3, "
                        "mx-fp8e5m2, mx-fp6e2m3, mx-fp6e3m2, mx-fp4e2m1, "
                        "mx-int8 (one element, unscaled); mx-scale"));
static cl::opt<std::string> input(cl::Positional, cl::Required,
                                  cl::desc("FILE.npy"));
static cl::opt<std::string> output("output", cl::Required,
                                   cl::value_desc("FILE.npy"),
                                   cl::desc("What to write"));
static cl::alias outputAlias("o", cl::aliasopt(output));
static cl::opt<bool> isDecoding(
    "decode",
    cl::desc("Read bits (uint8 or uint16) and write float32, not the reverse"));

namespace {

/// A format as two functions; a scale is only decoded.
struct Format {
  NpyType bitsType;
  std::function<float(uint32_t)> decode;
  std::function<uint32_t(float)> encode;
};

} // namespace

static Expected<Format> findFormat(llvm::StringRef name) {
  if (name == "mx-scale")
    return Format{
        NpyType::U8,
        [](uint32_t bits) { return float(mx::decodeScale(uint8_t(bits))); },
        nullptr};
  llvm::StringRef rest = name;
  if (rest.consume_front("mx-")) {
    if (std::optional<mx::Element> element = mx::elementFromName(rest))
      return Format{
          NpyType::U8,
          [=](uint32_t bits) { return mx::decode(*element, uint8_t(bits)); },
          [=](float value) -> uint32_t { return mx::encode(*element, value); }};
  } else if (std::optional<ElementType> type = elementTypeFromName(name);
             type && getInfo(*type).isFloat && *type != ElementType::FP32) {
    return Format{
        getInfo(*type).bits == 8 ? NpyType::U8 : NpyType::U16,
        [=](uint32_t bits) { return fp::decode(*type, bits); },
        [=](float value) { return uint32_t(fp::encode(*type, value)); }};
  }
  return makeError("unknown format '" + name + "'", "see --help");
}

static uint32_t readLittle(const uint8_t *bytes, unsigned count) {
  uint32_t value = 0;
  for (unsigned i = 0; i < count; ++i)
    value |= uint32_t(bytes[i]) << (8 * i);
  return value;
}

static Error convert() {
  Expected<Format> format = findFormat(formatName);
  if (!format)
    return format.takeError();
  if (!isDecoding && !format->encode)
    return makeError("a scale belongs to a block: it can only be decoded");
  Expected<NpyArray> array = readNpy(input);
  if (!array)
    return array.takeError();
  NpyType from = isDecoding ? format->bitsType : NpyType::F32;
  NpyType to = isDecoding ? NpyType::F32 : format->bitsType;
  if (array->type != from)
    return makeError(SourceLocation::inFile(input),
                     "holds elements of type '" + getDescriptor(array->type) +
                         "' where '" + getDescriptor(from) + "' is needed");
  NpyArray result{to, array->shape, {}};
  unsigned read = getByteSize(from), written = getByteSize(to);
  for (size_t at = 0; at < array->data.size(); at += read) {
    uint32_t bits = readLittle(&array->data[at], read);
    uint32_t converted = isDecoding
                             ? llvm::bit_cast<uint32_t>(format->decode(bits))
                             : format->encode(llvm::bit_cast<float>(bits));
    for (unsigned i = 0; i < written; ++i)
      result.data.push_back(uint8_t(converted >> (8 * i)));
  }
  return writeNpy(output, result, {input});
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  Error error = parseCommandLine(
      argc, argv, "converts a tensor file between fp32 and a narrow format\n",
      "see lacuna-floats --help");
  if (!error)
    error = convert();
  return reportError(std::move(error)) ? 1 : 0;
}
