// Tensor files on the command line.
#include "lacuna/Support/TensorArguments.h"

#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>
#include <mutex>
#include <optional>
#include <thread>

using namespace lacuna;

/// "NAME i8[1, 3]", which says what a port wants.
static std::string describe(const Port &port) {
  return llvm::formatv("{0} {1}[{2:$[, ]}]", port.name, getName(port.type),
                       llvm::make_range(port.shape.begin(), port.shape.end()));
}

static std::string describeAll(llvm::ArrayRef<Port> ports) {
  std::string list = "the model has";
  if (ports.empty())
    list += " none";
  for (auto [i, port] : llvm::enumerate(ports))
    list += (i ? ", " : " ") + describe(port);
  return list;
}

llvm::Expected<std::vector<std::string>>
lacuna::matchFiles(llvm::ArrayRef<std::string> arguments,
                   llvm::ArrayRef<Port> ports, llvm::StringRef option,
                   bool isOptional) {
  auto fail = [&](const llvm::Twine &message) {
    return makeError(option + ": " + message, describeAll(ports));
  };
  std::vector<std::string> paths(ports.size());
  llvm::SmallVector<llvm::StringRef> unnamed;
  for (llvm::StringRef argument : arguments) {
    llvm::StringRef name, path;
    std::tie(name, path) = argument.split('=');
    if (name.size() == argument.size() || name.contains('/')) {
      unnamed.push_back(argument);
      continue;
    }
    auto port = llvm::find_if(
        ports, [&](const Port &candidate) { return candidate.name == name; });
    if (port == ports.end())
      return fail("nothing is called '" + name + "'");
    std::string &slot = paths[port - ports.begin()];
    if (!slot.empty())
      return fail("'" + name + "' is given twice");
    slot = path.str();
  }
  for (std::string &slot : paths) {
    if (!slot.empty() || unnamed.empty())
      continue;
    slot = unnamed.front().str();
    unnamed.erase(unnamed.begin());
  }
  if (!unnamed.empty())
    return fail("'" + unnamed.front() + "' is one file too many");
  for (auto [path, port] : llvm::zip_equal(paths, ports))
    if (path.empty() && !isOptional)
      return fail("a file for " + port.name + " is missing");
  return paths;
}

/// An element of `array` that a narrow type (i4, i48), stored in a wider one,
/// can't hold; none if all fit.
static std::optional<int64_t> findOutside(const NpyArray &array,
                                          ElementType type) {
  size_t size = getByteSize(array.type);
  if (getInfo(type).isFloat || (size != 1 && size != 8) ||
      type == ElementType::U8)
    return std::nullopt;
  for (size_t at = 0; at != array.data.size(); at += size) {
    // Little-endian, sign-extended.
    int64_t value = 0;
    std::memcpy(&value, &array.data[at], size);
    value = llvm::SignExtend64(static_cast<uint64_t>(value), 8 * size);
    if (value < getMinimum(type) || value > getMaximum(type))
      return value;
  }
  return std::nullopt;
}

llvm::Expected<InputArrays>
lacuna::readInputs(llvm::ArrayRef<std::string> paths,
                   llvm::ArrayRef<Port> ports, bool each) {
  InputArrays inputs;
  std::optional<uint64_t> samples;
  for (size_t i = 0; i < ports.size(); ++i) {
    llvm::StringRef path = paths[i];
    const Port &port = ports[i];
    llvm::Expected<NpyArray> array = readNpy(path);
    if (!array)
      return array.takeError();
    llvm::ArrayRef<int64_t> shape = array->shape;
    bool areSamples = !each && !shape.empty() &&
                      shape.drop_front() == llvm::ArrayRef<int64_t>(port.shape);
    auto fail = [&](const llvm::Twine &message) {
      return makeError(SourceLocation::inFile(path), message,
                       "the input is " + llvm::Twine(describe(port)) +
                           (each ? ", one for each sample"
                            : areSamples
                                ? "; with --each, the first axis counts samples"
                                : ""));
    };
    if (each && shape.empty())
      return fail("is a scalar, which has no axis that counts samples");
    if (each) {
      if (samples && *samples != uint64_t(shape.front()))
        return fail("has " + llvm::Twine(shape.front()) +
                    " samples where the input before has " +
                    llvm::Twine(*samples));
      samples = shape.front();
      shape = shape.drop_front();
    }
    if (shape != llvm::ArrayRef<int64_t>(port.shape))
      return fail(llvm::formatv("has shape [{0:$[, ]}]",
                                llvm::make_range(array->shape.begin(),
                                                 array->shape.end()))
                      .str());
    if (!canReadAs(array->type, getNpyType(port.type)))
      return fail("holds elements of type '" + getDescriptor(array->type) +
                  "' where '" + getDescriptor(getNpyType(port.type)) +
                  "' is needed");
    if (std::optional<int64_t> value = findOutside(*array, port.type))
      return fail(llvm::formatv("holds {0}, which {1} can't", *value,
                                getName(port.type))
                      .str());
    inputs.arrays.push_back(std::move(*array));
  }
  if (each && !samples)
    return makeError("--each: the model has no input to count samples in");
  inputs.samples = samples.value_or(1);
  return inputs;
}

llvm::SmallVector<llvm::ArrayRef<uint8_t>>
InputArrays::getSample(uint64_t sample) const {
  llvm::SmallVector<llvm::ArrayRef<uint8_t>> bytes;
  for (const NpyArray &array : arrays) {
    size_t size = array.data.size() / samples;
    bytes.push_back(llvm::ArrayRef(array.data).slice(sample * size, size));
  }
  return bytes;
}

std::vector<NpyArray> lacuna::makeOutputArrays(llvm::ArrayRef<Port> ports,
                                               uint64_t samples, bool each) {
  std::vector<NpyArray> arrays;
  for (const Port &port : ports) {
    NpyArray &array = arrays.emplace_back();
    array.type = getNpyType(port.type);
    if (each)
      array.shape.push_back(static_cast<int64_t>(samples));
    llvm::append_range(array.shape, port.shape);
  }
  return arrays;
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
