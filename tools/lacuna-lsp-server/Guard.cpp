// MLIR's server takes no hook before its parser, so its messages are looked
// through on their way in. It asks for whole documents at every change.
#include "Guard.h"

#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/GuardedText.h"
#include "lacuna/Support/ModelText.h"

#include "mlir/IR/Dialect.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Errno.h"
#include "llvm/Support/JSON.h"

#include <cstdio>
#include <thread>
#include <unistd.h>

using namespace lacuna;
using llvm::StringRef;
namespace json = llvm::json;

namespace {
/// Its one attribute, #lacuna<"message">, is an error with that message.
class RefusalDialect : public mlir::Dialect {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(RefusalDialect)
  static StringRef getDialectNamespace() { return "lacuna"; }
  explicit RefusalDialect(mlir::MLIRContext *context)
      : Dialect(getDialectNamespace(), context,
                mlir::TypeID::get<RefusalDialect>()) {}

  mlir::Attribute parseAttribute(mlir::DialectAsmParser &parser,
                                 mlir::Type) const override {
    std::string message;
    if (mlir::succeeded(parser.parseString(&message)))
      parser.emitError(parser.getNameLoc(), message);
    return {};
  }
};
} // namespace

/// A document whose only error is `refusal`, at its line.
static std::string makeRefused(llvm::Error refusal) {
  SourceLocation place;
  std::string message;
  llvm::handleAllErrors(std::move(refusal), [&](const LocatedError &located) {
    place = located.getLocation();
    message = located.getMessage().str();
    for (const Note &note : located.getNotes())
      message += "; " + note.message;
  });
  std::string text;
  llvm::raw_string_ostream os(text);
  // The name of the alias goes on the line above, what the parser takes for the
  // place of the attribute to the column of the error.
  constexpr unsigned before = llvm::StringLiteral("#lacuna<").size();
  if (place.line > 1) {
    os << std::string(place.line - 2, '\n') << "#refused =\n"
       << std::string(place.column > before ? place.column - 1 - before : 0,
                      ' ');
  } else {
    os << "#refused = ";
  }
  os << "#lacuna<\"";
  llvm::printEscapedString(message, os);
  os << "\">\n";
  return text;
}

/// Replaces the text of `document` where the parser is not safe on it.
static void guardText(json::Object *document) {
  std::optional<StringRef> text =
      document ? document->getString("text") : std::nullopt;
  if (!text)
    return;
  if (llvm::Error error = checkModelText(*text, "document"))
    (*document)["text"] = makeRefused(std::move(error));
}

/// `message` as the server may see it; none if it is no message.
static std::optional<std::string> guardMessage(StringRef message) {
  llvm::Expected<json::Value> value = parseJson(message, "message");
  if (!value) {
    reportError(value.takeError());
    return std::nullopt;
  }
  json::Object *object = value->getAsObject();
  json::Object *params = object ? object->getObject("params") : nullptr;
  if (params) {
    guardText(params->getObject("textDocument"));
    if (json::Array *changes = params->getArray("contentChanges"))
      for (json::Value &change : *changes)
        guardText(change.getAsObject());
  }
  return llvm::formatv("{0}", *value).str();
}

/// One line of `file` with its end, or "" at the end of the file.
static std::string readLine(std::FILE *file) {
  std::string line;
  for (int c; (c = std::getc(file)) != EOF;) {
    line += static_cast<char>(c);
    if (c == '\n' || line.size() == maxModelBytes)
      break;
  }
  return line;
}

/// The next message, "" between messages, or none at the end.
static std::optional<std::string> readDelimited(std::FILE *file) {
  std::string message;
  while (true) {
    std::string line = readLine(file);
    if (line.empty() && message.empty())
      return std::nullopt;
    if (line.empty() || StringRef(line).starts_with("// -----"))
      return message;
    if (!StringRef(line).starts_with("//") && !StringRef(line).starts_with("#"))
      message += line;
  }
}

static std::optional<std::string> readWithHeader(std::FILE *file) {
  uint64_t size = 0;
  while (true) {
    std::string line = readLine(file);
    if (line.empty())
      return std::nullopt;
    StringRef header = StringRef(line).trim();
    if (header.empty())
      break;
    if (header.consume_front("Content-Length:") &&
        header.trim().getAsInteger(10, size))
      return std::nullopt;
  }
  if (size > maxModelBytes)
    return std::nullopt;
  std::string message(size, '\0');
  if (std::fread(message.data(), 1, size, file) != size)
    return std::nullopt;
  return message;
}

static void filter(std::FILE *from, std::FILE *to, bool isDelimited) {
  while (true) {
    std::optional<std::string> message =
        isDelimited ? readDelimited(from) : readWithHeader(from);
    if (!message)
      break;
    std::optional<std::string> guarded = StringRef(*message).trim().empty()
                                             ? std::nullopt
                                             : guardMessage(*message);
    if (!guarded)
      continue;
    std::string framed = isDelimited
                             ? *guarded + "\n// -----\n"
                             : llvm::formatv("Content-Length: {0}\r\n\r\n{1}",
                                             guarded->size(), *guarded)
                                   .str();
    if (std::fwrite(framed.data(), 1, framed.size(), to) != framed.size())
      break;
    std::fflush(to);
  }
  std::fclose(to);
}

llvm::Error lacuna::guardStandardInput(mlir::DialectRegistry &registry,
                                       bool isDelimited) {
  registry.insert<RefusalDialect>();
  int ends[2];
  int original = dup(STDIN_FILENO);
  if (original < 0 || pipe(ends) != 0)
    return makeError("can't put a guard before standard input: " +
                     llvm::sys::StrError());
  dup2(ends[0], STDIN_FILENO);
  close(ends[0]);
  std::thread(filter, fdopen(original, "r"), fdopen(ends[1], "w"), isDelimited)
      .detach();
  return llvm::Error::success();
}
