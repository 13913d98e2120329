// Reading and writing .npy files.
#include "NpyHeader.h"
#include "lacuna/Support/InputFile.h"
#include "lacuna/Support/OutputFile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"

#include <cstring>
#include <optional>

using namespace lacuna;
using llvm::StringRef;
using llvm::Twine;

// In the order of the enumeration.
static constexpr llvm::StringLiteral descriptors[] = {
    "b1", "i1", "i2", "i4", "i8", "u1", "u2",
    "u4", "u8", "f2", "f4", "f8", "V1", "V2"};

StringRef lacuna::getDescriptor(NpyType type) {
  return descriptors[static_cast<unsigned>(type)];
}

unsigned lacuna::getByteSize(NpyType type) {
  return getDescriptor(type).back() - '0';
}

NpyType lacuna::getNpyType(ElementType type) {
  switch (type) {
  case ElementType::I1:
    return NpyType::Bool;
  case ElementType::I4:
  case ElementType::I8:
    return NpyType::I8;
  case ElementType::U8:
    return NpyType::U8;
  case ElementType::FP8E4M3:
  case ElementType::FP8E5M2:
    return NpyType::V1;
  case ElementType::I16:
    return NpyType::I16;
  case ElementType::U16:
    return NpyType::U16;
  case ElementType::BF16:
    return NpyType::V2;
  case ElementType::I32:
    return NpyType::I32;
  case ElementType::I48:
    return NpyType::I64;
  case ElementType::FP16:
    return NpyType::F16;
  case ElementType::FP32:
    return NpyType::F32;
  }
  llvm_unreachable("every element type has a .npy type");
}

bool lacuna::canReadAs(NpyType stored, NpyType wanted) {
  return stored == wanted || (wanted == NpyType::V1 && stored == NpyType::U8) ||
         (wanted == NpyType::V2 && stored == NpyType::U16);
}

std::optional<uint64_t> lacuna::getNpyBytes(llvm::ArrayRef<int64_t> shape,
                                            NpyType type) {
  int64_t nonZero = getByteSize(type);
  bool isEmpty = false;
  for (int64_t dimension : shape) {
    if (dimension == 0)
      isEmpty = true;
    else if (__builtin_mul_overflow(nonZero, dimension, &nonZero))
      return std::nullopt;
  }
  return isEmpty ? 0 : nonZero;
}

/// Copies `source`, with the first axis fastest, to C order.
static std::vector<uint8_t> convertFromFortran(llvm::ArrayRef<uint8_t> source,
                                               llvm::ArrayRef<int64_t> shape,
                                               unsigned elementBytes) {
  std::vector<uint8_t> result(source.size());
  std::vector<int64_t> index(shape.size(), 0);
  std::vector<uint64_t> stride(shape.size(), elementBytes);
  for (size_t axis = 1; axis < shape.size(); ++axis)
    stride[axis] = stride[axis - 1] * shape[axis - 1];
  uint64_t from = 0;
  for (uint64_t to = 0; to < result.size(); to += elementBytes) {
    std::memcpy(result.data() + to, source.data() + from, elementBytes);
    for (size_t axis = shape.size(); axis-- > 0;) {
      from += stride[axis];
      if (++index[axis] < shape[axis])
        break;
      from -= stride[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return result;
}

llvm::Expected<NpyView> lacuna::viewNpy(StringRef contents, StringRef name) {
  llvm::Expected<NpyHeader> header =
      parseNpyHeader(contents, contents.size(), name);
  if (!header)
    return header.takeError();
  StringRef payload = contents.drop_front(header->begin);
  llvm::ArrayRef<uint8_t> data(payload.bytes_begin(), payload.size());
  if (header->type == NpyType::Bool)
    if (llvm::Error error = checkBools(data, header->begin, name))
      return error;
  return NpyView{header->type, std::move(header->shape), data,
                 header->isFortran};
}

llvm::Expected<NpyArray> lacuna::parseNpy(StringRef contents, StringRef name) {
  llvm::Expected<NpyView> view = viewNpy(contents, name);
  if (!view)
    return view.takeError();
  bool isTurned = view->isFortran && view->shape.size() > 1;
  std::vector<uint8_t> data =
      isTurned
          ? convertFromFortran(view->data, view->shape, getByteSize(view->type))
          : view->data.vec();
  return NpyArray{view->type, std::move(view->shape), std::move(data)};
}

llvm::Expected<NpyArray> lacuna::readNpy(StringRef path) {
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> file =
      readInputFile(path, maxBinaryBytes);
  if (!file)
    return file.takeError();
  return parseNpy((*file)->getBuffer(), path);
}

std::string lacuna::encodeNpyHeader(NpyType type,
                                    llvm::ArrayRef<int64_t> shape) {
  std::string header;
  llvm::raw_string_ostream os(header);
  os << "{'descr': '" << (hasByteOrder(type) ? "<" : "|") << getDescriptor(type)
     << "', 'fortran_order': False, 'shape': (";
  llvm::interleaveComma(shape, os);
  os << (shape.size() == 1 ? ",), }" : "), }");
  // NumPy pads as if the first dimension had 21 digits, then to the next
  // multiple of 64 bytes (a whole 64 when it is one already).
  if (!shape.empty())
    os.indent(21 - llvm::utostr(shape.front()).size());
  size_t unpadded = npyMagic.size() + 4 + header.size() + 1;
  os.indent(64 - unpadded % 64) << '\n';

  std::string contents = npyMagic.str();
  contents.append({1, 0, static_cast<char>(header.size() & 0xff),
                   static_cast<char>(header.size() >> 8)});
  contents += header;
  return contents;
}

std::string lacuna::encodeNpy(const NpyArray &array) {
  std::string contents = encodeNpyHeader(array.type, array.shape);
  contents.append(array.data.begin(), array.data.end());
  return contents;
}

llvm::Error lacuna::writeNpy(StringRef path, const NpyArray &array,
                             llvm::ArrayRef<std::string> inputs) {
  return writeFile(path, encodeNpy(array), inputs);
}
