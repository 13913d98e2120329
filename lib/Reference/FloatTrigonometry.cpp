// Sine and cosine over all of fp32 (X26): the quarter turn and the angle
// inside it come from an integer product with 2 / pi, so that no argument is
// too large.
#include "FloatSteps.h"
#include "lacuna/Reference/Float.h"

#include <array>
#include <cmath>

using namespace lacuna::reference;
using namespace lacuna::reference::fp;

namespace {

/// An angle between about -pi/4 and pi/4, and the quarter turns before it,
/// modulo 4.
struct Reduced {
  Pair angle;
  unsigned quarters;
};

} // namespace

/// 2 / pi * 2^224, truncated, the most significant word first.
static constexpr std::array<uint32_t, 7> twoOverPi = {
    0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0,
    0xdb629599, 0x3c439041, 0xfe5163ab};

/// floor(significand * T / 2^shift) modulo 2^64, T the number above.
static uint64_t productBits(uint32_t significand, unsigned shift) {
  // The product in words of 32 bits, least significant first; the two words of
  // zeros let the window below reach past its end.
  std::array<uint32_t, 10> product = {};
  uint64_t carry = 0;
  for (unsigned word = 0; word < 7; ++word) {
    carry += uint64_t(significand) * twoOverPi[6 - word];
    product[word] = uint32_t(carry);
    carry >>= 32;
  }
  product[7] = uint32_t(carry);
  unsigned first = shift / 32, bit = shift % 32;
  uint64_t low = product[first] | uint64_t(product[first + 1]) << 32;
  if (bit == 0)
    return low;
  return low >> bit | uint64_t(product[first + 2]) << (64 - bit);
}

/// `magnitude` is finite and not negative.
static Reduced reduce(float magnitude) {
  if (magnitude < 0x1.921fb6p-1f)
    return {{magnitude, 0}, 0};
  // magnitude = significand * 2^(exponent - 150).
  uint32_t bits = bitsOf(magnitude);
  unsigned exponent = bits >> 23;
  uint32_t significand = (bits & 0x7fffff) | 0x800000;
  // In units of 2^-62 quarter turns, modulo 4 of them.
  uint64_t turns = productBits(significand, 312 - exponent);
  uint64_t quarters = (turns + (uint64_t(1) << 61)) >> 62;
  auto rest = int64_t(turns - (quarters << 62));
  auto high = float(rest);
  auto low = float(rest - int64_t(high));
  Pair angle = multiply({high, low}, {0x1.921fb6p-62f, -0x1.777a5cp-87f});
  return {angle, unsigned(quarters & 3)};
}

static float sineOf(Pair angle) {
  float z = angle.high * angle.high;
  float s = horner(z, {-0x1.9956b0p-13f, 0x1.11077ep-7f, -0x1.555546p-3f});
  return angle.high + std::fma(angle.high * z, s, angle.low);
}

static float cosineOf(Pair angle) {
  float z = angle.high * angle.high;
  float c = horner(z, {0x1.99e836p-16f, -0x1.6c0c28p-10f, 0x1.55554ap-5f});
  float t = std::fma(z, c, -0.5f);
  return std::fma(z, t, 1.0f);
}

/// The sine of an angle `quarters` quarter turns further on.
static float turnedSine(Reduced reduced, unsigned quarters) {
  quarters += reduced.quarters;
  float value = quarters & 1 ? cosineOf(reduced.angle) : sineOf(reduced.angle);
  return quarters & 2 ? -value : value;
}

float fp::sin(float x) {
  float magnitude = std::fabs(x);
  if (!(magnitude < INFINITY))
    return NAN;
  if (magnitude < 0x1p-12f)
    return x;
  float value = turnedSine(reduce(magnitude), 0);
  return std::signbit(x) ? -value : value;
}

float fp::cos(float x) {
  float magnitude = std::fabs(x);
  if (!(magnitude < INFINITY))
    return NAN;
  return turnedSine(reduce(magnitude), 1);
}
