// Floats by their definition in docs/numerics.md, in double arithmetic that is
// exact, and memories full of those that are hard.
#ifndef LACUNA_UNIT_EMULATOR_NAIVEFLOATS_H
#define LACUNA_UNIT_EMULATOR_NAIVEFLOATS_H

#include "NaiveVector.h"

#include <cmath>

namespace lacuna {
namespace naive {

constexpr ElementType floatTypes[] = {ElementType::FP32, ElementType::FP16,
                                      ElementType::BF16, ElementType::FP8E4M3,
                                      ElementType::FP8E5M2};

/// [X1], as in the page's table.
struct FloatShape {
  int exponent, fraction;
  bool hasInfinity;
  double greatest;
  uint32_t nan;
};
inline FloatShape shapeOf(ElementType type) {
  switch (type) {
  case ElementType::FP16:
    return {5, 10, true, 65504, 0x7e00};
  case ElementType::BF16:
    return {8, 7, true, (2 - 0x1p-7) * 0x1p127, 0x7fc0};
  case ElementType::FP8E4M3:
    return {4, 3, false, 448, 0x7f};
  case ElementType::FP8E5M2:
    return {5, 2, true, 57344, 0x7e};
  default:
    return {8, 23, true, (2 - 0x1p-23) * 0x1p127, 0x7fc00000};
  }
}

/// The number that `bits` stand for [X1].
inline float decode(ElementType type, uint32_t bits) {
  FloatShape shape = shapeOf(type);
  int e = shape.exponent, f = shape.fraction;
  int bias = (1 << (e - 1)) - 1;
  int exponent = int(bits >> f) & ((1 << e) - 1);
  uint32_t fraction = bits & ((uint32_t(1) << f) - 1);
  bool negative = bits >> (e + f) & 1;
  double value;
  if (shape.hasInfinity && exponent == (1 << e) - 1)
    value = fraction ? NAN : INFINITY;
  else if (!shape.hasInfinity && (bits & 0x7f) == 0x7f)
    value = NAN;
  else if (exponent == 0)
    value = std::ldexp(double(fraction), 1 - bias - f);
  else
    value = std::ldexp(1 + std::ldexp(double(fraction), -f), exponent - bias);
  return float(negative ? -value : value);
}

/// The bits of `value` rounded to `type` [X3, X4].
inline uint32_t encode(ElementType type, double value) {
  FloatShape shape = shapeOf(type);
  int e = shape.exponent, f = shape.fraction;
  int bias = (1 << (e - 1)) - 1;
  if (std::isnan(value))
    return shape.nan;
  uint32_t sign = uint32_t(std::signbit(value)) << (e + f);
  uint32_t infinity =
      shape.hasInfinity ? sign | ((uint32_t(1) << e) - 1) << f : shape.nan;
  double size = std::abs(value);
  if (std::isinf(value))
    return infinity;
  if (size == 0)
    return sign;
  int exponent = std::max(std::ilogb(size), 1 - bias);
  // In units of the last bit, an exact number below 2^53 that is rounded to
  // an integer, ties to even.
  double units = std::nearbyint(std::ldexp(size, f - exponent));
  if (std::ldexp(units, exponent - f) > shape.greatest)
    return infinity;
  auto whole = uint32_t(units);
  // With its leading 1, a fraction adds one to the exponent field.
  return sign + (uint32_t(exponent + bias - 1) << f) + whole;
}

inline float roundTo(ElementType type, double value) {
  return decode(type, encode(type, value));
}

inline uint32_t bitsOf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}
inline float floatOf(uint32_t bits) { return decode(ElementType::FP32, bits); }

inline float loadFloat(const std::vector<uint8_t> &bytes, const Ring &ring,
                       ElementType type, int64_t position) {
  auto bits = uint64_t(load(bytes, ring, type, position));
  return decode(type,
                uint32_t(bits & ((uint64_t(1) << getInfo(type).bits) - 1)));
}
inline void storeFloat(std::vector<uint8_t> &bytes, const Ring &ring,
                       ElementType type, int64_t position, double value) {
  store(bytes, ring, type, position, int64_t(encode(type, value)));
}

/// Tests of instructions on floats. Memories hold floats of the types that a
/// test sets, of one of three kinds: any bits; zeros, infinities, NaNs and
/// numbers at the ends of the range; or ordinary numbers and zeros.
class FloatTest : public EngineTest {
protected:
  void fillMemory(Random &random) override {
    kind = random.between(0, 2);
    fillWith(random, padType, memory.scratchpad(), padBytes);
    fillWith(random, ElementType::FP32, memory.accumulators(),
             accumulatorBytes);
  }

  /// A ring whose elements are floats of the memory's.
  static Ring alignedRing(Random &random, uint64_t memoryBytes,
                          unsigned elementBytes) {
    Ring ring = random.ring(memoryBytes, elementBytes);
    ring.base -= ring.base % 4;
    return ring;
  }

  ElementType padType = ElementType::FP32;

private:
  void fillWith(Random &random, ElementType type, uint8_t *bytes,
                size_t count) {
    if (kind == 0)
      return random.fill(bytes, count);
    size_t size = getInfo(type).bits / 8;
    FloatShape shape = shapeOf(type);
    double least = decode(type, 1);
    for (size_t i = 0; i + size <= count; i += size) {
      double value = random.chance(20) ? 0 : random.between(-800, 800) / 64.0;
      if (kind == 1 && random.chance(60))
        value = random.oneOf({0.0, 1.0, least, 3 * least, shape.greatest,
                              double(INFINITY), double(NAN), 0x1p-60, 0x1p-75});
      if (random.chance(50))
        value = -value;
      uint32_t bits = encode(type, value);
      std::memcpy(bytes + i, &bits, size);
    }
  }
  int64_t kind = 0;
};

} // namespace naive
} // namespace lacuna

#endif // LACUNA_UNIT_EMULATOR_NAIVEFLOATS_H
