// Kinds of damage. Positions come from the generator's own words, not from the
// library's distributions, which no standard fixes.
#include "Mutate.h"

#include "llvm/ADT/StringExtras.h"

#include <cstring>
#include <random>

using llvm::StringRef;

namespace {
/// A range of a text.
struct Span {
  size_t begin = 0, size = 0;
};

class Mutation {
public:
  Mutation(std::string text, uint64_t seed)
      : text(std::move(text)), random(seed) {}

  void changeText();
  void changeBytes();
  std::string take() { return std::move(text); }
  size_t below(size_t limit) { return limit ? random() % limit : 0; }

private:
  void truncate() { text.resize(below(text.size() + 1)); }
  void flipBit() {
    if (!text.empty())
      text[below(text.size())] ^= char(1 << below(8));
  }
  /// Some bytes, most often few.
  Span someBytes() {
    size_t most = size_t(1) << below(10);
    size_t begin = below(text.size());
    return {begin, std::min(text.size() - begin, 1 + below(most))};
  }
  Span someToken();
  Span someLine();
  Span someNumber();

  void erase(Span span) { text.erase(span.begin, span.size); }
  void repeat(Span span) {
    text.insert(span.begin, text.substr(span.begin, span.size));
  }
  /// Puts the bytes of `from` in the place of `to`.
  void overwrite(Span to, Span from) {
    text.replace(to.begin, to.size, text.substr(from.begin, from.size));
  }
  void replace(Span to, StringRef with) {
    text.replace(to.begin, to.size, with.data(), with.size());
  }

  void replaceEverywhere(Span number, StringRef with);

  std::string text;
  std::mt19937_64 random;
};
} // namespace

static bool isWordCharacter(char c) {
  return llvm::isAlnum(c) || c == '_' || c == '.' || c == '%' || c == '@';
}

Span Mutation::someToken() {
  size_t at = below(text.size());
  if (text.empty() || !isWordCharacter(text[at]))
    return {at, text.empty() ? 0u : 1u};
  size_t begin = at, end = at;
  while (begin != 0 && isWordCharacter(text[begin - 1]))
    --begin;
  while (end != text.size() && isWordCharacter(text[end]))
    ++end;
  return {begin, end - begin};
}

Span Mutation::someLine() {
  size_t at = below(text.size());
  size_t before = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
  size_t begin = before == std::string::npos ? 0 : before + 1;
  size_t end = text.find('\n', begin);
  return {begin, (end == std::string::npos ? text.size() : end + 1) - begin};
}

/// The first number behind a random place; a token where there is none.
Span Mutation::someNumber() {
  size_t begin = below(text.size());
  while (begin < text.size() && !llvm::isDigit(text[begin]))
    ++begin;
  if (begin >= text.size())
    return someToken();
  size_t end = begin;
  while (end < text.size() && llvm::isDigit(text[end]))
    ++end;
  return {begin, end - begin};
}

/// Puts `with` in the place of every number that reads like `number`: types and
/// shapes still agree with one another then, and the damage reaches further
/// than a parser.
void Mutation::replaceEverywhere(Span number, StringRef with) {
  std::string digits = text.substr(number.begin, number.size);
  if (digits.empty() || !llvm::isDigit(digits.front()))
    return;
  auto isDigitAt = [&](size_t at) {
    return at < text.size() && llvm::isDigit(text[at]);
  };
  for (size_t at = text.find(digits); at != std::string::npos;
       at = text.find(digits, at)) {
    size_t end = at + digits.size();
    if (isDigitAt(end) || (at != 0 && isDigitAt(at - 1))) {
      at = end;
      continue;
    }
    text.replace(at, digits.size(), with.data(), with.size());
    at += with.size();
  }
}

void Mutation::changeText() {
  static constexpr StringRef numbers[] = {"0",
                                          "1",
                                          "-1",
                                          "127",
                                          "-129",
                                          "255",
                                          "65536",
                                          "1000000",
                                          "2147483647",
                                          "2147483648",
                                          "4294967296",
                                          "9223372036854775807",
                                          "-9223372036854775808",
                                          "99999999999999999999999",
                                          "1e999",
                                          "0x",
                                          "nan"};
  static constexpr StringRef words[] = {
      "index", "?",    "*",  "i0",       "i1",  "i48", "i65536", "f32",
      "none",  "true", "[]", "<>",       "{",   "}",   "(",      ")",
      "\"",    "'",    "\\", "\xff",     "%0",  "@f",  "#x",     "!t",
      "->",    ": ",   "- ", "|",        "&a ", "*a",  "dense<", "array<",
      "loc(",  "\n\n", ".",  "tensor<?>"};
  static constexpr StringRef sizes[] = {
      "0",  "1",  "2",  "3",  "4",  "5",   "7",    "8",    "16",
      "32", "48", "64", "17", "33", "257", "4096", "8193", "65537"};
  switch (below(13)) {
  case 0:
    return truncate();
  case 1:
    return flipBit();
  case 2:
    return erase(someToken());
  case 3:
    return repeat(someToken());
  case 4:
    return erase(someLine());
  case 5:
    return repeat(someLine());
  case 6: {
    Span to = someToken();
    return overwrite(to, someToken());
  }
  case 7:
  case 8:
    return replaceEverywhere(someNumber(), sizes[below(std::size(sizes))]);
  case 9:
    return replaceEverywhere(someNumber(), numbers[below(std::size(numbers))]);
  case 10:
    return replace(someToken(), words[below(std::size(words))]);
  default:
    return replace(someNumber(), numbers[below(std::size(numbers))]);
  }
}

void Mutation::changeBytes() {
  switch (below(8)) {
  case 0:
    return truncate();
  case 1:
    return flipBit();
  case 2:
    return erase(someBytes());
  case 3:
    return repeat(someBytes());
  case 4: {
    Span to = someBytes();
    return overwrite(to, someBytes());
  }
  default: {
    // An integer of the file's own alignment, to an extreme.
    static constexpr uint64_t extremes[] = {0,
                                            1,
                                            0x7f,
                                            0xff,
                                            0x7fff,
                                            0xffff,
                                            0x7fffffff,
                                            0xffffffff,
                                            uint64_t(1) << 47,
                                            INT64_MAX,
                                            ~uint64_t(0),
                                            uint64_t(1) << 63};
    size_t size = size_t(1) << below(4);
    if (text.size() < size)
      return flipBit();
    uint64_t value = extremes[below(std::size(extremes))];
    std::memcpy(&text[below(text.size() / size) * size], &value, size);
    return;
  }
  }
}

std::string lacuna::mutants::mutate(StringRef original, bool isText,
                                    uint64_t seed, uint64_t number) {
  Mutation mutation(original.str(), seed * 1000003 + number);
  for (size_t left = 1 + mutation.below(3); left != 0; --left)
    isText ? mutation.changeText() : mutation.changeBytes();
  return mutation.take();
}
