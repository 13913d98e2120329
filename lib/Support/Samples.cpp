// Samples one after the other, or several at a time: who runs which, and what
// is written in which order.
#include "lacuna/Support/TensorArguments.h"

#include "llvm/ADT/StringExtras.h"

#include <thread>

using namespace lacuna;

SampleWriter::SampleWriter(
    llvm::ArrayRef<Port> ports, uint64_t samples, bool each,
    llvm::MutableArrayRef<std::optional<OutputFile>> files)
    : ports(ports), files(files) {
  std::vector<NpyArray> arrays = makeOutputArrays(ports, samples, each);
  for (auto [array, file] : llvm::zip_equal(arrays, files))
    if (file)
      file->os() << encodeNpyHeader(array.type, array.shape);
}

void SampleWriter::add(uint64_t sample,
                       std::vector<std::vector<uint8_t>> outputs) {
  for (auto [port, output] : llvm::zip_equal(ports, outputs))
    if (port.quantization)
      output = dequantizeBytes(output, port.type, *port.quantization);
  std::lock_guard<std::mutex> lock(mutex);
  waiting.emplace(sample, std::move(outputs));
  for (auto first = waiting.begin();
       first != waiting.end() && first->first == next;
       first = waiting.erase(first), ++next)
    for (auto [file, bytes] : llvm::zip_equal(files, first->second))
      if (file)
        file->os() << llvm::toStringRef(bytes);
}

namespace {
/// Hands out samples in order to several threads, and keeps the error of the
/// first sample that has one: whoever has an earlier sample finishes it, so the
/// error does not depend on the threads.
class SampleQueue {
public:
  SampleQueue(uint64_t first, uint64_t end)
      : next(first), end(end),
        showProgress(end - first > 1 && llvm::errs().is_displayed()) {}

  void work(const RunSample &run) {
    while (std::optional<uint64_t> sample = take())
      if (llvm::Error error = run(*sample))
        fail(*sample, std::move(error));
  }

  llvm::Error finish() {
    if (showProgress)
      llvm::errs() << '\n';
    return failed ? std::move(failed->second) : llvm::Error::success();
  }

private:
  std::optional<uint64_t> take() {
    std::lock_guard<std::mutex> lock(mutex);
    if (failed || next == end)
      return std::nullopt;
    if (showProgress)
      llvm::errs() << "\rsample " << next + 1 << " of " << end;
    return next++;
  }
  void fail(uint64_t sample, llvm::Error error) {
    std::lock_guard<std::mutex> lock(mutex);
    if (!failed || sample < failed->first) {
      if (failed)
        llvm::consumeError(std::move(failed->second));
      failed.emplace(sample, std::move(error));
    } else {
      llvm::consumeError(std::move(error));
    }
  }

  std::mutex mutex;
  uint64_t next, end;
  bool showProgress;
  std::optional<std::pair<uint64_t, llvm::Error>> failed;
};
} // namespace

llvm::Error lacuna::forEachSample(uint64_t first, uint64_t end,
                                  llvm::ArrayRef<RunSample> runners) {
  SampleQueue queue(first, end);
  std::vector<std::thread> threads;
  for (const RunSample &run : runners.drop_front())
    threads.emplace_back([&queue, &run] { queue.work(run); });
  queue.work(runners.front());
  for (std::thread &thread : threads)
    thread.join();
  return queue.finish();
}
