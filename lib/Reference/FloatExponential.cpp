// Exponential, logarithm, power and what is made of the exponential (X20 to
// X24): the steps of docs/numerics.md in their order. -ffp-contract=off holds
// in the whole tree, so that only the std::fma here are fused.
#include "FloatSteps.h"
#include "lacuna/Reference/Float.h"

#include <cmath>
#include <cstdlib>

using namespace lacuna::reference;
using namespace lacuna::reference::fp;

float fp::exp(float x) { // X20
  if (isNaN(x))
    return NAN;
  if (x > 89)
    return INFINITY;
  if (x < -104)
    return 0;
  float k = roundToInteger(x * 0x1.715476p+0f);
  float r = std::fma(k, -0x1.62e4p-1f, x);
  r = std::fma(k, -0x1.7f7d1cp-20f, r);
  float q = horner(r, {0x1.6d5190p-10f, 0x1.123be2p-7f, 0x1.5554e4p-5f,
                       0x1.55548ep-3f, 0x1p-1f});
  float s = std::fma(r * r, q, r);
  return scaleByPowerOfTwo(1 + s, int(k));
}

namespace {

/// x = 2^exponent * (1 + f), f exact, 1 + f between sqrt(1/2) and sqrt(2).
struct Decomposed {
  float exponent;
  float f;
};

} // namespace

/// X19's split of a positive finite x.
static Decomposed decompose(float x) {
  int shift = 0;
  if (x < 0x1p-126f) {
    x *= 0x1p23f;
    shift = -23;
  }
  constexpr int32_t sqrtHalf = 0x3f3504f3;
  int32_t offset = int32_t(bitsOf(x)) - sqrtHalf;
  float m = floatOf(uint32_t((offset & 0x7fffff) + sqrtHalf));
  return {float((offset >> 23) + shift), m - 1};
}

float fp::log(float x) { // X21
  if (isNaN(x) || x < 0)
    return NAN;
  if (x == 0)
    return -INFINITY;
  if (x == INFINITY)
    return INFINITY;
  auto [e, f] = decompose(x);
  float p = horner(f, {0x1.13b420p-4f, -0x1.dd9a6ap-4f, 0x1.e6e1bcp-4f,
                       -0x1.fc3e52p-4f, 0x1.233ab6p-3f, -0x1.555b8ap-3f,
                       0x1.99a47ap-3f, -0x1.000008p-2f, 0x1.555548p-2f});
  float z = f * f;
  float t = std::fma(f * z, p, -0.5f * z);
  t = std::fma(e, 0x1.7f7d1cp-20f, t);
  return std::fma(e, 0x1.62e4p-1f, t + f);
}

/// X22: log2 of a positive finite x, as a sum of two floats.
static Pair log2Pair(float x) {
  auto [e, f] = decompose(x);
  // s = f / (2 + f), the argument of log(1 + f) = 2 atanh(s).
  Pair d = quickTwoSum(2, f);
  Pair s;
  s.high = f / d.high;
  float rest = std::fma(-s.high, d.high, f);
  s.low = std::fma(-s.high, d.low, rest) / d.high;
  Pair z = multiply(s, s);
  float q = horner(z.high, {0x1.dfa114p-4f, 0x1.245280p-3f, 0x1.999a00p-3f});
  // 1 + z / 3 + z^2 q, without the 1.
  Pair w = quickTwoSum(0x1.555556p-2f, std::fma(z.high, q, -0x1.555556p-27f));
  Pair t = multiply(z, w);
  Pair u = quickTwoSum(1, t.high);
  u.low += t.low;
  Pair l = multiply(multiply(s, u), {0x1.715476p+1f, 0x1.4ae0c0p-25f});
  if (e != 0) {
    Pair sum = quickTwoSum(e, l.high);
    l = {sum.high, sum.low + l.low};
  }
  return quickTwoSum(l.high, l.low);
}

/// X22, line 8: |x| to the power y, both finite, |x| positive and not 1, y not
/// zero.
static float positivePower(float x, float y) {
  Pair l = log2Pair(x);
  float high = y * l.high;
  if (high >= 129)
    return INFINITY;
  if (high <= -151)
    return 0;
  float low = std::fma(y, l.low, std::fma(y, l.high, -high));
  float k = roundToInteger(high);
  float r = (high - k) + low;
  float p = horner(r, {0x1.4424f0p-13f, 0x1.5f0ba6p-10f, 0x1.3b2a48p-7f,
                       0x1.c6af76p-5f, 0x1.ebfbe0p-3f, 0x1.62e430p-1f});
  return scaleByPowerOfTwo(std::fma(r, p, 1.0f), int(k));
}

namespace {
enum class Parity { NotInteger, Even, Odd };
} // namespace

static Parity parityOf(float y) {
  float magnitude = std::fabs(y);
  if (magnitude >= 0x1p24f)
    return Parity::Even;
  auto whole = int32_t(magnitude);
  if (float(whole) != magnitude)
    return Parity::NotInteger;
  return whole & 1 ? Parity::Odd : Parity::Even;
}

float fp::pow(float x, float y) {
  if (y == 0 || x == 1)
    return 1;
  if (isNaN(x) || isNaN(y))
    return NAN;
  float base = std::fabs(x);
  if (std::isinf(y)) {
    if (base == 1)
      return 1;
    return (base < 1) == (y < 0) ? INFINITY : 0.0f;
  }
  Parity parity = parityOf(y);
  float sign = std::signbit(x) && parity == Parity::Odd ? -1.0f : 1.0f;
  if (base == 0)
    return sign * (y > 0 ? 0.0f : INFINITY);
  if (std::isinf(x))
    return sign * (y > 0 ? INFINITY : 0.0f);
  if (x < 0 && parity == Parity::NotInteger)
    return NAN;
  if (base == 1)
    return sign;
  return sign * positivePower(base, y);
}

float fp::sigmoid(float x) { // X23
  if (isNaN(x))
    return NAN;
  float e = exp(-std::fabs(x));
  Pair d = quickTwoSum(1, e);
  float small = e / d.high;
  // What the quotient leaves, so that only e's own error matters.
  float rest = std::fma(-small, d.high, e);
  rest = std::fma(-small, d.low, rest);
  small += rest / d.high;
  return x < 0 ? small : 1 - small;
}

float fp::tanh(float x) { // X24
  float magnitude = std::fabs(x);
  if (isNaN(x))
    return NAN;
  if (magnitude < 0x1p-12f)
    return x;
  float result;
  if (magnitude < 1) {
    float z = magnitude * magnitude;
    float p = horner(z, {-0x1.77dcf8p-12f, 0x1.2da5a2p-9f, -0x1.04615cp-7f,
                         0x1.6009f4p-6f, -0x1.b96240p-5f, 0x1.110be4p-3f,
                         -0x1.55553cp-2f});
    result = std::fma(magnitude * z, p, magnitude);
  } else {
    result = 1 - 2 / (exp(2 * magnitude) + 1);
  }
  return std::copysign(result, x);
}
