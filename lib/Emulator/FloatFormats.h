// Floats of all types as fp32 numbers, and back, as docs/numerics.md defines
// them (rule numbers in brackets): one element, without branches, so that loops
// over rows become vector code wherever these functions are used.
#ifndef LACUNA_LIB_EMULATOR_FLOATFORMATS_H
#define LACUNA_LIB_EMULATOR_FLOATFORMATS_H

#include "lacuna/Support/ElementType.h"

#include <cstdint>
#include <cstring>

/// For functions that vector code calls: inlined, they are compiled for the
/// processor of their caller.
#define LACUNA_ROW_FUNCTION inline __attribute__((always_inline))

namespace lacuna {
namespace floats {

LACUNA_ROW_FUNCTION uint32_t toBits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}
LACUNA_ROW_FUNCTION float fromBits(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

constexpr uint32_t signBit = 0x80000000, infinityBits = 0x7f800000,
                   nanBits = 0x7fc00000;

LACUNA_ROW_FUNCTION bool isNan(float value) { return value != value; }
/// The canonical NaN in place of any [X4].
LACUNA_ROW_FUNCTION float canonical(float value) {
  return isNan(value) ? fromBits(nanBits) : value;
}

/// A type of less than 32 bits [X1]; where it lacks infinities, only a
/// magnitude of all ones is no number.
template <typename Storage, unsigned exponentBits, unsigned fractionBits,
          bool hasInfinity>
struct Format {
  using Bits = Storage;
  static constexpr uint32_t mask =
      (uint32_t(1) << (exponentBits + fractionBits)) - 1;
  /// The least magnitude that is no finite number.
  static constexpr uint32_t limit =
      hasInfinity ? mask >> fractionBits << fractionBits : mask;
  static constexpr uint32_t nan =
      hasInfinity ? limit | uint32_t(1) << (fractionBits - 1) : mask;
  static constexpr unsigned shift = 23 - fractionBits;
  static constexpr unsigned signShift = 31 - exponentBits - fractionBits;
  /// By how much fp32's exponent field is greater.
  static constexpr uint32_t rebias =
      127 - ((uint32_t(1) << (exponentBits - 1)) - 1);

  /// [X2]
  static LACUNA_ROW_FUNCTION float widen(Bits bits) {
    uint32_t all = bits, magnitude = all & mask;
    uint32_t sign = (all & ~mask) << signShift;
    uint32_t wide = magnitude << shift;
    if constexpr (rebias != 0) {
      // A power of two, which also makes fp32's normals of subnormals.
      constexpr uint32_t factor = (rebias + 127) << 23;
      wide = toBits(fromBits(wide) * fromBits(factor));
      wide = magnitude >= limit
                 ? (hasInfinity && magnitude == limit ? infinityBits : nanBits)
                 : wide;
    }
    return fromBits(wide | sign);
  }

  /// [X3]
  static LACUNA_ROW_FUNCTION Bits narrow(float value) {
    uint32_t bits = toBits(value), all = bits & ~signBit;
    uint32_t sign = (bits & signBit) >> signShift;
    // To nearest, ties to even, at the last bit that stays; a carry enters the
    // exponent, as it should.
    uint32_t rounded =
        all + ((uint32_t(1) << (shift - 1)) - 1) + (all >> shift & 1);
    uint32_t magnitude = (rounded >> shift) - (rebias << fractionBits);
    if constexpr (rebias != 0) {
      // Below the least normal number, fp32's own addition rounds, to a number
      // whose last bit is the type's.
      constexpr uint32_t leastNormal = (rebias + 1) << 23;
      constexpr uint32_t aligned = (rebias + 1 + shift) << 23;
      uint32_t subnormal = toBits(fromBits(all) + fromBits(aligned)) - aligned;
      magnitude = all < leastNormal ? subnormal : magnitude;
    }
    uint32_t result = magnitude | sign;
    result = magnitude >= limit ? (hasInfinity ? limit | sign : nan) : result;
    result = all > infinityBits ? nan : result;
    return static_cast<Bits>(result);
  }
};

using Fp16 = Format<uint16_t, 5, 10, true>;
using Bf16 = Format<uint16_t, 8, 7, true>;
using Fp8E4M3 = Format<uint8_t, 4, 3, false>;
using Fp8E5M2 = Format<uint8_t, 5, 2, true>;
struct Fp32 {
  using Bits = uint32_t;
  static LACUNA_ROW_FUNCTION float widen(Bits bits) { return fromBits(bits); }
  static LACUNA_ROW_FUNCTION Bits narrow(float value) {
    return toBits(canonical(value));
  }
};

/// function(Format()) with the format of `type`, which is a float.
template <typename Function>
decltype(auto) withFormat(ElementType type, Function &&function) {
  switch (type) {
  case ElementType::FP16:
    return function(Fp16());
  case ElementType::BF16:
    return function(Bf16());
  case ElementType::FP8E4M3:
    return function(Fp8E4M3());
  case ElementType::FP8E5M2:
    return function(Fp8E5M2());
  default:
    return function(Fp32());
  }
}

} // namespace floats
} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_FLOATFORMATS_H
