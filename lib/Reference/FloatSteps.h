// Steps that the functions of Float.h share (X19): rounding to an
// integer, polynomials, scaling, and sums of two floats that carry about 48
// bits.
#ifndef LACUNA_LIB_REFERENCE_FLOATSTEPS_H
#define LACUNA_LIB_REFERENCE_FLOATSTEPS_H

#include <cmath>
#include <cstdint>
#include <cstring>
#include <initializer_list>

namespace lacuna::reference::fp {

inline uint32_t bitsOf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

inline float floatOf(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

/// The integer nearest to `value`, ties to even; |value| < 2^22.
inline float roundToInteger(float value) {
  return (value + 0x1.8p23f) - 0x1.8p23f;
}

/// Polynomial by Horner's rule, one fma a step, coefficients of the highest
/// power first.
inline float horner(float x, std::initializer_list<float> coefficients) {
  const float *coefficient = coefficients.begin();
  float result = *coefficient++;
  while (coefficient != coefficients.end())
    result = std::fma(result, x, *coefficient++);
  return result;
}

/// value * 2^k for -252 <= k <= 254, in two multiplications of which only the
/// second can round.
inline float scaleByPowerOfTwo(float value, int k) {
  int half = k >> 1;
  value *= floatOf(uint32_t(half + 127) << 23);
  return value * floatOf(uint32_t(k - half + 127) << 23);
}

/// The unevaluated sum high + low.
struct Pair {
  float high;
  float low;
};

/// a + b exactly, where a is zero or not smaller in magnitude than b.
inline Pair quickTwoSum(float a, float b) {
  float sum = a + b;
  return {sum, b - (sum - a)};
}

/// a * b with an error of about 2^-46 of the product.
inline Pair multiply(Pair a, Pair b) {
  float product = a.high * b.high;
  float error = std::fma(a.high, b.high, -product);
  error = std::fma(a.high, b.low, error);
  error = std::fma(a.low, b.high, error);
  return quickTwoSum(product, error);
}

} // namespace lacuna::reference::fp

#endif // LACUNA_LIB_REFERENCE_FLOATSTEPS_H
