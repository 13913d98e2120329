// Which part of a tensor's values its integers cover: what lies outside is cut
// off, and what lies inside gets finer steps.
#ifndef LACUNA_QUANTIZATION_CHOOSERANGE_H
#define LACUNA_QUANTIZATION_CHOOSERANGE_H

#include "lacuna/Calibration/Range.h"
#include "lacuna/Quantization/AffineScale.h"

#include "llvm/ADT/StringRef.h"

#include <optional>

namespace lacuna::quantization {

enum class RangeMethod {
  /// All values.
  MinMax,
  /// The given share of the values; the rest is cut off in equal parts at both
  /// ends, of a tensor of one sign at its far end.
  Percentile,
  /// The least mean squared error of rounding and cutting off together.
  MSE,
  /// The least Kullback-Leibler divergence of the rounded distribution from the
  /// one that was seen: Migacz, "8-bit Inference with TensorRT", GTC 2017.
  KL,
};

/// The method called `name` (minmax, percentile, mse, kl), or none.
std::optional<RangeMethod> rangeMethodFromName(llvm::StringRef name);

struct RangeOptions {
  RangeMethod method = RangeMethod::MinMax;
  /// Percentile: share of the values that stay, in percent, above 50.
  double percentile = 99.99;
  unsigned bits = 8;
  Symmetry symmetry = Symmetry::Asymmetric;
};

/// The range for values of which `statistics` are known; it holds 0 and lies
/// inside minimum ... maximum and 0.
Range chooseRange(const RangeStatistics &statistics,
                  const RangeOptions &options);

/// The mean squared error of the histogram's values as integers of `affine`.
double meanSquaredError(const RangeStatistics &statistics,
                        const AffineScale &affine);

} // namespace lacuna::quantization

#endif // LACUNA_QUANTIZATION_CHOOSERANGE_H
