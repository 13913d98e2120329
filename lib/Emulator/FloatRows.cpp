// Plain loops, compiled once for each kind of processor: FloatFormats.h and
// FloatFunctions.h have no branches where it matters, so that they become
// vector code.
#include "FloatRows.h"

#include "FloatFunctions.h"

#include "Highway.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "FloatRows.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace lacuna {
namespace HWY_NAMESPACE {
namespace {
using namespace floats;

void widen(ElementType type, const uint8_t *in, size_t count, float *out) {
  withFormat(type, [&](auto format) HWY_ATTR {
    using F = decltype(format);
    for (size_t i = 0; i != count; ++i) {
      typename F::Bits bits;
      std::memcpy(&bits, in + i * sizeof(bits), sizeof(bits));
      out[i] = F::widen(bits);
    }
  });
}

void narrow(ElementType type, const float *in, size_t count, uint8_t *out) {
  withFormat(type, [&](auto format) HWY_ATTR {
    using F = decltype(format);
    for (size_t i = 0; i != count; ++i) {
      typename F::Bits bits = F::narrow(in[i]);
      std::memcpy(out + i * sizeof(bits), &bits, sizeof(bits));
    }
  });
}

void roundTo(ElementType type, float *row, size_t count) {
  withFormat(type, [&](auto format) HWY_ATTR {
    using F = decltype(format);
    for (size_t i = 0; i != count; ++i)
      row[i] = F::widen(F::narrow(row[i]));
  });
}

void addScaled(float *row, size_t count, const float *addends,
               const float *factors) {
  if (!factors) {
    for (size_t i = 0; i != count; ++i)
      row[i] = row[i] + addends[i];
    return;
  }
  for (size_t i = 0; i != count; ++i)
    row[i] = (row[i] + addends[i]) * factors[i];
}

void maximize(float *row, size_t count, const float *other, bool ignoreNan) {
  if (ignoreNan)
    for (size_t i = 0; i != count; ++i)
      row[i] = maximum<true>(row[i], other[i]);
  else
    for (size_t i = 0; i != count; ++i)
      row[i] = maximum<false>(row[i], other[i]);
}

template <bool ignoreNan>
HWY_INLINE void clampBy(float *row, size_t count, float low, float high) {
  for (size_t i = 0; i != count; ++i)
    row[i] = minimum<ignoreNan>(maximum<ignoreNan>(row[i], low), high);
}
void clampTo(float *row, size_t count, float low, float high, bool ignoreNan) {
  if (ignoreNan)
    clampBy<true>(row, count, low, high);
  else
    clampBy<false>(row, count, low, high);
}

void divideBy(float *row, size_t count, float divisor) {
  for (size_t i = 0; i != count; ++i)
    row[i] = row[i] / divisor;
}

// A loop for each operation.
#define LACUNA_EACH(operation, value)                                          \
  case MapOperation::operation:                                                \
    for (size_t i = 0; i != count; ++i) {                                      \
      [[maybe_unused]] float x = a[i], y = b[i];                               \
      a[i] = value;                                                            \
    }                                                                          \
    return;

void map(MapOperation operation, float *a, const float *b, size_t count,
         bool ignoreNan) {
  switch (operation) {
    LACUNA_EACH(Add, x + y)
    LACUNA_EACH(Subtract, x - y)
    LACUNA_EACH(Multiply, x * y)
    LACUNA_EACH(Maximum, ignoreNan ? maximum<true>(x, y) : maximum<false>(x, y))
    LACUNA_EACH(Minimum, ignoreNan ? minimum<true>(x, y) : minimum<false>(x, y))
    LACUNA_EACH(Absolute, absolute(x))
    LACUNA_EACH(Negate, negative(x))
    LACUNA_EACH(Reciprocal, reciprocal(x))
    LACUNA_EACH(ReciprocalSqrt, reciprocalSqrt(x))
    LACUNA_EACH(Exp, floats::exp(x))
    LACUNA_EACH(Log, floats::log(x))
    LACUNA_EACH(Power, power(x, y))
    LACUNA_EACH(Sigmoid, sigmoid(x))
    LACUNA_EACH(Tanh, floats::tanh(x))
    LACUNA_EACH(Erf, floats::erf(x))
    LACUNA_EACH(Sine, sine(x))
    LACUNA_EACH(Cosine, cosine(x))
    LACUNA_EACH(Floor, floats::floor(x))
    LACUNA_EACH(Ceiling, ceiling(x))
  default: // integers'
    return;
  }
}
#undef LACUNA_EACH

void includeAll(FloatRange &range, const float *values, size_t count) {
  uint32_t greatest = range.greatest, least = range.least;
  for (size_t i = 0; i != count; ++i) {
    uint32_t magnitude = toBits(values[i]) & ~signBit;
    greatest = magnitude > greatest ? magnitude : greatest;
    // Of zero this is the greatest number of all.
    least = magnitude - 1 < least ? magnitude - 1 : least;
  }
  range = {greatest, least};
}

} // namespace
} // namespace HWY_NAMESPACE
} // namespace lacuna
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lacuna {
HWY_EXPORT(widen);
HWY_EXPORT(narrow);
HWY_EXPORT(roundTo);
HWY_EXPORT(addScaled);
HWY_EXPORT(maximize);
HWY_EXPORT(clampTo);
HWY_EXPORT(divideBy);
HWY_EXPORT(map);
HWY_EXPORT(includeAll);

void widenFloats(ElementType type, const uint8_t *in, size_t count,
                 float *out) {
  HWY_DYNAMIC_DISPATCH(widen)(type, in, count, out);
}
void narrowFloats(ElementType type, const float *in, size_t count,
                  uint8_t *out) {
  HWY_DYNAMIC_DISPATCH(narrow)(type, in, count, out);
}
void roundFloats(ElementType type, float *row, size_t count) {
  if (type != ElementType::FP32)
    HWY_DYNAMIC_DISPATCH(roundTo)(type, row, count);
}
void addAndScale(float *row, size_t count, const float *addends,
                 const float *factors) {
  HWY_DYNAMIC_DISPATCH(addScaled)(row, count, addends, factors);
}
void maximizeFloats(float *row, size_t count, const float *other,
                    bool ignoreNan) {
  HWY_DYNAMIC_DISPATCH(maximize)(row, count, other, ignoreNan);
}
void clampFloats(float *row, size_t count, float low, float high,
                 bool ignoreNan) {
  HWY_DYNAMIC_DISPATCH(clampTo)(row, count, low, high, ignoreNan);
}
void divideFloats(float *row, size_t count, float divisor) {
  HWY_DYNAMIC_DISPATCH(divideBy)(row, count, divisor);
}
void mapFloats(MapOperation operation, float *a, const float *b, size_t count,
               bool ignoreNan) {
  HWY_DYNAMIC_DISPATCH(map)(operation, a, b, count, ignoreNan);
}
void FloatRange::include(const float *values, size_t count) {
  HWY_DYNAMIC_DISPATCH(includeAll)(*this, values, count);
}

bool canAddZeros(const FloatRange &a, const FloatRange &b) {
  if (a.greatest >= floats::infinityBits || b.greatest >= floats::infinityBits)
    return false;
  // Only zeros on one side: every term is one.
  if (a.least == UINT32_MAX || b.least == UINT32_MAX)
    return true;
  // The last bit of a product is then worth at least 2^-149, as that of a sum
  // is: what is not exactly zero does not round to it.
  double product = double(floats::fromBits(a.least + 1)) *
                   double(floats::fromBits(b.least + 1));
  return product >= 0x1p-101;
}
} // namespace lacuna
#endif
