// Rows of floats: conversions, arithmetic and functions on every element. All
// compute in fp32; loops are compiled for each kind of processor.
#ifndef LACUNA_LIB_EMULATOR_FLOATROWS_H
#define LACUNA_LIB_EMULATOR_FLOATROWS_H

#include "lacuna/Program/Instructions.h"

#include <cstddef>
#include <cstdint>

namespace lacuna {

/// out[i] = element i of the `count` of `type`, a float, at `in`.
void widenFloats(ElementType type, const uint8_t *in, size_t count, float *out);
/// The other way, rounded once; NaNs become canonical.
void narrowFloats(ElementType type, const float *in, size_t count,
                  uint8_t *out);
/// row[i] rounded to `type`, as an fp32 number.
void roundFloats(ElementType type, float *row, size_t count);

/// row[i] = (row[i] + addends[i]) * factors[i], each rounded; without factors
/// where that is null.
void addAndScale(float *row, size_t count, const float *addends,
                 const float *factors);
/// row[i] = the greater of the two.
void maximizeFloats(float *row, size_t count, const float *other,
                    bool ignoreNan);
/// row[i] = minimum(maximum(row[i], low), high).
void clampFloats(float *row, size_t count, float low, float high,
                 bool ignoreNan);
/// row[i] /= divisor.
void divideFloats(float *row, size_t count, float divisor);

/// a[i] = operation(a[i], b[i]) for an operation that gives floats, copy and
/// select aside.
void mapFloats(MapOperation operation, float *a, const float *b, size_t count,
               bool ignoreNan);

/// What products of floats depend on: whether all are finite, and how small
/// they are.
struct FloatRange {
  /// The bits of the greatest magnitude, and of the least that isn't zero less
  /// one.
  uint32_t greatest = 0;
  uint32_t least = UINT32_MAX;

  void include(const float *values, size_t count);
};

/// Whether all are finite, and no sum of products of an `a` and a `b` that are
/// not zero can be -0: then a product with a zero, added to a sum that isn't
/// -0, changes nothing.
bool canAddZeros(const FloatRange &a, const FloatRange &b);

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_FLOATROWS_H
