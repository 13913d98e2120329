// Reading files with a limit on their size.
#include "lacuna/Support/InputFile.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"

using namespace lacuna;
using llvm::StringRef;
namespace fs = llvm::sys::fs;

static llvm::Error readFailed(StringRef path, const llvm::Twine &reason) {
  return makeError(SourceLocation::inFile(path),
                   "can't read this file: " + reason);
}

llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
lacuna::readInputFile(StringRef path, uint64_t maxBytes) {
  fs::file_t file = fs::getStdinHandle();
  bool isStdin = path == "-";
  if (!isStdin) {
    llvm::Expected<fs::file_t> opened = fs::openNativeFileForRead(path);
    if (!opened)
      return readFailed(path, toString(opened.takeError()));
    file = *opened;
  }
  auto close = llvm::scope_exit([&] {
    if (!isStdin)
      llvm::consumeError(llvm::errorCodeToError(fs::closeFile(file)));
  });

  fs::file_status status;
  if (std::error_code error = fs::status(file, status))
    return readFailed(path, error.message());
  if (status.type() == fs::file_type::directory_file)
    return readFailed(path, "it is a directory");
  auto tooLarge = [&] {
    return readFailed(path, "it holds more than the limit of " +
                                llvm::Twine(maxBytes) + " bytes");
  };
  bool isRegular = status.type() == fs::file_type::regular_file;
  if (isRegular && status.getSize() > maxBytes)
    return tooLarge();

  constexpr size_t chunk = 1 << 16;
  llvm::SmallVector<char, 0> contents;
  if (isRegular)
    contents.reserve(status.getSize() + 1);
  while (true) {
    size_t size = contents.size();
    contents.resize_for_overwrite(size + chunk);
    llvm::Expected<size_t> count = fs::readNativeFile(
        file, llvm::MutableArrayRef<char>(contents.data() + size, chunk));
    if (!count)
      return readFailed(path, toString(count.takeError()));
    contents.truncate(size + *count);
    if (contents.size() > maxBytes)
      return tooLarge();
    if (*count == 0)
      break;
  }
  return llvm::MemoryBuffer::getMemBufferCopy(
      StringRef(contents.data(), contents.size()), isStdin ? "<stdin>" : path);
}
