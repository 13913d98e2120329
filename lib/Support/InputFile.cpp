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

static llvm::Error tooLarge(StringRef path, uint64_t maxBytes) {
  return readFailed(path, "it holds more than the limit of " +
                              llvm::Twine(maxBytes) + " bytes");
}

/// Reads a file of `size` bytes.
static llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
readRegular(fs::file_t file, uint64_t size, StringRef path) {
  auto buffer = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(size, path);
  if (!buffer)
    return readFailed(path, "there is no memory for its " + llvm::Twine(size) +
                                " bytes");
  llvm::MutableArrayRef<char> rest = buffer->getBuffer();
  while (true) {
    // One byte more than the size: a file that grows is noticed.
    char beyond;
    llvm::Expected<size_t> count = fs::readNativeFile(
        file, rest.empty() ? llvm::MutableArrayRef(beyond) : rest);
    if (!count)
      return readFailed(path, toString(count.takeError()));
    if (rest.empty() != (*count == 0))
      return readFailed(path, "its size changed while it was read");
    if (rest.empty())
      return buffer;
    rest = rest.drop_front(*count);
  }
}

/// Reads up to the end of `file`, whose size nobody knows.
static llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
readStream(fs::file_t file, uint64_t maxBytes, StringRef path) {
  constexpr size_t chunk = 1 << 16;
  llvm::SmallVector<char, 0> contents;
  while (true) {
    size_t size = contents.size();
    contents.resize_for_overwrite(size + chunk);
    llvm::Expected<size_t> count = fs::readNativeFile(
        file, llvm::MutableArrayRef<char>(contents.data() + size, chunk));
    if (!count)
      return readFailed(path, toString(count.takeError()));
    contents.truncate(size + *count);
    if (contents.size() > maxBytes)
      return tooLarge(path, maxBytes);
    if (*count == 0)
      return llvm::MemoryBuffer::getMemBufferCopy(
          StringRef(contents.data(), contents.size()), path);
  }
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
  bool isRegular = status.type() == fs::file_type::regular_file;
  if (isRegular && status.getSize() > maxBytes)
    return tooLarge(path, maxBytes);

  // A regular file is read into place: a copy of a large one would take as much
  // again.
  llvm::StringRef name = isStdin ? "<stdin>" : path;
  if (isRegular && status.getSize() != 0)
    return readRegular(file, status.getSize(), name);
  return readStream(file, maxBytes, name);
}

InputPieces::InputPieces(InputPieces &&other)
    : path(std::move(other.path)),
      descriptor(std::exchange(other.descriptor, -1)), size(other.size) {}

InputPieces &InputPieces::operator=(InputPieces &&other) {
  if (this != &other) {
    close();
    path = std::move(other.path);
    descriptor = std::exchange(other.descriptor, -1);
    size = other.size;
  }
  return *this;
}

InputPieces::~InputPieces() { close(); }

void InputPieces::close() {
  if (descriptor >= 0)
    llvm::consumeError(llvm::errorCodeToError(fs::closeFile(descriptor)));
}

llvm::Expected<std::optional<InputPieces>> InputPieces::open(StringRef path) {
  // What is not regular is not opened here: a pipe's reader comes once.
  if (path == "-" || (fs::exists(path) && !fs::is_regular_file(path)))
    return std::nullopt;
  llvm::Expected<fs::file_t> opened = fs::openNativeFileForRead(path);
  if (!opened)
    return readFailed(path, toString(opened.takeError()));
  InputPieces file(path.str(), *opened, 0);
  fs::file_status status;
  if (std::error_code error = fs::status(*opened, status))
    return readFailed(path, error.message());
  file.size = status.getSize();
  return std::optional(std::move(file));
}

llvm::Error InputPieces::read(uint64_t offset,
                              llvm::MutableArrayRef<uint8_t> bytes) const {
  llvm::MutableArrayRef rest(reinterpret_cast<char *>(bytes.data()),
                             bytes.size());
  while (!rest.empty()) {
    llvm::Expected<size_t> count =
        fs::readNativeFileSlice(descriptor, rest, offset);
    if (!count)
      return readFailed(path, toString(count.takeError()));
    if (*count == 0)
      return makeError(SourceLocation::atByte(path, offset),
                       "the file ends here; it had " + llvm::Twine(size) +
                           " bytes when it was opened");
    rest = rest.drop_front(*count);
    offset += *count;
  }
  return llvm::Error::success();
}
