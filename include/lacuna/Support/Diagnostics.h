// Located errors. Whatever is wrong with an input becomes a LocatedError that
// says where (file with line and column, or with byte offset), what and why,
// with notes that say what to do; tools print it with reportError.
#ifndef LACUNA_SUPPORT_DIAGNOSTICS_H
#define LACUNA_SUPPORT_DIAGNOSTICS_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdint>
#include <optional>
#include <string>

namespace lacuna {

/// A place in an input. Text has a line and a column, both counted from 1
/// (0: not known); binary files have a byte offset.
struct SourceLocation {
  std::string file;
  unsigned line = 0;
  unsigned column = 0;
  std::optional<uint64_t> byteOffset;

  static SourceLocation inFile(llvm::StringRef file);
  static SourceLocation atLine(llvm::StringRef file, unsigned line,
                               unsigned column);
  static SourceLocation atByte(llvm::StringRef file, uint64_t byteOffset);
  /// The place of `position`, which points into `text` or to its end.
  static SourceLocation inText(llvm::StringRef file, llvm::StringRef text,
                               const char *position);

  /// "file:3:7", "file:byte 18", "file", or "" when nothing is known.
  std::string str() const;
};

/// What helps with an error: where to look or what to do.
struct Note {
  std::string message;
  SourceLocation location;
};

/// An error that says where in the user's input it lies.
class LocatedError : public llvm::ErrorInfo<LocatedError> {
public:
  static char ID;

  LocatedError(SourceLocation location, const llvm::Twine &message,
               llvm::SmallVector<Note, 1> notes = {})
      : location(std::move(location)), message(message.str()),
        notes(std::move(notes)) {}

  const SourceLocation &getLocation() const { return location; }
  llvm::StringRef getMessage() const { return message; }
  llvm::ArrayRef<Note> getNotes() const { return notes; }
  void addNote(Note note) { notes.push_back(std::move(note)); }

  /// One line: location, message and notes; what toString gives.
  void log(llvm::raw_ostream &os) const override;
  std::error_code convertToErrorCode() const override;

private:
  SourceLocation location;
  std::string message;
  llvm::SmallVector<Note, 1> notes;
};

/// An error at `location`; `hint`, if not empty, becomes a note.
llvm::Error makeError(SourceLocation location, const llvm::Twine &message,
                      const llvm::Twine &hint = "");

/// An error without a place of its own, such as a wrong command line.
llvm::Error makeError(const llvm::Twine &message, const llvm::Twine &hint = "");

/// `error` with a note added to each LocatedError in it.
llvm::Error addNote(llvm::Error error, const llvm::Twine &note,
                    SourceLocation location = {});

/// `error` with `file` as the place of all in it that has none: libraries that
/// know no file name leave that to their callers.
llvm::Error atFile(llvm::Error error, llvm::StringRef file);

/// Prints `error` (one or several) as "file:line:column: error: what" with a
/// "note: ..." line per note, and consumes it. Control characters and bytes
/// that are not UTF-8 are shown as \xNN: messages quote hostile input.
/// Returns whether there was an error.
bool reportError(llvm::Error error, llvm::raw_ostream &os = llvm::errs());

/// `text` with control characters (but for tabs and line breaks) and bytes that
/// are not UTF-8 as \xNN: how names from hostile input are kept and shown.
std::string toPrintable(llvm::StringRef text);

/// Prints "file:line:column: warning: what".
void reportWarning(const SourceLocation &location, const llvm::Twine &message,
                   llvm::raw_ostream &os = llvm::errs());

/// The one of `candidates` that was most likely meant by `name`, or "" when
/// none is near.
llvm::StringRef findNearest(llvm::StringRef name,
                            llvm::ArrayRef<llvm::StringRef> candidates);

} // namespace lacuna

#endif // LACUNA_SUPPORT_DIAGNOSTICS_H
