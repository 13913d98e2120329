// Reading files whose contents and size nobody vouches for.
#ifndef LACUNA_SUPPORT_INPUTFILE_H
#define LACUNA_SUPPORT_INPUTFILE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace lacuna {

/// Most bytes of a text that a person writes: machine files, schedules.
constexpr uint64_t maxTextBytes = uint64_t(16) << 20;
/// Most bytes of a tensor or program file.
constexpr uint64_t maxBinaryBytes = uint64_t(8) << 30;

/// Reads all of `path` ("-" is standard input) into memory. Errors: it does
/// not exist, is a directory, can't be read, or holds more than `maxBytes`.
/// The file is copied, never mapped: a file that shrinks while it is read must
/// not end the process. Pipes and devices are read up to the limit.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
readInputFile(llvm::StringRef path, uint64_t maxBytes);

/// A regular file of which parts are read, so that memory need not hold it all.
class InputPieces {
public:
  /// Opens `path`. None if it is no regular file (standard input, a pipe),
  /// whose parts come once and in order. Errors: as of readInputFile.
  static llvm::Expected<std::optional<InputPieces>> open(llvm::StringRef path);

  InputPieces(InputPieces &&other);
  InputPieces &operator=(InputPieces &&other);
  ~InputPieces();

  /// Bytes of the file when it was opened.
  uint64_t getSize() const { return size; }

  /// Fills `bytes` with those from `offset` on. Any number of threads may.
  /// Error: the file can't be read, or ends before.
  llvm::Error read(uint64_t offset, llvm::MutableArrayRef<uint8_t> bytes) const;

private:
  InputPieces(std::string path, int descriptor, uint64_t size)
      : path(std::move(path)), descriptor(descriptor), size(size) {}
  void close();

  std::string path;
  int descriptor;
  uint64_t size;
};

} // namespace lacuna

#endif // LACUNA_SUPPORT_INPUTFILE_H
