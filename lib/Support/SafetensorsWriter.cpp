// Writing safetensors files.
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/WeightFile.h"

#include "llvm/Support/EndianStream.h"
#include "llvm/Support/JSON.h"

using namespace lacuna;

static llvm::StringRef dtypeOf(NpyType type) {
  switch (type) {
  case NpyType::Bool:
    return "BOOL";
  case NpyType::I8:
    return "I8";
  case NpyType::I16:
    return "I16";
  case NpyType::I32:
    return "I32";
  case NpyType::I64:
    return "I64";
  case NpyType::U8:
  case NpyType::V1:
    return "U8";
  case NpyType::U16:
  case NpyType::V2:
    return "U16";
  case NpyType::U32:
    return "U32";
  case NpyType::U64:
    return "U64";
  case NpyType::F16:
    return "F16";
  case NpyType::F32:
    return "F32";
  case NpyType::F64:
    return "F64";
  }
  return "";
}

void lacuna::writeSafetensors(
    llvm::raw_ostream &os, llvm::ArrayRef<NamedTensor> tensors,
    llvm::ArrayRef<std::pair<std::string, std::string>> metadata) {
  std::string header;
  llvm::raw_string_ostream text(header);
  // A stream, not an object, which would sort by hash.
  llvm::json::OStream json(text);
  json.objectBegin();
  if (!metadata.empty())
    json.attributeObject("__metadata__", [&] {
      for (const auto &[key, value] : metadata)
        json.attribute(key, toPrintable(value));
    });
  uint64_t offset = 0;
  for (const NamedTensor &tensor : tensors) {
    json.attributeObject(toPrintable(tensor.name), [&] {
      json.attribute("dtype", dtypeOf(tensor.type));
      json.attribute("shape", llvm::json::Array(tensor.shape));
      uint64_t begin = std::exchange(offset, offset + tensor.data.size());
      json.attribute("data_offsets", llvm::json::Array({begin, offset}));
    });
  }
  json.objectEnd();
  // Data that begin at a multiple of 8 can be used where they lie.
  header.resize((header.size() + 7) / 8 * 8, ' ');
  llvm::support::endian::write<uint64_t>(os, header.size(),
                                         llvm::endianness::little);
  os << header;
  for (const NamedTensor &tensor : tensors)
    os << llvm::toStringRef(tensor.data);
}
