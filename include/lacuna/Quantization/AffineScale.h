// Integers that stand for reals: real = scale * (integer - zero point), and the
// fixed-point factors by which integers of one scale become those of another.
#ifndef LACUNA_QUANTIZATION_AFFINESCALE_H
#define LACUNA_QUANTIZATION_AFFINESCALE_H

#include "llvm/Support/Error.h"

#include <cstdint>

namespace lacuna::quantization {

/// Reals from `low` to `high`, both finite.
struct Range {
  double low = 0, high = 0;
};

/// Integers of `bits` bits (2 to 16), from `minimum` to `maximum`. `scale` is a
/// positive normal single-precision number.
struct AffineScale {
  unsigned bits = 8;
  double scale = 1;
  int64_t zeroPoint = 0;
  int64_t minimum = -128, maximum = 127;

  double dequantize(int64_t integer) const {
    return scale * double(integer - zeroPoint);
  }
  /// The nearest integer, halves to even, inside the limits. `real` is no NaN.
  int64_t quantize(double real) const;
};

/// How a range becomes integers.
enum class Symmetry {
  /// The zero point is 0; the range's ends are -(2^(bits-1) - 1) and
  /// 2^(bits-1) - 1.
  Symmetric,
  /// All 2^bits integers, with a zero point among them.
  Asymmetric,
};

/// The integers that cover `range`, extended so that it holds 0, which is then
/// exact. A range of nothing but 0 has scale 1. Errors: a range that is not
/// finite or not in order; a scale that no normal single-precision number is.
llvm::Expected<AffineScale> chooseAffine(Range range, unsigned bits,
                                         Symmetry symmetry);

/// multiplier / 2^shift.
struct Multiplier {
  int32_t multiplier = 0;
  int8_t shift = 2;

  double getFactor() const;
};

/// The multiplier and shift that come nearest to `factor` (not negative) and
/// that TOSA's RESCALE takes: 31 (or, `bits` = 15, 15) bits of multiplier,
/// shift 2 to 62. The relative error is at most 2^-31 (2^-15) where the factor
/// is at least 2^-32 (2^-48); below, the absolute error is at most 2^-63.
/// Error: the factor is not finite or too large, above 2^29 (2^13) less a bit.
llvm::Expected<Multiplier> chooseMultiplier(double factor, unsigned bits = 31);

} // namespace lacuna::quantization

#endif // LACUNA_QUANTIZATION_AFFINESCALE_H
