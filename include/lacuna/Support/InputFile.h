// Reading files whose contents and size nobody vouches for.
#ifndef LACUNA_SUPPORT_INPUTFILE_H
#define LACUNA_SUPPORT_INPUTFILE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cstdint>
#include <memory>

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

} // namespace lacuna

#endif // LACUNA_SUPPORT_INPUTFILE_H
