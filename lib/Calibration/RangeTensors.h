// Ranges as tensors of a statistics file.
#ifndef LACUNA_LIB_CALIBRATION_RANGETENSORS_H
#define LACUNA_LIB_CALIBRATION_RANGETENSORS_H

#include "lacuna/Calibration/Range.h"
#include "lacuna/Support/WeightFile.h"

#include <array>
#include <deque>

namespace lacuna {

/// What tensors of ranges refer to while a file is written.
class RangeTensors {
public:
  /// Appends the tensors NAME + `suffix` + ".summary" and ".histogram" of each
  /// of `ranges`, which outlive this, in the order of their names.
  void append(const llvm::StringMap<RangeStatistics> &ranges,
              llvm::StringRef suffix, std::vector<NamedTensor> &tensors);

private:
  std::deque<std::array<double, 6>> summaries;
};

/// Reads what RangeTensors wrote. Errors, at `path`: a tensor of another type
/// or shape, or with values that no numbers give.
llvm::Error readRanges(const WeightFile &file, llvm::StringRef path,
                       llvm::StringRef suffix,
                       llvm::StringMap<RangeStatistics> &ranges);

} // namespace lacuna

#endif // LACUNA_LIB_CALIBRATION_RANGETENSORS_H
