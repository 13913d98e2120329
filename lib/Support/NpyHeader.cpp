// The header of a .npy file: a Python dictionary.
#include "NpyHeader.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"

using namespace lacuna;
using llvm::StringRef;
using llvm::Twine;

static std::optional<NpyType> npyTypeFromDescriptor(StringRef descriptor) {
  for (unsigned i = 0; i <= unsigned(NpyType::V2); ++i)
    if (getDescriptor(NpyType(i)) == descriptor)
      return NpyType(i);
  return std::nullopt;
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
  type = npyTypeFromDescriptor(descriptor);
  if (!type)
    return fail("type '" + *text +
                "' is not one of bool, int8 to int64, uint8 to uint64, "
                "float16 to float64, V1 and V2");
  if (isOrderFree && hasByteOrder(*type))
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

llvm::Expected<NpyHeader>
lacuna::parseNpyHeader(StringRef contents, uint64_t fileBytes, StringRef name) {
  auto fail = [&](uint64_t offset, const Twine &message) {
    return makeError(SourceLocation::atByte(name, offset), message);
  };
  if (!contents.starts_with(npyMagic))
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
  if (headerBytes > maxNpyDictionaryBytes)
    return fail(8, "the header is larger than the limit of " +
                       Twine(maxNpyDictionaryBytes) + " bytes");
  if (contents.size() - headerBegin < headerBytes)
    return fail(8, "the header says it has " + Twine(headerBytes) +
                       " bytes, but the file ends before");

  HeaderParser header(contents, contents.substr(headerBegin, headerBytes),
                      name);
  if (llvm::Error error = header.parse())
    return error;
  NpyHeader result;
  result.type = *header.type;
  result.shape = std::move(*header.shape);
  result.isFortran = *header.fortranOrder;
  result.begin = headerBegin + headerBytes;
  std::optional<uint64_t> byteCount = getNpyBytes(result.shape, result.type);
  if (!byteCount)
    return fail(headerBegin, "the size of this shape overflows 63 bits");
  result.bytes = *byteCount;
  if (fileBytes - result.begin != result.bytes)
    return fail(result.begin, "the header promises " + Twine(result.bytes) +
                                  " bytes of elements, but the file holds " +
                                  Twine(fileBytes - result.begin));
  return result;
}

llvm::Error lacuna::checkBools(llvm::ArrayRef<uint8_t> data, uint64_t offset,
                               StringRef name) {
  const uint8_t *wrong =
      llvm::find_if(data, [](uint8_t value) { return value > 1; });
  if (wrong == data.end())
    return llvm::Error::success();
  return makeError(
      SourceLocation::atByte(name, offset + uint64_t(wrong - data.begin())),
      "this bool is neither 0 nor 1");
}
