// Output through a temporary file and a rename.
#include "lacuna/Support/OutputFile.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Signals.h"

using namespace lacuna;
using llvm::StringRef;
namespace fs = llvm::sys::fs;

/// Where an output goes: a temporary file to be renamed, or a device or
/// standard output, from which nothing can be taken back, at commit.
struct OutputFile::Destination {
  std::string path;
  /// `path` with symbolic links followed: the rename must not replace a link.
  std::string target;
  /// Name of the temporary file while there is one.
  std::string temporary;
  /// Contents for a device or standard output, held back until commit.
  std::string held;
  /// What os() is: into `held`, or null, where it is `file`.
  std::unique_ptr<llvm::raw_ostream> holder;
  /// The temporary file or the device; null for standard output.
  std::unique_ptr<llvm::raw_fd_ostream> file;

  void hold() { holder = std::make_unique<llvm::raw_string_ostream>(held); }

  ~Destination() {
    // An uncommitted stream may hold an error that would end the process.
    if (file)
      file->clear_error();
    file.reset();
    removeTemporary();
  }

  void removeTemporary() {
    if (temporary.empty())
      return;
    llvm::consumeError(llvm::errorCodeToError(fs::remove(temporary)));
    llvm::sys::DontRemoveFileOnSignal(temporary);
    temporary.clear();
  }

  std::error_code openTemporary(unsigned mode);
};

// fs::TempFile would read a '%' in the user's own path as a placeholder.
std::error_code OutputFile::Destination::openTemporary(unsigned mode) {
  std::error_code error;
  for (unsigned attempt = 0; attempt < 100; ++attempt) {
    std::string name = target + ".tmp-" +
                       llvm::utostr(llvm::sys::Process::getProcessId()) + "-" +
                       llvm::utostr(attempt);
    int descriptor;
    error = fs::openFileForWrite(name, descriptor, fs::CD_CreateNew,
                                 fs::OF_None, mode);
    if (error == std::errc::file_exists)
      continue;
    if (error)
      return error;
    temporary = std::move(name);
    llvm::sys::RemoveFileOnSignal(temporary);
    file = std::make_unique<llvm::raw_fd_ostream>(descriptor,
                                                  /*shouldClose=*/true);
    return {};
  }
  return error;
}

static llvm::Error writeFailed(StringRef path, const llvm::Twine &reason) {
  return makeError(SourceLocation::inFile(path),
                   "can't write this file: " + reason);
}

static bool isSameFile(StringRef left, StringRef right) {
  bool same = false;
  if (!fs::equivalent(left, right, same))
    return same && fs::is_regular_file(left);
  return false;
}

OutputFile::OutputFile(std::unique_ptr<Destination> destination)
    : destination(std::move(destination)) {}
OutputFile::OutputFile(OutputFile &&other) = default;
OutputFile &OutputFile::operator=(OutputFile &&other) = default;
OutputFile::~OutputFile() = default;

llvm::raw_ostream &OutputFile::os() {
  return destination->holder ? *destination->holder : *destination->file;
}

llvm::Expected<OutputFile>
OutputFile::create(StringRef path, llvm::ArrayRef<std::string> inputs) {
  auto destination = std::make_unique<Destination>();
  destination->path = path.str();
  if (path.empty())
    return makeError("an output file needs a name");
  if (path == "-") {
    destination->hold();
    return OutputFile(std::move(destination));
  }
  for (const std::string &input : inputs)
    if (isSameFile(path, input))
      return writeFailed(path,
                         "it is an input (" + input + "), which would be lost");

  fs::file_status status;
  std::error_code missing = fs::status(path, status);
  if (!missing && status.type() == fs::file_type::directory_file)
    return writeFailed(path, "it is a directory");
  if (!missing && status.type() != fs::file_type::regular_file) {
    std::error_code error;
    destination->file = std::make_unique<llvm::raw_fd_ostream>(
        path, error, fs::CD_OpenExisting, fs::FA_Write, fs::OF_None);
    if (error)
      return writeFailed(path, error.message());
    destination->hold();
    return OutputFile(std::move(destination));
  }
  if (!missing && !fs::can_write(path))
    return writeFailed(path, "it is write-protected");

  llvm::SmallString<256> target(path);
  if (!missing) {
    if (std::error_code error = fs::real_path(path, target))
      return writeFailed(path, error.message());
  }
  destination->target = target.str().str();
  if (std::error_code error = destination->openTemporary(
          missing ? fs::all_read | fs::all_write : status.permissions()))
    return writeFailed(path, error.message());
  return OutputFile(std::move(destination));
}

llvm::Error OutputFile::finish() {
  Destination &to = *destination;
  llvm::raw_fd_ostream *stream = to.file ? to.file.get() : &llvm::outs();
  if (to.holder)
    *stream << to.held;
  stream->flush();
  // Some file systems report a full disk only when the file is closed.
  if (!to.temporary.empty() && !stream->has_error())
    stream->close();
  if (std::error_code error = stream->error()) {
    stream->clear_error();
    return writeFailed(to.path, error.message());
  }
  return llvm::Error::success();
}

llvm::Error OutputFile::publish() {
  Destination &to = *destination;
  if (to.temporary.empty())
    return llvm::Error::success();
  if (std::error_code error = fs::rename(to.temporary, to.target))
    return writeFailed(to.path, error.message());
  llvm::sys::DontRemoveFileOnSignal(to.temporary);
  to.temporary.clear();
  return llvm::Error::success();
}

llvm::Error OutputFile::commit() {
  if (llvm::Error error = finish())
    return error;
  return publish();
}

llvm::Expected<std::vector<std::optional<OutputFile>>>
lacuna::openOutputs(llvm::ArrayRef<std::string> paths,
                    llvm::ArrayRef<std::string> inputs) {
  std::vector<std::optional<OutputFile>> files(paths.size());
  llvm::StringSet<> names;
  for (auto [path, file] : llvm::zip_equal(paths, files)) {
    if (path.empty())
      continue;
    // A device such as /dev/null takes any number of outputs.
    bool isDevice = fs::exists(path) && !fs::is_regular_file(path);
    if (!names.insert(path).second && !isDevice)
      return writeFailed(path, "two outputs would go to it");
    llvm::Expected<OutputFile> opened = OutputFile::create(path, inputs);
    if (!opened)
      return opened.takeError();
    file = std::move(*opened);
  }
  return files;
}

llvm::Error
lacuna::commitOutputs(llvm::MutableArrayRef<std::optional<OutputFile>> files) {
  for (bool hasName : {true, false})
    for (std::optional<OutputFile> &file : files)
      if (file && file->destination->temporary.empty() != hasName)
        if (llvm::Error error = file->finish())
          return error;
  for (std::optional<OutputFile> &file : files)
    if (file)
      if (llvm::Error error = file->publish())
        return error;
  return llvm::Error::success();
}

llvm::Error lacuna::writeFile(StringRef path, StringRef contents,
                              llvm::ArrayRef<std::string> inputs) {
  llvm::Expected<OutputFile> file = OutputFile::create(path, inputs);
  if (!file)
    return file.takeError();
  file->os() << contents;
  return file->commit();
}
