// Reading parts of a tensor file.
#include "lacuna/Support/NpyFile.h"
#include "NpyHeader.h"

using namespace lacuna;
using llvm::StringRef;

NpyFile::NpyFile(NpyArray array)
    : type(array.type), shape(std::move(array.shape)),
      source(std::move(array.data)) {}

llvm::Expected<NpyFile> NpyFile::open(StringRef path) {
  auto readWhole = [&]() -> llvm::Expected<NpyFile> {
    llvm::Expected<NpyArray> array = readNpy(path);
    if (!array)
      return array.takeError();
    NpyFile file(std::move(*array));
    file.name = path.str();
    return std::move(file);
  };
  auto pieces = InputPieces::open(path);
  if (!pieces)
    return pieces.takeError();
  if (!*pieces)
    return readWhole();
  uint64_t size = (*pieces)->getSize();
  std::vector<uint8_t> start(std::min(size, maxNpyHeaderBytes));
  if (llvm::Error error = (*pieces)->read(0, start))
    return std::move(error);
  llvm::Expected<NpyHeader> header =
      parseNpyHeader(llvm::toStringRef(start), size, path);
  if (!header)
    return header.takeError();
  if (header->isFortran && header->shape.size() > 1)
    return readWhole();
  NpyFile file;
  file.type = header->type;
  file.shape = std::move(header->shape);
  file.name = path.str();
  file.source = std::move(**pieces);
  file.begin = header->begin;
  return std::move(file);
}

llvm::Expected<NpyArray> NpyFile::read(uint64_t first,
                                       llvm::ArrayRef<int64_t> part) const {
  NpyArray array{type, part.vec(), {}};
  // Both are inside the tensor, whose bytes don't overflow.
  uint64_t offset = begin + first * getByteSize(type);
  array.data.resize(*getNpyBytes(part, type));
  if (auto *bytes = std::get_if<std::vector<uint8_t>>(&source)) {
    std::copy_n(bytes->begin() + offset, array.data.size(), array.data.begin());
    return array;
  }
  if (llvm::Error error =
          std::get<InputPieces>(source).read(offset, array.data))
    return std::move(error);
  if (type == NpyType::Bool)
    if (llvm::Error error = checkBools(array.data, offset, name))
      return std::move(error);
  return array;
}
