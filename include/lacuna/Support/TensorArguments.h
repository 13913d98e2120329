// The tensor files of a run: matching `[NAME=]FILE` arguments to a program's
// inputs and outputs, and checking that what a file holds fits.
#ifndef LACUNA_SUPPORT_TENSORARGUMENTS_H
#define LACUNA_SUPPORT_TENSORARGUMENTS_H

#include "lacuna/Support/ElementType.h"
#include "lacuna/Support/NpyFile.h"
#include "lacuna/Support/OutputFile.h"
#include "lacuna/Support/PortQuantization.h"

#include "llvm/ADT/SmallVector.h"

#include <functional>
#include <map>
#include <mutex>
#include <optional>

namespace lacuna {

/// An input or output: its name on the command line and what it holds.
struct Port {
  std::string name;
  ElementType type = ElementType::I8;
  llvm::SmallVector<int64_t, 4> shape;
  /// Where the elements stand for fp32 outside: files of either are taken, and
  /// files of fp32 are given.
  std::optional<PortQuantization> quantization = std::nullopt;
};

/// The file for each of `ports`: those given by name, the others in order.
/// Errors: an unknown or repeated name, too many files, or too few unless
/// `isOptional` (then a path is empty).
llvm::Expected<std::vector<std::string>>
matchFiles(llvm::ArrayRef<std::string> arguments, llvm::ArrayRef<Port> ports,
           llvm::StringRef option, bool isOptional);

/// The tensors of all inputs and, if the leading axis counts samples, how many.
/// Each sample is read when it is asked for.
class InputArrays {
public:
  uint64_t samples = 1;

  /// Adds the tensor of `port`, which has its type, and its shape for each
  /// sample.
  void add(NpyFile file, Port port);

  /// The arrays of one of the samples. Any number of threads may read. Errors,
  /// at the file: those of NpyFile::read; values that the type (i4, i48) lacks.
  llvm::Expected<std::vector<NpyArray>> readSample(uint64_t sample) const;

private:
  std::vector<std::pair<NpyFile, Port>> inputs;
};

/// The bytes of each array.
llvm::SmallVector<llvm::ArrayRef<uint8_t>>
viewBytes(llvm::ArrayRef<NpyArray> arrays);

/// Opens the inputs. Errors: a file can't be read, or holds another element
/// type or shape than its port; with `each`, the numbers of samples differ.
llvm::Expected<InputArrays> readInputs(llvm::ArrayRef<std::string> paths,
                                       llvm::ArrayRef<Port> ports, bool each);

/// An array for each of `ports`, still without elements, of the type that its
/// file has; with `each`, its first axis counts `samples` runs.
std::vector<NpyArray> makeOutputArrays(llvm::ArrayRef<Port> ports,
                                       uint64_t samples, bool each);

/// Writes the outputs of samples as they come, in the samples' order.
class SampleWriter {
public:
  /// `files` are those of `ports`, with arrays as makeOutputArrays has them,
  /// and outlive this; none for outputs that nobody wants.
  SampleWriter(llvm::ArrayRef<Port> ports, uint64_t samples, bool each,
               llvm::MutableArrayRef<std::optional<OutputFile>> files);

  /// Takes the elements of each output of one sample. Those of later samples
  /// wait in memory for earlier ones. Any number of threads may add.
  void add(uint64_t sample, std::vector<std::vector<uint8_t>> outputs);

private:
  std::vector<Port> ports;
  llvm::MutableArrayRef<std::optional<OutputFile>> files;
  std::mutex mutex;
  uint64_t next = 0;
  std::map<uint64_t, std::vector<std::vector<uint8_t>>> waiting;
};

/// What is done for a sample.
using RunSample = std::function<llvm::Error(uint64_t)>;

/// Calls one of `runners` for each of the samples first, first + 1, ... end -
/// 1, each of them on a thread of its own if there are several. The error is
/// that of the first sample that has one; samples after it may not be run. On a
/// terminal, says which of several samples it is at.
llvm::Error forEachSample(uint64_t first, uint64_t end,
                          llvm::ArrayRef<RunSample> runners);
inline llvm::Error forEachSample(uint64_t samples, const RunSample &run) {
  return forEachSample(0, samples, run);
}

} // namespace lacuna

#endif // LACUNA_SUPPORT_TENSORARGUMENTS_H
