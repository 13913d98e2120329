// Output files that are written whole or not at all.
#ifndef LACUNA_SUPPORT_OUTPUTFILE_H
#define LACUNA_SUPPORT_OUTPUTFILE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lacuna {

/// A file under construction. What is written to os() appears under the file's
/// name only with commit(); without it nothing is left behind. A tool opens
/// all its outputs before it starts to work, so that an unwritable path is
/// found at once, and commits them when all has gone well.
class OutputFile {
public:
  /// Opens a temporary file beside `path`. "-" is standard output; an existing
  /// device or pipe is written in place, and both only at commit. Errors: the
  /// directory is missing or not writable, `path` is a directory, or is the
  /// same file as one of `inputs`.
  static llvm::Expected<OutputFile>
  create(llvm::StringRef path, llvm::ArrayRef<std::string> inputs = {});

  OutputFile(OutputFile &&other);
  OutputFile &operator=(OutputFile &&other);
  ~OutputFile();

  llvm::raw_ostream &os();

  /// Moves the contents to their place. Errors: a write failed, for example
  /// because the disk is full; then an earlier file of that name is intact.
  llvm::Error commit();

  struct Destination;

private:
  friend llvm::Error
  commitOutputs(llvm::MutableArrayRef<std::optional<OutputFile>> files);

  /// The two halves of commit(): all bytes are where they can't be lost any
  /// more, and the file gets its name.
  llvm::Error finish();
  llvm::Error publish();
  explicit OutputFile(std::unique_ptr<Destination> destination);
  std::unique_ptr<Destination> destination;
};

/// Opens a file for each of `paths`; none where a path is empty. Errors: those
/// of OutputFile::create, and one path for two files.
llvm::Expected<std::vector<std::optional<OutputFile>>>
openOutputs(llvm::ArrayRef<std::string> paths,
            llvm::ArrayRef<std::string> inputs);

/// Moves the contents of all that are open to their places, all or none: files
/// get their names once everything is written, devices and standard output,
/// which nothing can take back, last of all.
llvm::Error
commitOutputs(llvm::MutableArrayRef<std::optional<OutputFile>> files);

/// Writes `contents` to `path` whole or not at all.
llvm::Error writeFile(llvm::StringRef path, llvm::StringRef contents,
                      llvm::ArrayRef<std::string> inputs = {});

} // namespace lacuna

#endif // LACUNA_SUPPORT_OUTPUTFILE_H
