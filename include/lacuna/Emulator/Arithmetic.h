// Wrapping, saturation, scaling, averages and tables as docs/numerics.md
// defines them (rule numbers in brackets), written for the emulator alone: the
// reference interpreter has its own, so that a wrong rounding in either one
// shows. Nothing here has undefined behaviour on any argument within the stated
// ranges.
#ifndef LACUNA_EMULATOR_ARITHMETIC_H
#define LACUNA_EMULATOR_ARITHMETIC_H

#include "lacuna/Support/ElementType.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cstdint>

namespace lacuna {
namespace arithmetic {

/// The number of `bits` bits (1 to 64), two's complement, congruent to value.
inline int64_t wrap(int64_t value, unsigned bits) {
  unsigned unused = (64 - bits) & 63;
  return static_cast<int64_t>(static_cast<uint64_t>(value) << unused) >> unused;
}
/// Sum, difference and product modulo 2^64.
inline int64_t addWrapped(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) +
                              static_cast<uint64_t>(b));
}
inline int64_t subtractWrapped(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) -
                              static_cast<uint64_t>(b));
}
inline int64_t multiplyWrapped(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) *
                              static_cast<uint64_t>(b));
}

/// Range of the integers that an element type can hold.
struct Range {
  int64_t min;
  int64_t max;
  explicit Range(ElementType type)
      : min(getMinimum(type)), max(getMaximum(type)) {}
  Range(int64_t min, int64_t max) : min(min), max(max) {}
  int64_t clamp(int64_t value) const {
    return std::min(std::max(value, min), max);
  }
};

/// How a rescale rounds [R3 to R5]; inexact is taken as single.
enum class ScaleRounding : uint8_t { Single, Double };

/// value * multiplier / 2^shift, rounded; shift 0 to 62, multiplier at least 0.
/// Exact, but for results beyond 64 bits, which saturate.
inline int64_t applyScale(int64_t value, int64_t multiplier, unsigned shift,
                          ScaleRounding rounding) {
  int64_t half = shift ? int64_t(1) << (shift - 1) : 0;
  if (rounding == ScaleRounding::Double && shift > 31)
    half += value >= 0 ? int64_t(1) << 30 : -(int64_t(1) << 30);
  // 33 bits times 31 bits and the rounding fit into 64.
  constexpr int64_t limit = int64_t(1) << 32;
  if (LLVM_LIKELY(value > -limit && value < limit && multiplier <= INT32_MAX)) {
    int64_t sum;
    if (LLVM_LIKELY(!llvm::AddOverflow(value * multiplier, half, sum)))
      return sum >> shift;
  }
  __int128 wide = (static_cast<__int128>(value) * multiplier + half) >> shift;
  if (wide > INT64_MAX)
    return INT64_MAX;
  if (wide < INT64_MIN)
    return INT64_MIN;
  return static_cast<int64_t>(wide);
}

/// How an average over `count` elements is taken: TOSA's reciprocal_scale [P2].
struct Reciprocal {
  int64_t multiplier = 0;
  unsigned shift = 0;
  /// count is 1 to 2^32.
  explicit Reciprocal(uint64_t count) {
    unsigned k = count > 1 ? 64 - llvm::countl_zero(count - 1) : 0;
    unsigned __int128 numerator =
        static_cast<unsigned __int128>((uint64_t(1) << 30) + 1) << k;
    multiplier = static_cast<int64_t>(numerator / count);
    shift = 30 + k;
  }
};

/// TOSA's table of 513 entries, with 7 fraction bits interpolated [B2].
/// `entry` maps an index, 0 to 512, to its 16-bit value; value is a 16-bit one.
template <typename Entry> int64_t lookUp16(int64_t value, Entry &&entry) {
  int64_t index = (value + 32768) >> 7;
  int64_t fraction = value & 127;
  int64_t base = entry(index);
  int64_t next = entry(index + 1);
  return base * 128 + (next - base) * fraction;
}

/// Quotient towards zero, modulo 2^64 [E8]; divisor not 0.
inline int64_t divide(int64_t dividend, int64_t divisor) {
  return divisor == -1 ? subtractWrapped(0, dividend) : dividend / divisor;
}

/// value / 2^amount, rounded half up where `round` is set [E4].
inline int64_t shiftRightArithmetic(int64_t value, unsigned amount,
                                    bool round) {
  int64_t result = value >> amount;
  if (round && amount)
    result += (value >> (amount - 1)) & 1;
  return result;
}

/// (a * b + 2^(shift-1)) >> shift, the sum wrapped to 64 bits [E2, E3]; shift 0
/// to 63.
inline int64_t multiplyShifted(int64_t a, int64_t b, unsigned shift) {
  int64_t product = multiplyWrapped(a, b);
  if (!shift)
    return product;
  return addWrapped(product, int64_t(1) << (shift - 1)) >> shift;
}

} // namespace arithmetic
} // namespace lacuna

#endif // LACUNA_EMULATOR_ARITHMETIC_H
