// A child writes each outcome to a pipe; what the parent misses has failed.
#include "Batch.h"

#include "lacuna/Support/Diagnostics.h"

#include "llvm/Support/Errno.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace lacuna;
using namespace lacuna::mutants;

namespace {
struct Header {
  Result result;
  uint16_t detailBytes;
};

class Child {
public:
  Child(uint64_t first, uint64_t end, const BatchLimits &limits)
      : next(first), end(end), limits(limits) {}

  /// Errors: no pipe, no process.
  llvm::Error start(llvm::function_ref<Outcome(uint64_t)> work);
  /// Reports outcomes until the child is gone; returns the first number that it
  /// left undone.
  uint64_t watch(llvm::function_ref<void(uint64_t, const Outcome &)> report);

private:
  bool readAll(void *bytes, size_t size) const;
  uint64_t residentBytes() const;

  uint64_t next, end;
  const BatchLimits &limits;
  pid_t process = -1;
  int pipeEnd = -1;
};
} // namespace

static bool writeAll(int file, const void *bytes, size_t size) {
  for (const auto *at = static_cast<const char *>(bytes); size != 0;) {
    ssize_t written = write(file, at, size);
    if (written <= 0)
      return false;
    at += written;
    size -= written;
  }
  return true;
}

static llvm::Error systemError(llvm::StringRef what) {
  return makeError(what + ": " + llvm::sys::StrError());
}

llvm::Error Child::start(llvm::function_ref<Outcome(uint64_t)> work) {
  int ends[2];
  if (pipe(ends) != 0)
    return systemError("can't make a pipe");
  llvm::outs().flush();
  process = fork();
  if (process < 0)
    return systemError("can't start a process");
  if (process != 0) {
    close(ends[1]);
    pipeEnd = ends[0];
    return llvm::Error::success();
  }
  // The child says nothing but through the pipe.
  int nowhere = open("/dev/null", O_WRONLY);
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
  for (uint64_t number = next; number != end; ++number) {
    Outcome outcome = work(number);
    outcome.detail.resize(std::min<size_t>(outcome.detail.size(), 2000));
    Header header{outcome.result, uint16_t(outcome.detail.size())};
    if (!writeAll(ends[1], &header, sizeof(header)) ||
        !writeAll(ends[1], outcome.detail.data(), outcome.detail.size()))
      break;
  }
  _exit(0);
}

bool Child::readAll(void *bytes, size_t size) const {
  for (auto *at = static_cast<char *>(bytes); size != 0;) {
    ssize_t count = read(pipeEnd, at, size);
    if (count <= 0)
      return false;
    at += count;
    size -= count;
  }
  return true;
}

uint64_t Child::residentBytes() const {
  std::string path = "/proc/" + std::to_string(process) + "/statm";
  std::FILE *file = std::fopen(path.c_str(), "r");
  if (!file)
    return 0;
  unsigned long all = 0, resident = 0;
  int read = std::fscanf(file, "%lu %lu", &all, &resident);
  std::fclose(file);
  return read == 2 ? uint64_t(resident) * sysconf(_SC_PAGESIZE) : 0;
}

uint64_t
Child::watch(llvm::function_ref<void(uint64_t, const Outcome &)> report) {
  using Clock = std::chrono::steady_clock;
  Clock::time_point started = Clock::now();
  std::string reason;
  while (next != end) {
    pollfd waiting{pipeEnd, POLLIN, 0};
    if (poll(&waiting, 1, /*timeout (ms)=*/100) > 0) {
      Header header;
      if (!readAll(&header, sizeof(header)))
        break;
      Outcome outcome{header.result, std::string(header.detailBytes, '\0')};
      if (!readAll(outcome.detail.data(), outcome.detail.size()))
        break;
      report(next++, outcome);
      started = Clock::now();
      continue;
    }
    if (Clock::now() - started > std::chrono::seconds(limits.seconds))
      reason = "it took more than " + std::to_string(limits.seconds) + " s";
    else if (residentBytes() > limits.bytes)
      reason = "it took more than " + std::to_string(limits.bytes) + " bytes";
    if (reason.empty())
      continue;
    kill(process, SIGKILL);
    break;
  }
  close(pipeEnd);
  int status = 0;
  waitpid(process, &status, 0);
  if (next == end)
    return next;
  if (reason.empty())
    reason = WIFSIGNALED(status)
                 ? "signal " + std::to_string(WTERMSIG(status))
                 : "exit code " + std::to_string(WEXITSTATUS(status));
  report(next++, {Result::Failed, reason});
  return next;
}

llvm::Error lacuna::mutants::runForked(
    uint64_t first, uint64_t count, const BatchLimits &limits,
    llvm::function_ref<Outcome(uint64_t)> work,
    llvm::function_ref<void(uint64_t, const Outcome &)> report) {
  uint64_t end = first + count;
  while (first != end) {
    Child child(first, std::min(end, first + limits.size), limits);
    if (llvm::Error error = child.start(work))
      return error;
    first = child.watch(report);
  }
  return llvm::Error::success();
}
