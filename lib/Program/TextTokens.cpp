// The lexer of assembly text.
#include "TextTokens.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace lacuna;

void TextTokens::skipSpace() {
  rest = rest.ltrim(" \t\r");
  if (rest.starts_with("#") || rest.starts_with(";") || rest.starts_with("//"))
    rest = rest.take_back(0);
}

static bool isWordCharacter(char c) { return isAlnum(c) || c == '_'; }

std::optional<StringRef> TextTokens::optionalWord() {
  skipSpace();
  size_t start = rest.starts_with(".") ? 1 : 0;
  if (start >= rest.size() || !isWordCharacter(rest[start]) ||
      isDigit(rest[start]))
    return std::nullopt;
  size_t size = start;
  while (size != rest.size() && isWordCharacter(rest[size]))
    ++size;
  StringRef word = rest.take_front(size);
  rest = rest.drop_front(size);
  return word;
}

std::optional<std::optional<int64_t>> TextTokens::optionalInteger() {
  skipSpace();
  StringRef digits = rest;
  bool negative = digits.consume_front("-");
  if (negative)
    digits = digits.ltrim(" \t");
  if (digits.empty() || !isDigit(digits[0]))
    return std::nullopt;
  bool hex = digits.starts_with_insensitive("0x");
  if (hex)
    digits = digits.drop_front(2);
  StringRef number = digits.take_while(
      [&](char c) { return hex ? isHexDigit(c) : isDigit(c); });
  rest = digits.drop_front(number.size());
  uint64_t magnitude;
  if (number.getAsInteger(hex ? 16 : 10, magnitude))
    return std::optional<int64_t>();
  uint64_t limit = (uint64_t(1) << 63) - !negative;
  if (magnitude > limit)
    return std::optional<int64_t>();
  return static_cast<int64_t>(negative ? 0 - magnitude : magnitude);
}

std::optional<uint8_t> TextTokens::optionalHexByte() {
  skipSpace();
  if (rest.size() < 2 || !isHexDigit(rest[0]) || !isHexDigit(rest[1]) ||
      (rest.size() > 2 && isWordCharacter(rest[2])))
    return std::nullopt;
  uint8_t byte = hexDigitValue(rest[0]) * 16 + hexDigitValue(rest[1]);
  rest = rest.drop_front(2);
  return byte;
}

std::optional<double> TextTokens::optionalReal() {
  skipSpace();
  size_t size = 0;
  while (size != rest.size() &&
         (isAlnum(rest[size]) || StringRef("+-.").contains(rest[size])))
    ++size;
  double value;
  if (!size || !to_float(rest.take_front(size), value))
    return std::nullopt;
  rest = rest.drop_front(size);
  return value;
}

std::optional<std::optional<std::string>> TextTokens::optionalString() {
  const char *start = here();
  if (!rest.consume_front("\""))
    return std::nullopt;
  std::string text;
  while (true) {
    if (rest.empty()) {
      fail(start, "this string is not closed on its line");
      return std::optional<std::string>();
    }
    char c = rest.front();
    const char *at = rest.data();
    rest = rest.drop_front();
    if (c == '"')
      return text;
    if (c != '\\') {
      text += c;
      continue;
    }
    char escape = rest.empty() ? 0 : rest.front();
    rest = rest.drop_front(!rest.empty());
    unsigned number;
    if (escape == '"' || escape == '\\') {
      text += escape;
    } else if (escape == 'n') {
      text += '\n';
    } else if (escape == 't') {
      text += '\t';
    } else if (escape == 'x' && rest.size() >= 2 && isHexDigit(rest[0]) &&
               isHexDigit(rest[1]) &&
               !rest.take_front(2).getAsInteger(16, number)) {
      text += static_cast<char>(number);
      rest = rest.drop_front(2);
    } else {
      fail(at, "after a backslash comes one of \" \\ n t, or x and two "
               "hexadecimal digits");
      return std::optional<std::string>();
    }
  }
}
