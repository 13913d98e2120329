// Integers at a program's boundary that stand for floats outside: rules Q1 and
// Q2 of docs/numerics.md.
#ifndef LACUNA_SUPPORT_PORTQUANTIZATION_H
#define LACUNA_SUPPORT_PORTQUANTIZATION_H

#include "lacuna/Support/ElementType.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <vector>

namespace lacuna {

/// float = scale * (element - zeroPoint).
struct PortQuantization {
  float scale = 1;
  int64_t zeroPoint = 0;
};

/// Q1: little-endian fp32 `floats` as elements of `type` (i8, u8, i16 or u16).
/// Error, without a place: a NaN.
llvm::Expected<std::vector<uint8_t>>
quantizeBytes(llvm::ArrayRef<uint8_t> floats, ElementType type,
              const PortQuantization &quantization);

/// Q2: elements of `type` as fp32.
std::vector<uint8_t> dequantizeBytes(llvm::ArrayRef<uint8_t> elements,
                                     ElementType type,
                                     const PortQuantization &quantization);

} // namespace lacuna

#endif // LACUNA_SUPPORT_PORTQUANTIZATION_H
