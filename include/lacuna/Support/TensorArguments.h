// The tensor files of a run: matching `[NAME=]FILE` arguments to a program's
// inputs and outputs, and checking that what a file holds fits.
#ifndef LACUNA_SUPPORT_TENSORARGUMENTS_H
#define LACUNA_SUPPORT_TENSORARGUMENTS_H

#include "lacuna/Support/ElementType.h"
#include "lacuna/Support/Npy.h"

#include "llvm/ADT/SmallVector.h"

#include <functional>

namespace lacuna {

/// An input or output: its name on the command line and what it holds.
struct Port {
  std::string name;
  ElementType type = ElementType::I8;
  llvm::SmallVector<int64_t, 4> shape;
};

/// The file for each of `ports`: those given by name, the others in order.
/// Errors: an unknown or repeated name, too many files, or too few unless
/// `isOptional` (then a path is empty).
llvm::Expected<std::vector<std::string>>
matchFiles(llvm::ArrayRef<std::string> arguments, llvm::ArrayRef<Port> ports,
           llvm::StringRef option, bool isOptional);

/// The arrays of all inputs and, if the leading axis counts samples, how many.
struct InputArrays {
  std::vector<NpyArray> arrays;
  uint64_t samples = 1;

  /// The bytes of each input in one of the samples.
  llvm::SmallVector<llvm::ArrayRef<uint8_t>> getSample(uint64_t sample) const;
};

/// Reads the inputs. Errors: a file can't be read, or holds another element
/// type or shape than its port, or values that the type (i4, i48) lacks; with
/// `each`, the numbers of samples differ.
llvm::Expected<InputArrays> readInputs(llvm::ArrayRef<std::string> paths,
                                       llvm::ArrayRef<Port> ports, bool each);

/// An array for each of `ports`, still without elements, to which `samples`
/// runs append theirs; with `each`, its first axis counts the runs.
std::vector<NpyArray> makeOutputArrays(llvm::ArrayRef<Port> ports,
                                       uint64_t samples, bool each);

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
