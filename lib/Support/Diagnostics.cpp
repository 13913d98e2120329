// Making and printing located errors.
#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/WithColor.h"

using namespace lacuna;
using llvm::StringRef;
using llvm::Twine;

char LocatedError::ID = 0;

SourceLocation SourceLocation::inFile(StringRef file) {
  SourceLocation location;
  location.file = file.str();
  return location;
}

SourceLocation SourceLocation::atLine(StringRef file, unsigned line,
                                      unsigned column) {
  SourceLocation location = inFile(file);
  location.line = line;
  location.column = column;
  return location;
}

SourceLocation SourceLocation::atByte(StringRef file, uint64_t byteOffset) {
  SourceLocation location = inFile(file);
  location.byteOffset = byteOffset;
  return location;
}

SourceLocation SourceLocation::inText(StringRef file, StringRef text,
                                      const char *position) {
  StringRef before = text.take_front(position - text.data());
  size_t lastBreak = before.rfind('\n');
  size_t column = lastBreak == StringRef::npos ? before.size()
                                               : before.size() - lastBreak - 1;
  return atLine(file, before.count('\n') + 1, column + 1);
}

std::string SourceLocation::str() const {
  std::string text = file;
  llvm::raw_string_ostream os(text);
  if (line) {
    os << (file.empty() ? "line " : ":") << line;
    if (column)
      os << ":" << column;
  } else if (byteOffset) {
    os << (file.empty() ? "byte " : ":byte ") << *byteOffset;
  }
  return text;
}

void LocatedError::log(llvm::raw_ostream &os) const {
  std::string place = location.str();
  if (!place.empty())
    os << place << ": ";
  os << message;
  for (const Note &note : notes)
    os << "; " << note.message;
}

std::error_code LocatedError::convertToErrorCode() const {
  return llvm::inconvertibleErrorCode();
}

llvm::Error lacuna::makeError(SourceLocation location, const Twine &message,
                              const Twine &hint) {
  llvm::SmallVector<Note, 1> notes;
  std::string hintText = hint.str();
  if (!hintText.empty())
    notes.push_back({std::move(hintText), {}});
  return llvm::make_error<LocatedError>(std::move(location), message,
                                        std::move(notes));
}

llvm::Error lacuna::makeError(const Twine &message, const Twine &hint) {
  return makeError(SourceLocation(), message, hint);
}

llvm::Error lacuna::addNote(llvm::Error error, const Twine &note,
                            SourceLocation location) {
  std::string text = note.str();
  return llvm::handleErrors(
      std::move(error),
      [&](std::unique_ptr<LocatedError> located) -> llvm::Error {
        located->addNote({text, location});
        return llvm::Error(std::move(located));
      });
}

llvm::Error lacuna::atFile(llvm::Error error, StringRef file) {
  return llvm::handleErrors(
      std::move(error),
      [&](std::unique_ptr<LocatedError> located) -> llvm::Error {
        if (!located->getLocation().file.empty())
          return llvm::Error(std::move(located));
        SourceLocation place = located->getLocation();
        place.file = file.str();
        return llvm::make_error<LocatedError>(
            std::move(place), located->getMessage(),
            llvm::SmallVector<Note, 1>(located->getNotes()));
      },
      [&](const llvm::ErrorInfoBase &other) {
        return makeError(SourceLocation::inFile(file), other.message());
      });
}

/// Length of the UTF-8 sequence that `text` starts with, or 0.
static size_t sequenceLength(StringRef text) {
  const auto *begin = text.bytes_begin();
  unsigned length = llvm::getNumBytesForUTF8(*begin);
  if (length > text.size() || !llvm::isLegalUTF8Sequence(begin, begin + length))
    return 0;
  return length;
}

static void printEscaped(llvm::raw_ostream &os, StringRef text) {
  while (!text.empty()) {
    unsigned char byte = text.front();
    size_t length = sequenceLength(text);
    // U+0080 to U+009F, the second set of control characters, start with C2.
    bool isControl = (byte < 0x20 && byte != '\n' && byte != '\t') ||
                     byte == 0x7f ||
                     (byte == 0xc2 && length == 2 &&
                      static_cast<unsigned char>(text[1]) < 0xa0);
    if (isControl || length == 0) {
      os << "\\x" << llvm::hexdigit(byte >> 4, /*LowerCase=*/true)
         << llvm::hexdigit(byte & 15, /*LowerCase=*/true);
      text = text.drop_front();
      continue;
    }
    os << text.take_front(length);
    text = text.drop_front(length);
  }
}

std::string lacuna::toPrintable(StringRef text) {
  std::string printable;
  llvm::raw_string_ostream os(printable);
  printEscaped(os, text);
  return printable;
}

/// Prints "place: severity: message".
static void printLine(llvm::raw_ostream &os, const SourceLocation &location,
                      llvm::HighlightColor color, StringRef severity,
                      StringRef message) {
  std::string place = location.str();
  if (!place.empty()) {
    printEscaped(os, place);
    os << ": ";
  }
  llvm::WithColor(os, color).get() << severity << ": ";
  printEscaped(os, message);
  os << "\n";
}

bool lacuna::reportError(llvm::Error error, llvm::raw_ostream &os) {
  bool failed = static_cast<bool>(error);
  llvm::handleAllErrors(
      std::move(error),
      [&](const LocatedError &located) {
        printLine(os, located.getLocation(), llvm::HighlightColor::Error,
                  "error", located.getMessage());
        for (const Note &note : located.getNotes())
          printLine(os, note.location, llvm::HighlightColor::Note, "note",
                    note.message);
      },
      [&](const llvm::ErrorInfoBase &other) {
        printLine(os, {}, llvm::HighlightColor::Error, "error",
                  other.message());
      });
  return failed;
}

void lacuna::reportWarning(const SourceLocation &location, const Twine &message,
                           llvm::raw_ostream &os) {
  printLine(os, location, llvm::HighlightColor::Warning, "warning",
            message.str());
}

StringRef lacuna::findNearest(StringRef name,
                              llvm::ArrayRef<StringRef> candidates) {
  // A third of the name may differ; more is a coincidence.
  unsigned best = static_cast<unsigned>(name.size()) / 3 + 1;
  StringRef nearest;
  for (StringRef candidate : candidates) {
    unsigned distance = name.edit_distance(candidate, true, best);
    if (distance < best || (distance == best && nearest.empty())) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}
