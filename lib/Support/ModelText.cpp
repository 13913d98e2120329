// Guards before MLIR's parser of text.
#include "lacuna/Support/ModelText.h"
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/FileKind.h"
#include "lacuna/Support/GuardedText.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace lacuna;
using llvm::Error;
using llvm::StringRef;

/// MLIR's parser calls itself for every bracket and every minus sign of an
/// affine expression: an error where `text` nests them deeper than any model
/// does.
static Error checkNesting(StringRef text, StringRef name) {
  unsigned depth = 0, minuses = 0;
  for (const char *at = text.begin(); at != text.end(); ++at) {
    StringRef rest(at, text.end() - at);
    if (*at == '"') { // a string: up to the next quote that no \ precedes
      while (++at != text.end() && *at != '"' && *at != '\n')
        if (*at == '\\' && at + 1 != text.end())
          ++at;
      if (at == text.end())
        break;
    } else if (rest.starts_with("//")) {
      at += rest.take_until([](char c) { return c == '\n'; }).size();
      if (at == text.end())
        break;
    } else if (rest.starts_with("->")) {
      ++at;
    } else if (llvm::is_contained({'(', '[', '{', '<'}, *at)) {
      ++depth;
    } else if (llvm::is_contained({')', ']', '}', '>'}, *at)) {
      depth -= depth > 0;
    }
    if (!llvm::isSpace(*at))
      minuses = *at == '-' ? minuses + 1 : 0;
    if (depth > maxNesting || minuses > maxNesting)
      return makeError(SourceLocation::inText(name, text, at),
                       "nested deeper than " + llvm::Twine(maxNesting) +
                           " levels");
  }
  return Error::success();
}

static bool isWordCharacter(char c) {
  return llvm::isAlnum(c) || c == '_' || c == '$' || c == '.';
}

StringRef lacuna::skipTrivia(StringRef text) {
  while (true) {
    text = text.ltrim();
    if (!text.starts_with("//"))
      return text;
    text = text.drop_until([](char c) { return c == '\n'; });
  }
}

/// MLIR asks the element type of a dense array (`array<i32: 1>`) for its width
/// in bits, which `index` doesn't have. Nobody knows here what an alias
/// (`!t = index`) stands for. Strings and comments are searched, too: a text
/// that mentions this is refused rather than one that hides it let through.
static Error checkDenseArrays(StringRef text, StringRef name) {
  constexpr llvm::StringLiteral keyword = "array";
  for (size_t at = text.find(keyword); at != StringRef::npos;
       at = text.find(keyword, at + 1)) {
    if (at != 0 && isWordCharacter(text[at - 1]))
      continue;
    StringRef rest = skipTrivia(text.drop_front(at + keyword.size()));
    if (!rest.consume_front("<"))
      continue;
    rest = skipTrivia(rest);
    StringRef type =
        rest.take_while([](char c) { return c == '!' || isWordCharacter(c); });
    if (type == "index" || type.starts_with("!"))
      return makeError(SourceLocation::inText(name, text, rest.data()),
                       "the elements of 'array<...>' can't have type '" + type +
                           "'",
                       "write i64 for index, or the type itself for an alias");
  }
  return Error::success();
}

Error lacuna::checkModelText(StringRef text, StringRef name) {
  if (Error error = checkIsText(text, name, "the text of a model"))
    return error;
  if (Error error = checkNesting(text, name))
    return error;
  return checkDenseArrays(text, name);
}
