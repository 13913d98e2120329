// Scales, zero points and fixed-point factors.
#include "lacuna/Quantization/AffineScale.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace lacuna;
using namespace lacuna::quantization;

/// The nearest integer, halves to even, whatever the rounding mode.
static double roundToEven(double value) {
  double below = std::floor(value), part = value - below;
  if (part != 0.5)
    return part < 0.5 ? below : below + 1;
  return std::fmod(below, 2) == 0 ? below : below + 1;
}

int64_t AffineScale::quantize(double real) const {
  double integer = roundToEven(real / scale) + double(zeroPoint);
  return int64_t(std::clamp(integer, double(minimum), double(maximum)));
}

llvm::Expected<AffineScale>
quantization::chooseAffine(Range range, unsigned bits, Symmetry symmetry) {
  if (!std::isfinite(range.low) || !std::isfinite(range.high) ||
      range.low > range.high)
    return makeError(llvm::formatv("values from {0} to {1} are no range",
                                   range.low, range.high)
                         .str());
  AffineScale affine;
  affine.bits = bits;
  affine.maximum = (int64_t(1) << (bits - 1)) - 1;
  affine.minimum = -affine.maximum - 1;
  double low = std::min(range.low, 0.0), high = std::max(range.high, 0.0);
  if (symmetry == Symmetry::Symmetric) {
    high = std::max(-low, high);
    low = -high;
  }
  if (high == low)
    return affine;
  // Each end divided by itself: the difference of two ends may overflow.
  double steps = symmetry == Symmetry::Symmetric
                     ? double(2 * affine.maximum)
                     : double(affine.maximum - affine.minimum);
  double scale = double(float(high / steps - low / steps));
  if (!std::isfinite(scale) || scale < std::numeric_limits<float>::min())
    return makeError(
        llvm::formatv("values from {0} to {1} have the scale {2}, which is no "
                      "normal 32-bit float",
                      range.low, range.high, scale)
            .str());
  affine.scale = scale;
  if (symmetry == Symmetry::Asymmetric)
    affine.zeroPoint =
        std::clamp(int64_t(roundToEven(double(affine.minimum) - low / scale)),
                   affine.minimum, affine.maximum);
  return affine;
}

double Multiplier::getFactor() const { return std::ldexp(multiplier, -shift); }

llvm::Expected<Multiplier> quantization::chooseMultiplier(double factor,
                                                          unsigned bits) {
  if (!(factor >= 0) || !std::isfinite(factor))
    return makeError(
        llvm::formatv("a rescale by {0} is no rescale", factor).str());
  if (factor == 0)
    return Multiplier();
  int exponent = 0;
  double fraction = std::frexp(factor, &exponent);
  int shift = int(bits) - exponent;
  double multiplier = std::round(std::ldexp(fraction, int(bits)));
  if (multiplier == std::ldexp(1, int(bits))) {
    multiplier /= 2;
    --shift;
  }
  if (shift < 2)
    return makeError(
        llvm::formatv("a rescale by {0} is more than a multiplier of {1} bits "
                      "can do",
                      factor, bits)
            .str());
  if (shift > 62) {
    multiplier = std::round(std::ldexp(factor, 62));
    shift = 62;
  }
  return Multiplier{int32_t(multiplier), int8_t(shift)};
}
