// Finding locations without a parser: only they have numbers behind a string.
#include "OtherFiles.h"

#include "lacuna/Support/ModelText.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"

using llvm::StringRef;

/// Takes `token`, which may stand behind blanks and comments, from the front of
/// `rest`; "0" stands for any digits.
static bool consume(StringRef &rest, StringRef token) {
  StringRef behind = lacuna::skipTrivia(rest);
  size_t digits = behind.take_while(llvm::isDigit).size();
  if (token == "0" ? digits == 0 : !behind.starts_with(token))
    return false;
  rest = behind.drop_front(token == "0" ? digits : token.size());
  return true;
}

/// Takes `:3:7`, `:3:7 to :9` or `:3:7 to 4:9` from the front of `rest`.
static bool consumePlace(StringRef &rest) {
  if (!consume(rest, ":") || !consume(rest, "0") || !consume(rest, ":") ||
      !consume(rest, "0"))
    return false;
  if (consume(rest, "to")) {
    consume(rest, "0");
    if (consume(rest, ":"))
      consume(rest, "0");
  }
  return true;
}

std::string lacuna::nameOtherFiles(StringRef text) {
  std::string named = text.str();
  StringRef rest = text;
  while (!rest.empty()) {
    if (rest.starts_with("//")) {
      rest = rest.drop_until([](char c) { return c == '\n'; });
      continue;
    }
    if (!rest.consume_front("\"")) {
      rest = rest.drop_front();
      continue;
    }
    size_t size = 0;
    while (size < rest.size() && rest[size] != '"' && rest[size] != '\n')
      size += rest[size] == '\\' ? 2 : 1;
    StringRef file = rest.take_front(size);
    rest = rest.drop_front(file.size());
    if (!rest.starts_with("\""))
      continue;
    size_t quote = rest.data() - text.data();
    rest = rest.drop_front();
    StringRef behind = rest;
    // A name with escapes may be that of any file.
    if (!consumePlace(behind) ||
        !(file.contains('\\') || llvm::sys::fs::exists(file)))
      continue;
    // The quote moves behind the numbers.
    size_t end = behind.data() - text.data();
    for (size_t at = quote; at + 1 != end; ++at)
      named[at] = llvm::isDigit(text[at + 1]) || text[at + 1] == ':'
                      ? text[at + 1]
                      : ' ';
    named[end - 1] = '"';
    rest = behind;
  }
  return named;
}
