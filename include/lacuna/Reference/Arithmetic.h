// The reference interpreter's scalar arithmetic: docs/numerics.md as code, rule
// by rule (the numbers in the comments are that page's). The emulator and the
// compiler's folding have arithmetic of their own; nothing outside
// lib/Reference may include this file, or an error in it would hide itself.
#ifndef LACUNA_REFERENCE_ARITHMETIC_H
#define LACUNA_REFERENCE_ARITHMETIC_H

#include <algorithm>
#include <cassert>
#include <cstdint>

namespace lacuna::reference {

/// The two's-complement number of `bits` bits (1 to 64) congruent to `value`.
inline int64_t wrap(int64_t value, unsigned bits) {
  unsigned unused = 64 - bits;
  return int64_t(uint64_t(value) << unused) >> unused;
}

/// `value` clamped to the range of a signed number of `bits` bits.
inline int64_t saturateSigned(int64_t value, unsigned bits) {
  int64_t limit = int64_t(1) << (bits - 1);
  return std::clamp(value, -limit, limit - 1);
}

/// `value` clamped to the range of an unsigned number of `bits` bits.
inline int64_t saturateUnsigned(int64_t value, unsigned bits) {
  return std::clamp<int64_t>(value, 0, (int64_t(1) << bits) - 1);
}

/// The low `bits` bits of `value`, read as unsigned.
inline int64_t zeroExtend(int64_t value, unsigned bits) {
  return int64_t(uint64_t(value) & (~uint64_t(0) >> (64 - bits)));
}

/// Sum, difference and product modulo 2^64: with wrap, of any width (A4, E1).
inline int64_t addModulo(int64_t a, int64_t b) {
  return int64_t(uint64_t(a) + uint64_t(b));
}
inline int64_t subModulo(int64_t a, int64_t b) {
  return int64_t(uint64_t(a) - uint64_t(b));
}
inline int64_t mulModulo(int64_t a, int64_t b) {
  return int64_t(uint64_t(a) * uint64_t(b));
}

/// R2: what applyScale accepts. The width of the multiplier's type, with its
/// sign bit, is 32 or 16.
inline bool isLegalScale(int64_t multiplier, int64_t shift) {
  return multiplier >= 0 && shift >= 2 && shift <= 62;
}

/// R3: value * multiplier / 2^shift, halves rounded up.
inline int64_t applyScale(int64_t value, int64_t multiplier, int64_t shift) {
  assert(isLegalScale(multiplier, shift));
  int64_t round = int64_t(1) << (shift - 1);
  return (value * multiplier + round) >> shift;
}

/// R4: as above, halves of the high multiply rounded first.
inline int64_t applyScaleDoubleRound(int64_t value, int64_t multiplier,
                                     int64_t shift) {
  assert(isLegalScale(multiplier, shift));
  int64_t round = int64_t(1) << (shift - 1);
  if (shift > 31)
    round += value >= 0 ? int64_t(1) << 30 : -(int64_t(1) << 30);
  return (value * multiplier + round) >> shift;
}

/// E11.
inline int64_t countLeadingZeros32(int64_t value) {
  int64_t zeros = 0;
  for (uint32_t mask = uint32_t(1) << 31; mask && !(uint32_t(value) & mask);
       mask >>= 1)
    ++zeros;
  return zeros;
}

/// P2: a multiplier and shift that divide by `count`, 1 to 2^31.
struct Scale {
  int64_t multiplier;
  int64_t shift;
};
inline Scale reciprocalScale(int64_t count) {
  int64_t k = 32 - countLeadingZeros32(count - 1);
  int64_t numerator = ((int64_t(1) << 30) + 1) << k;
  return {numerator / count, 30 + k};
}

/// E2 and E3: the low 32 bits of the product, shifted right with rounding.
inline int64_t multiply(int64_t a, int64_t b, int64_t shift) {
  int64_t product = a * b;
  if (shift > 0)
    product = addModulo(product, int64_t(1) << (shift - 1)) >> shift;
  return wrap(product, 32);
}

/// E7: the amount that a shift of `bits`-wide numbers uses.
inline int64_t shiftAmount(int64_t amount, unsigned bits) {
  return amount & (bits - 1);
}

/// E4.
inline int64_t arithmeticRightShift(int64_t value, int64_t amount, bool round,
                                    unsigned bits) {
  int64_t n = shiftAmount(amount, bits);
  int64_t result = value >> n;
  if (round && n > 0)
    result += (value >> (n - 1)) & 1;
  return result;
}

/// E5.
inline int64_t logicalLeftShift(int64_t value, int64_t amount, unsigned bits) {
  int64_t n = shiftAmount(amount, bits);
  return wrap(int64_t(uint64_t(value) << n), bits);
}

/// E6.
inline int64_t logicalRightShift(int64_t value, int64_t amount, unsigned bits) {
  int64_t n = shiftAmount(amount, bits);
  return wrap(zeroExtend(value, bits) >> n, bits);
}

/// E8, for a divisor other than 0.
inline int64_t divide32(int64_t a, int64_t b) {
  assert(b != 0);
  return wrap(a / b, 32);
}

/// E9.
inline int64_t absolute(int64_t value, unsigned bits) {
  return wrap(value < 0 ? -value : value, bits);
}

/// E10.
inline int64_t negate(int64_t value, int64_t inputZeroPoint,
                      int64_t outputZeroPoint, unsigned bits) {
  int64_t negated = wrap(inputZeroPoint - value, 32);
  return saturateSigned(wrap(negated + outputZeroPoint, 32), bits);
}

/// B2: look-up of a 16-bit `value` among 513 `entries`, 7 fraction bits.
template <typename Entries>
int64_t lookUpInterpolated(const Entries &entries, int64_t value) {
  int64_t index = (value + 32768) >> 7;
  int64_t fraction = value & 127;
  int64_t base = entries[index];
  return base * 128 + (entries[index + 1] - base) * fraction;
}

/// Quotient rounded towards minus infinity, for a positive divisor (Z1).
inline int64_t floorDivide(int64_t a, int64_t b) {
  assert(b > 0);
  return a / b - (a % b < 0);
}

} // namespace lacuna::reference

#endif // LACUNA_REFERENCE_ARITHMETIC_H
