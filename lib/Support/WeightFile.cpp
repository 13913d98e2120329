// Reading safetensors files, and telling them from .npz.
#include "lacuna/Support/WeightFile.h"
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/GuardedText.h"
#include "lacuna/Support/InputFile.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Endian.h"

using namespace lacuna;
using llvm::StringRef;
using llvm::Twine;

llvm::Expected<WeightFile> WeightFile::read(StringRef path) {
  auto contents = readInputFile(path, maxBinaryBytes);
  if (!contents)
    return contents.takeError();
  return parse(std::move(*contents));
}

llvm::Expected<WeightFile>
WeightFile::parse(std::unique_ptr<llvm::MemoryBuffer> file) {
  WeightFile weights;
  weights.file = std::move(file);
  StringRef name = weights.file->getBufferIdentifier();
  bool isZip = weights.file->getBuffer().starts_with("PK");
  if (llvm::Error error =
          isZip ? weights.parseNpz(name) : weights.parseSafetensors(name))
    return error;
  return weights;
}

const WeightFile::Tensor *WeightFile::find(StringRef name) const {
  auto found = tensors.find(name);
  return found == tensors.end() ? nullptr : &found->second;
}

std::vector<StringRef> WeightFile::getNames() const {
  std::vector<StringRef> names;
  for (const auto &entry : tensors)
    names.push_back(entry.getKey());
  llvm::sort(names);
  return names;
}

StringRef WeightFile::getMetadata(StringRef key) const {
  auto found = metadata.find(key);
  return found == metadata.end() ? StringRef() : StringRef(found->second);
}

static std::optional<NpyType> typeOf(StringRef dtype) {
  return llvm::StringSwitch<std::optional<NpyType>>(dtype)
      .Case("BOOL", NpyType::Bool)
      .Case("I8", NpyType::I8)
      .Case("I16", NpyType::I16)
      .Case("I32", NpyType::I32)
      .Case("I64", NpyType::I64)
      .Cases({"U8", "F8_E4M3", "F8_E5M2"}, NpyType::U8)
      .Cases({"U16", "BF16"}, NpyType::U16)
      .Case("U32", NpyType::U32)
      .Case("U64", NpyType::U64)
      .Case("F16", NpyType::F16)
      .Case("F32", NpyType::F32)
      .Case("F64", NpyType::F64)
      .Default(std::nullopt);
}

/// The numbers in the array `key` of a tensor's entry, none if one is missing,
/// negative or no integer.
static std::optional<std::vector<int64_t>>
numbersOf(const llvm::json::Object &entry, StringRef key) {
  const llvm::json::Array *array = entry.getArray(key);
  if (!array)
    return std::nullopt;
  std::vector<int64_t> numbers;
  for (const llvm::json::Value &value : *array) {
    std::optional<int64_t> number = value.getAsInteger();
    if (!number || *number < 0)
      return std::nullopt;
    numbers.push_back(*number);
  }
  return numbers;
}

llvm::Error WeightFile::parseSafetensors(StringRef path) {
  StringRef contents = file->getBuffer();
  auto fail = [&](uint64_t offset, const Twine &message) {
    return makeError(SourceLocation::atByte(path, offset), message);
  };
  if (contents.size() < 8)
    return fail(contents.size(), "the file is neither safetensors nor .npz: "
                                 "it ends within its header");
  uint64_t headerBytes = llvm::support::endian::read64le(contents.data());
  if (headerBytes > contents.size() - 8 || headerBytes > maxTextBytes ||
      !contents.drop_front(8).starts_with("{"))
    return fail(0, "the file is neither safetensors nor .npz: its first bytes "
                   "are no length of a header that it holds");
  auto header = parseJson(contents.substr(8, headerBytes), path);
  if (!header)
    return header.takeError();
  const llvm::json::Object *entries = header->getAsObject();
  if (!entries)
    return fail(8, "the header is no JSON object");

  StringRef data = contents.drop_front(8 + headerBytes);
  std::vector<std::pair<uint64_t, uint64_t>> spans;
  for (const auto &[key, value] : *entries) {
    StringRef name = key;
    if (name == "__metadata__") {
      if (const llvm::json::Object *pairs = value.getAsObject())
        for (const auto &[key, text] : *pairs)
          metadata[StringRef(key)] = text.getAsString().value_or("").str();
      continue;
    }
    auto failTensor = [&](const Twine &message) {
      return fail(8, "tensor '" + name + "' " + message);
    };
    const llvm::json::Object *entry = value.getAsObject();
    std::optional<StringRef> dtype =
        entry ? entry->getString("dtype") : std::nullopt;
    auto shape = entry ? numbersOf(*entry, "shape") : std::nullopt;
    auto offsets = entry ? numbersOf(*entry, "data_offsets") : std::nullopt;
    if (!dtype || !shape || !offsets || offsets->size() != 2)
      return failTensor("needs a dtype, a shape and two data_offsets, whose "
                        "numbers are not negative");
    std::optional<NpyType> type = typeOf(*dtype);
    if (!type)
      return failTensor("has dtype '" + *dtype + "', which is not known");
    uint64_t begin = (*offsets)[0], end = (*offsets)[1];
    if (begin > end || end > data.size())
      return failTensor("lies outside the file's " + Twine(data.size()) +
                        " bytes of data");
    std::optional<uint64_t> bytes = getNpyBytes(*shape, *type);
    if (!bytes || *bytes != end - begin)
      return failTensor("has " + Twine(end - begin) +
                        " bytes, which its shape and dtype don't make");
    spans.push_back({begin, end});
    tensors[name] = {*type, std::move(*shape),
                     llvm::ArrayRef(data.bytes_begin() + begin, end - begin)};
  }
  llvm::sort(spans);
  uint64_t covered = 0;
  for (auto [begin, end] : spans) {
    if (begin != covered)
      return fail(8, "the tensors' data overlap or leave gaps at byte " +
                         Twine(std::min(begin, covered)) + " of the data");
    covered = end;
  }
  if (covered != data.size())
    return fail(8 + headerBytes + covered, "bytes that belong to no tensor");
  return llvm::Error::success();
}
