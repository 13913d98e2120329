// The functions of docs/numerics.md (rule numbers in brackets), written for the
// emulator alone. One element each; what a step rounds, and where it is fused,
// is part of the definition.
#ifndef LACUNA_LIB_EMULATOR_FLOATFUNCTIONS_H
#define LACUNA_LIB_EMULATOR_FLOATFUNCTIONS_H

#include "FloatFormats.h"

#include <cmath>

namespace lacuna {
namespace floats {

//===----------------------------------------------------------------------===//
// Steps [X19]
//===----------------------------------------------------------------------===//

LACUNA_ROW_FUNCTION float fma(float a, float b, float c) {
  return __builtin_fmaf(a, b, c);
}
LACUNA_ROW_FUNCTION float absolute(float x) {
  return fromBits(toBits(x) & ~signBit);
}
LACUNA_ROW_FUNCTION float negative(float x) {
  return fromBits(toBits(x) ^ signBit);
}
/// |magnitude| with the sign of `sign`.
LACUNA_ROW_FUNCTION float withSign(float magnitude, float sign) {
  return fromBits((toBits(magnitude) & ~signBit) | (toBits(sign) & signBit));
}
LACUNA_ROW_FUNCTION float infinity() { return fromBits(infinityBits); }
LACUNA_ROW_FUNCTION float nan() { return fromBits(nanBits); }

/// A polynomial, from the highest power down.
template <typename... Rest>
LACUNA_ROW_FUNCTION float horner(float x, float first, Rest... rest) {
  float p = first;
  ((p = fma(p, x, rest)), ...);
  return p;
}
/// To the nearest integer, ties to even; |x| below 2^22.
LACUNA_ROW_FUNCTION float rint(float x) { return (x + 0x1.8p23f) - 0x1.8p23f; }
/// 2^k, for -126 <= k <= 127.
LACUNA_ROW_FUNCTION float powerOfTwo(int32_t k) {
  return fromBits(static_cast<uint32_t>(k + 127) << 23);
}
LACUNA_ROW_FUNCTION float scale(float v, int32_t k) {
  int32_t half = k >> 1;
  return (v * powerOfTwo(half)) * powerOfTwo(k - half);
}

/// An unrounded sum high + low.
struct Pair {
  float high, low;
};
LACUNA_ROW_FUNCTION Pair quick(float a, float b) {
  float high = a + b;
  return {high, b - (high - a)};
}
LACUNA_ROW_FUNCTION Pair times(Pair a, Pair b) {
  float p = a.high * b.high;
  float e = fma(a.high, b.high, -p);
  e = fma(a.high, b.low, e);
  e = fma(a.low, b.high, e);
  return quick(p, e);
}

/// x = 2^exponent * (1 + fraction), for a positive finite x.
struct Split {
  float exponent, fraction;
};
LACUNA_ROW_FUNCTION Split split(float x) {
  bool isSubnormal = x < 0x1p-126f;
  uint32_t bits = toBits(isSubnormal ? x * 0x1p23f : x);
  uint32_t difference = bits - 0x3f3504f3;
  int32_t exponent =
      (static_cast<int32_t>(difference) >> 23) + (isSubnormal ? -23 : 0);
  float mantissa = fromBits((difference & 0x7fffff) + 0x3f3504f3);
  return {static_cast<float>(exponent), mantissa - 1};
}

//===----------------------------------------------------------------------===//
// Exact and correctly rounded functions
//===----------------------------------------------------------------------===//

/// x without its fraction, with its sign.
LACUNA_ROW_FUNCTION float truncated(float x) {
  float a = absolute(x);
  float r = (a + 0x1p23f) - 0x1p23f;
  r = r > a ? r - 1 : r;
  return a < 0x1p23f ? withSign(r, x) : x;
}
/// [X10]
LACUNA_ROW_FUNCTION float floor(float x) {
  float r = truncated(x);
  return r > x ? r - 1 : r;
}
LACUNA_ROW_FUNCTION float ceiling(float x) {
  float r = truncated(x);
  return r < x ? r + 1 : r;
}
/// [X12]
LACUNA_ROW_FUNCTION float reciprocal(float x) { return 1 / x; }
/// [X13]
LACUNA_ROW_FUNCTION float reciprocalSqrt(float x) { return 1 / std::sqrt(x); }

/// [X14]: of equal numbers only zeros differ, in the sign.
template <bool ignoreNan> LACUNA_ROW_FUNCTION float maximum(float a, float b) {
  float same = fromBits(toBits(a) & toBits(b));
  float result = a > b ? a : b > a ? b : same;
  result = isNan(a) ? (ignoreNan ? b : a) : result;
  return isNan(b) ? (ignoreNan ? a : b) : result;
}
template <bool ignoreNan> LACUNA_ROW_FUNCTION float minimum(float a, float b) {
  float same = fromBits(toBits(a) | toBits(b));
  float result = a < b ? a : b < a ? b : same;
  result = isNan(a) ? (ignoreNan ? b : a) : result;
  return isNan(b) ? (ignoreNan ? a : b) : result;
}

//===----------------------------------------------------------------------===//
// Exponentials and logarithms
//===----------------------------------------------------------------------===//

/// [X20]
LACUNA_ROW_FUNCTION float exp(float x) {
  float inside = x > 89 ? 89.0f : x < -104 ? -104.0f : x;
  inside = isNan(x) ? 0.0f : inside;
  float k = rint(inside * 0x1.715476p+0f);
  float r = fma(k, -0x1.62e4p-1f, inside);
  r = fma(k, -0x1.7f7d1cp-20f, r);
  float q = horner(r, 0x1.6d519p-10f, 0x1.123be2p-7f, 0x1.5554e4p-5f,
                   0x1.55548ep-3f, 0x1p-1f);
  float s = fma(r * r, q, r);
  float result = scale(1 + s, static_cast<int32_t>(k));
  result = x > 89 ? infinity() : result;
  result = x < -104 ? 0.0f : result;
  return isNan(x) ? nan() : result;
}

/// [X21]
LACUNA_ROW_FUNCTION float log(float x) {
  auto [e, f] = split(x);
  float p = horner(f, 0x1.13b42p-4f, -0x1.dd9a6ap-4f, 0x1.e6e1bcp-4f,
                   -0x1.fc3e52p-4f, 0x1.233ab6p-3f, -0x1.555b8ap-3f,
                   0x1.99a47ap-3f, -0x1.000008p-2f, 0x1.555548p-2f);
  float z = f * f;
  float t = fma(f * z, p, -0.5f * z);
  t = fma(e, 0x1.7f7d1cp-20f, t);
  float result = fma(e, 0x1.62e4p-1f, t + f);
  result = x == infinity() ? x : result;
  result = x == 0 ? -infinity() : result;
  return x >= 0 ? result : nan();
}

/// log2 of a positive finite number, as a pair.
LACUNA_ROW_FUNCTION Pair log2Pair(float a) {
  auto [e, f] = split(a);
  Pair d = quick(2, f);
  float sh = f / d.high;
  float t = fma(-sh, d.high, f);
  Pair s{sh, fma(-sh, d.low, t) / d.high};
  Pair z = times(s, s);
  float q = horner(z.high, 0x1.dfa114p-4f, 0x1.24528p-3f, 0x1.999ap-3f);
  Pair w = quick(0x1.555556p-2f, fma(z.high, q, -0x1.555556p-27f));
  Pair product = times(z, w);
  Pair u = quick(1, product.high);
  u.low = u.low + product.low;
  Pair l = times(times(s, u), {0x1.715476p+1f, 0x1.4ae0cp-25f});
  if (e != 0) {
    Pair sum = quick(e, l.high);
    l = {sum.high, sum.low + l.low};
  }
  return quick(l.high, l.low);
}

/// [X22], its lines numbered.
inline float power(float x, float y) {
  if (y == 0 || x == 1) // 1
    return 1;
  if (isNan(x) || isNan(y)) // 2
    return nan();
  float a = absolute(x);
  if (absolute(y) == infinity()) { // 3
    if (x == -1)
      return 1;
    return (a < 1) == (y < 0) ? infinity() : 0.0f;
  }
  float size = absolute(y);
  bool isInteger = truncated(y) == y;
  bool isOdd = isInteger && size < 0x1p24f && static_cast<int32_t>(size) & 1;
  float sign = toBits(x) & signBit && isOdd ? -1.0f : 1.0f;
  if (a == 0) // 4
    return withSign(y > 0 ? 0.0f : infinity(), sign);
  if (a == infinity()) // 5
    return withSign(y > 0 ? infinity() : 0.0f, sign);
  if (x < 0 && !isInteger) // 6
    return nan();
  if (x == -1) // 7
    return sign;
  Pair l = log2Pair(a); // 8
  float ph = y * l.high;
  if (ph >= 129)
    return withSign(infinity(), sign);
  if (ph <= -151)
    return withSign(0, sign);
  float pl = fma(y, l.low, fma(y, l.high, -ph));
  float k = rint(ph);
  float r = (ph - k) + pl;
  float p = horner(r, 0x1.4424fp-13f, 0x1.5f0ba6p-10f, 0x1.3b2a48p-7f,
                   0x1.c6af76p-5f, 0x1.ebfbep-3f, 0x1.62e43p-1f);
  return withSign(scale(fma(r, p, 1), static_cast<int32_t>(k)), sign);
}

/// [X23]
LACUNA_ROW_FUNCTION float sigmoid(float x) {
  float e = exp(-absolute(x));
  Pair d = quick(1, e);
  float q = e / d.high;
  float t = fma(-q, d.high, e);
  t = fma(-q, d.low, t);
  q = q + t / d.high;
  float result = x < 0 ? q : 1 - q;
  return isNan(x) ? nan() : result;
}

/// [X24]
LACUNA_ROW_FUNCTION float tanh(float x) {
  float a = absolute(x);
  float z = a * a;
  float p =
      horner(z, -0x1.77dcf8p-12f, 0x1.2da5a2p-9f, -0x1.04615cp-7f,
             0x1.6009f4p-6f, -0x1.b9624p-5f, 0x1.110be4p-3f, -0x1.55553cp-2f);
  float small = fma(a * z, p, a);
  float large = 1 - 2 / (exp(2 * a) + 1);
  float result = withSign(a < 1 ? small : large, x);
  result = a < 0x1p-12f ? x : result;
  return isNan(x) ? nan() : result;
}

/// [X25]
LACUNA_ROW_FUNCTION float erf(float x) {
  float a = absolute(x);
  float z = a * a;
  float q =
      horner(z, 0x1.48c588p-14f, -0x1.a3bafp-11f, 0x1.53fdb6p-8f,
             -0x1.b7f824p-6f, 0x1.ce2ceep-4f, -0x1.81273ep-2f, 0x1.06eba8p-3f);
  float small = fma(x, q, x);
  float p =
      horner(a - 1, 0x1.0107fcp-13f, -0x1.a08a3ap-10f, 0x1.39c8fep-7f,
             -0x1.527f8cp-5f, -0x1.afb2e2p-1f, -0x1.51c98cp+1f, -0x1.d97fcp+0f);
  float large = withSign(1 - exp(p), x);
  float result = a < 1 ? small : large;
  result = a >= 3.9375f ? withSign(1, x) : result;
  return isNan(x) ? nan() : result;
}

//===----------------------------------------------------------------------===//
// Angles [X26]
//===----------------------------------------------------------------------===//

/// Quarter turns modulo 4, and the angle in the last one.
struct Turn {
  uint32_t quarters;
  Pair angle;
};

/// Of a finite number that is not negative.
inline Turn reduceAngle(float a) {
  if (a < 0x1.921fb6p-1f)
    return {0, {a, 0}};
  // floor(2 / pi * 2^224), lowest word first.
  constexpr uint32_t twoOverPi[] = {0xfe5163ab, 0x3c439041, 0xdb629599,
                                    0xf534ddc0, 0xfc2757d1, 0x4e441529,
                                    0xa2f9836e};
  uint32_t bits = toBits(a), exponent = bits >> 23;
  uint64_t significand = (bits & 0x7fffff) | 0x800000;
  uint32_t product[12] = {};
  uint64_t carry = 0;
  for (unsigned i = 0; i != 7; ++i) {
    carry += significand * twoOverPi[i];
    product[i] = static_cast<uint32_t>(carry);
    carry >>= 32;
  }
  product[7] = static_cast<uint32_t>(carry);
  // Bits 312 - exponent and up; the exponent is 126 to 254.
  unsigned first = 312 - exponent, word = first / 32, bit = first % 32;
  uint64_t low = product[word] | uint64_t(product[word + 1]) << 32;
  uint64_t u =
      bit ? low >> bit | uint64_t(product[word + 2]) << (64 - bit) : low;
  uint64_t quarters = (u + (uint64_t(1) << 61)) >> 62;
  auto v = static_cast<int64_t>(u - (quarters << 62));
  auto high = static_cast<float>(v);
  auto low32 = static_cast<float>(v - static_cast<int64_t>(high));
  return {static_cast<uint32_t>(quarters),
          times({high, low32}, {0x1.921fb6p-62f, -0x1.777a5cp-87f})};
}

/// sin(x + quarters * pi / 2) of the sine's side: 0 gives sin, 1 cos.
inline float sineOf(float a, uint32_t quarters) {
  Turn turn = reduceAngle(a);
  auto [h, l] = turn.angle;
  float z = h * h;
  uint32_t n = turn.quarters + quarters;
  float result;
  if (n & 1)
    result =
        fma(z,
            fma(z, horner(z, 0x1.99e836p-16f, -0x1.6c0c28p-10f, 0x1.55554ap-5f),
                -0.5f),
            1);
  else
    result =
        h + fma(h * z,
                horner(z, -0x1.9956bp-13f, 0x1.11077ep-7f, -0x1.555546p-3f), l);
  return n & 2 ? negative(result) : result;
}

inline float sine(float x) {
  float a = absolute(x);
  if (!(a < infinity()))
    return nan();
  if (a < 0x1p-12f)
    return x;
  float result = sineOf(a, 0);
  return toBits(x) & signBit ? negative(result) : result;
}
inline float cosine(float x) {
  float a = absolute(x);
  return a < infinity() ? sineOf(a, 1) : nan();
}

} // namespace floats
} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_FLOATFUNCTIONS_H
