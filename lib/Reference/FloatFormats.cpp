// Float formats: what their bits mean and how a value is rounded to them (X1
// to X5, X18).
#include "lacuna/Reference/Float.h"

#include "llvm/Support/ErrorHandling.h"

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace lacuna;
using namespace lacuna::reference;

namespace {

/// X1's table.
struct Format {
  unsigned exponentBits;
  unsigned fractionBits;
  bool hasInfinity;

  int bias() const { return (1 << (exponentBits - 1)) - 1; }
  int64_t exponentMask() const { return (int64_t(1) << exponentBits) - 1; }
  int64_t fractionMask() const { return (int64_t(1) << fractionBits) - 1; }
  int64_t signBit() const {
    return int64_t(1) << (exponentBits + fractionBits);
  }
  /// The bits of what lies above the greatest finite number: infinity, or
  /// NaN where there is none.
  int64_t overflow() const {
    return exponentMask() << fractionBits | (hasInfinity ? 0 : fractionMask());
  }
};

} // namespace

static Format formatOf(ElementType type) {
  switch (type) {
  case ElementType::FP8E4M3:
    return {4, 3, false};
  case ElementType::FP8E5M2:
    return {5, 2, true};
  case ElementType::BF16:
    return {8, 7, true};
  case ElementType::FP16:
    return {5, 10, true};
  case ElementType::FP32:
    return {8, 23, true};
  default:
    llvm_unreachable("an integer type has no float format");
  }
}

bool fp::isNaN(float value) { return value != value; }

int64_t fp::canonicalNaN(ElementType type) {
  Format format = formatOf(type);
  if (!format.hasInfinity)
    return format.overflow();
  return format.overflow() | int64_t(1) << (format.fractionBits - 1);
}

float fp::decode(ElementType type, int64_t bits) {
  Format format = formatOf(type);
  int64_t exponent = bits >> format.fractionBits & format.exponentMask();
  int64_t fraction = bits & format.fractionMask();
  float magnitude;
  if (exponent == format.exponentMask() && format.hasInfinity)
    magnitude = fraction ? NAN : INFINITY;
  else if ((bits & (format.signBit() - 1)) == format.overflow())
    magnitude = NAN;
  else if (exponent == 0)
    magnitude = std::ldexp(float(fraction),
                           1 - format.bias() - int(format.fractionBits));
  else
    magnitude =
        std::ldexp(float(fraction + format.fractionMask() + 1),
                   int(exponent) - format.bias() - int(format.fractionBits));
  return bits & format.signBit() ? -magnitude : magnitude;
}

/// X3 for any value that a double holds exactly.
static int64_t encodeExact(ElementType type, double value) {
  Format format = formatOf(type);
  if (value != value || (std::isinf(value) && !format.hasInfinity))
    return fp::canonicalNaN(type);
  int64_t sign = std::signbit(value) ? format.signBit() : 0;
  if (value == 0)
    return sign;
  if (std::isinf(value))
    return sign | format.overflow();

  // |value| = significand * 2^(exponent - 52), exactly.
  int exponent;
  auto significand =
      int64_t(std::ldexp(std::frexp(std::fabs(value), &exponent), 53));
  --exponent;
  // The result is a multiple of 2^(scale - fractionBits): subnormals all share
  // the scale of the least normal number.
  int scale = std::max(exponent, 1 - format.bias());
  int dropped = scale - exponent + 52 - int(format.fractionBits);
  int64_t kept = 0;
  if (dropped <= 53) {
    int64_t half = int64_t(1) << (dropped - 1);
    int64_t rest = significand & (2 * half - 1);
    kept = significand >> dropped;
    kept += rest > half || (rest == half && (kept & 1));
  }
  // Adding the exponent to the field carries a significand rounded up to the
  // next power of two, and a subnormal rounded up to a normal number.
  int64_t field = scale + format.bias() - 1;
  int64_t bits = (field << format.fractionBits) + kept;
  if (bits < format.overflow())
    return sign | bits;
  return format.hasInfinity ? sign | format.overflow() : fp::canonicalNaN(type);
}

int64_t fp::encode(ElementType type, float value) {
  return encodeExact(type, value);
}

int64_t fp::encodeInteger(ElementType type, int64_t value) {
  return encodeExact(type, double(value));
}

int64_t fp::toInteger(float value, unsigned bits) {
  if (isNaN(value))
    return 0;
  int64_t limit = int64_t(1) << (bits - 1);
  double bounded = std::clamp<double>(value, double(-limit), double(limit - 1));
  double below = std::floor(bounded);
  double rest = bounded - below;
  auto result = int64_t(below);
  return result + (rest > 0.5 || (rest == 0.5 && (result & 1)));
}
