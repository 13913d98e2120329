// Reading and writing .npy files.
#include "lacuna/Support/Npy.h"
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/InputFile.h"
#include "lacuna/Support/OutputFile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/ErrorHandling.h"

#include <cstring>
#include <optional>

using namespace lacuna;
using llvm::StringRef;
using llvm::Twine;

static constexpr StringRef magic("\x93NUMPY", 6);
static constexpr uint64_t maxHeaderBytes = uint64_t(64) << 10;

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

/// Bytes without a meaning have no byte order either.
static bool isBytes(NpyType type) {
  return type == NpyType::V1 || type == NpyType::V2;
}

bool lacuna::canReadAs(NpyType stored, NpyType wanted) {
  return stored == wanted || (wanted == NpyType::V1 && stored == NpyType::U8) ||
         (wanted == NpyType::V2 && stored == NpyType::U16);
}

namespace {

/// Reads the header's Python dictionary, of which numpy.save writes exactly
/// one form: three keys, a string, a truth value and a tuple of integers.
class HeaderParser {
public:
  HeaderParser(StringRef contents, StringRef header, StringRef name)
      : contents(contents), rest(header), name(name) {}

  llvm::Error parse();

  std::optional<NpyType> type;
  std::optional<bool> fortranOrder;
  std::optional<std::vector<int64_t>> shape;

private:
  llvm::Error fail(const Twine &message) const {
    return makeError(
        SourceLocation::atByte(name, rest.data() - contents.data()), message);
  }
  bool consume(StringRef token) {
    rest = rest.ltrim(" \n");
    return rest.consume_front(token);
  }
  llvm::Expected<StringRef> parseString();
  llvm::Error parseType();
  llvm::Error parseOrder();
  llvm::Error parseShape();

  StringRef contents;
  StringRef rest;
  StringRef name;
};

} // namespace

llvm::Error HeaderParser::parse() {
  if (!consume("{"))
    return fail("the header is not a Python dictionary");
  while (!consume("}")) {
    const char *keyBegin = rest.data();
    llvm::Expected<StringRef> key = parseString();
    if (!key)
      return key.takeError();
    if (!consume(":"))
      return fail("the header needs ':' after a key");
    llvm::Error error = llvm::Error::success();
    bool isRepeated = false;
    if (*key == "descr") {
      isRepeated = type.has_value();
      error = parseType();
    } else if (*key == "fortran_order") {
      isRepeated = fortranOrder.has_value();
      error = parseOrder();
    } else if (*key == "shape") {
      isRepeated = shape.has_value();
      error = parseShape();
    } else {
      error = fail("unknown key '" + *key + "' in the header");
    }
    if (error)
      return error;
    if (isRepeated)
      return makeError(SourceLocation::atByte(name, keyBegin - contents.data()),
                       "key '" + *key + "' appears twice in the header");
    if (!consume(",")) {
      if (consume("}"))
        break;
      return fail("the header needs ',' or '}' after a value");
    }
  }
  if (!rest.trim(" \n").empty())
    return fail("unexpected text after the header's dictionary");
  if (!type || !fortranOrder || !shape)
    return fail("the header lacks '" +
                Twine(!type           ? "descr"
                      : !fortranOrder ? "fortran_order"
                                      : "shape") +
                "'");
  return llvm::Error::success();
}

llvm::Expected<StringRef> HeaderParser::parseString() {
  rest = rest.ltrim(" \n");
  if (rest.empty() || (rest.front() != '\'' && rest.front() != '"'))
    return fail("the header needs a string here");
  size_t end = rest.find(rest.front(), 1);
  if (end == StringRef::npos)
    return fail("a string in the header has no end");
  StringRef text = rest.slice(1, end);
  rest = rest.drop_front(end + 1);
  return text;
}

llvm::Error HeaderParser::parseType() {
  if (consume("["))
    return fail("structured types are not tensors");
  llvm::Expected<StringRef> text = parseString();
  if (!text)
    return text.takeError();
  StringRef descriptor = *text;
  if (descriptor.starts_with(">"))
    return fail("type '" + *text +
                "' is big-endian; only little-endian is "
                "read");
  bool isOrderFree = descriptor.consume_front("|");
  if (!isOrderFree)
    descriptor.consume_front("<");
  const auto *found = llvm::find(descriptors, descriptor);
  if (found == std::end(descriptors))
    return fail("type '" + *text +
                "' is not one of bool, int8 to int64, uint8 to uint64, "
                "float16 to float64, V1 and V2");
  type = static_cast<NpyType>(found - std::begin(descriptors));
  if (isOrderFree && getByteSize(*type) != 1 && !isBytes(*type))
    return fail("type '" + *text + "' does not say its byte order");
  return llvm::Error::success();
}

llvm::Error HeaderParser::parseOrder() {
  if (consume("True"))
    fortranOrder = true;
  else if (consume("False"))
    fortranOrder = false;
  else
    return fail("'fortran_order' is neither True nor False");
  return llvm::Error::success();
}

llvm::Error HeaderParser::parseShape() {
  if (!consume("("))
    return fail("'shape' is not a tuple");
  shape.emplace();
  while (!consume(")")) {
    if (consume("-"))
      return fail("a dimension is negative");
    rest = rest.ltrim(" \n");
    uint64_t dimension;
    if (rest.empty() || !llvm::isDigit(rest.front()))
      return fail("'shape' needs a number here");
    if (rest.consumeInteger(10, dimension) || dimension > INT64_MAX)
      return fail("a dimension is larger than 2^63 - 1");
    // Python 2 wrote long integers with an L.
    consume("L");
    shape->push_back(dimension);
    if (shape->size() > maxNpyRank)
      return fail("'shape' has more than " + Twine(maxNpyRank) + " dimensions");
    if (!consume(",")) {
      if (consume(")"))
        break;
      return fail("'shape' needs ',' or ')' here");
    }
  }
  return llvm::Error::success();
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
  auto fail = [&](uint64_t offset, const Twine &message) {
    return makeError(SourceLocation::atByte(name, offset), message);
  };
  if (!contents.starts_with(magic))
    return fail(0, "this is not a .npy file: it does not begin with "
                   "\\x93NUMPY");
  if (contents.size() < 10)
    return fail(contents.size(), "the file ends within its header");
  unsigned version = static_cast<uint8_t>(contents[6]);
  if (version < 1 || version > 3 || contents[7] != 0)
    return fail(
        6, "format version " + Twine(version) + "." +
               Twine(static_cast<unsigned>(static_cast<uint8_t>(contents[7]))) +
               " is not known (1.0, 2.0 and 3.0 are)");
  unsigned lengthBytes = version == 1 ? 2 : 4;
  uint64_t headerBegin = 8 + lengthBytes;
  if (contents.size() < headerBegin)
    return fail(contents.size(), "the file ends within its header");
  uint64_t headerBytes =
      version == 1 ? llvm::support::endian::read16le(contents.data() + 8)
                   : llvm::support::endian::read32le(contents.data() + 8);
  if (headerBytes > maxHeaderBytes)
    return fail(8, "the header is larger than the limit of " +
                       Twine(maxHeaderBytes) + " bytes");
  if (contents.size() - headerBegin < headerBytes)
    return fail(8, "the header says it has " + Twine(headerBytes) +
                       " bytes, but the file ends before");

  HeaderParser header(contents, contents.substr(headerBegin, headerBytes),
                      name);
  if (llvm::Error error = header.parse())
    return error;
  NpyView view;
  view.type = *header.type;
  view.shape = *header.shape;
  view.isFortran = *header.fortranOrder;
  std::optional<uint64_t> byteCount = getNpyBytes(view.shape, view.type);
  if (!byteCount)
    return fail(headerBegin, "the size of this shape overflows 63 bits");
  StringRef payload = contents.drop_front(headerBegin + headerBytes);
  if (payload.size() != *byteCount)
    return fail(headerBegin + headerBytes,
                "the header promises " + Twine(*byteCount) +
                    " bytes of elements, but the file holds " +
                    Twine(payload.size()));
  if (view.type == NpyType::Bool)
    for (size_t index = 0; index < payload.size(); ++index)
      if (static_cast<uint8_t>(payload[index]) > 1)
        return fail(headerBegin + headerBytes + index,
                    "this bool is neither 0 nor 1");
  view.data = llvm::ArrayRef(payload.bytes_begin(), payload.size());
  return view;
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

std::string lacuna::encodeNpy(const NpyArray &array) {
  std::string header;
  llvm::raw_string_ostream os(header);
  bool isOrderFree = getByteSize(array.type) == 1 || isBytes(array.type);
  os << "{'descr': '" << (isOrderFree ? "|" : "<") << getDescriptor(array.type)
     << "', 'fortran_order': False, 'shape': (";
  llvm::interleaveComma(array.shape, os);
  os << (array.shape.size() == 1 ? ",), }" : "), }");
  // NumPy pads as if the first dimension had 21 digits, then to the next
  // multiple of 64 bytes (a whole 64 when it is one already).
  if (!array.shape.empty())
    os.indent(21 - llvm::utostr(array.shape.front()).size());
  size_t unpadded = magic.size() + 4 + header.size() + 1;
  os.indent(64 - unpadded % 64) << '\n';

  std::string contents = magic.str();
  contents.append({1, 0, static_cast<char>(header.size() & 0xff),
                   static_cast<char>(header.size() >> 8)});
  contents += header;
  contents.append(array.data.begin(), array.data.end());
  return contents;
}

llvm::Error lacuna::writeNpy(StringRef path, const NpyArray &array,
                             llvm::ArrayRef<std::string> inputs) {
  return writeFile(path, encodeNpy(array), inputs);
}
