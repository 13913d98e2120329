// JSON with a limit on nesting.
#include "lacuna/Support/GuardedText.h"
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/InputFile.h"

using namespace lacuna;
using llvm::StringRef;

/// Refuses text whose brackets nest too deeply. Brackets inside strings don't
/// count; whether the brackets match is the parser's business.
static llvm::Error checkNesting(StringRef text, StringRef name) {
  unsigned depth = 0;
  bool inString = false;
  for (size_t index = 0; index < text.size(); ++index) {
    char c = text[index];
    if (inString) {
      if (c == '\\')
        ++index;
      else if (c == '"')
        inString = false;
    } else if (c == '"') {
      inString = true;
    } else if (c == '[' || c == '{') {
      if (++depth > maxNesting)
        return makeError(
            SourceLocation::inText(name, text, text.data() + index),
            "nesting is deeper than the limit of " + llvm::Twine(maxNesting));
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return llvm::Error::success();
}

llvm::Expected<llvm::json::Value> lacuna::parseJson(StringRef text,
                                                    StringRef name) {
  if (llvm::Error error = checkNesting(text, name))
    return error;
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(text);
  if (value)
    return value;
  // The parser's error is "[line:column, byte=offset]: what".
  std::string message = toString(value.takeError());
  StringRef rest = message;
  unsigned line = 0, column = 0;
  if (rest.consume_front("[") && !rest.consumeInteger(10, line) &&
      rest.consume_front(":") && !rest.consumeInteger(10, column) &&
      rest.contains("]: "))
    return makeError(SourceLocation::atLine(name, line, std::max(column, 1u)),
                     "this is not JSON: " + rest.split("]: ").second);
  return makeError(SourceLocation::inFile(name), message);
}

llvm::Expected<llvm::json::Value> lacuna::readJsonFile(StringRef path) {
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> file =
      readInputFile(path, maxTextBytes);
  if (!file)
    return file.takeError();
  return parseJson((*file)->getBuffer(), (*file)->getBufferIdentifier());
}
