// Block-scaled numbers of the OCP Microscaling Formats specification (MX,
// version 1.0): 32 elements of a few bits each and one power of two that
// multiplies them all. Rules S1 to S5 of docs/numerics.md.
#ifndef LACUNA_SUPPORT_BLOCKFLOAT_H
#define LACUNA_SUPPORT_BLOCKFLOAT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>

namespace lacuna::mx {

/// How one element of a block is written.
enum class Element : uint8_t {
  FP8E4M3,
  FP8E5M2,
  FP6E2M3,
  FP6E3M2,
  FP4E2M1,
  /// Two's complement, in units of 1/64.
  INT8,
};

/// Elements that share a scale.
constexpr unsigned blockSize = 32;

struct ElementFormat {
  Element element;
  /// "fp6e3m2".
  llvm::StringLiteral name;
  unsigned bits;
  /// Zero for int8.
  unsigned exponentBits;
  /// Bits after the binary point.
  unsigned fractionBits;
  /// Greatest exponent of a number.
  int maximumExponent;
  /// Greatest magnitude that encode gives.
  double maximum;
};

llvm::ArrayRef<ElementFormat> getElements();
const ElementFormat &getFormat(Element element);
std::optional<Element> elementFromName(llvm::StringRef name);

/// The value of an element, exactly, without its block's scale. Bits above the
/// element's are ignored.
float decode(Element element, uint8_t bits);

/// The element nearest to `value`, ties to even; what is too large becomes the
/// greatest number with its sign. A NaN becomes 0.
uint8_t encode(Element element, double value);

/// The byte of a scale that is NaN, and so every element under it.
constexpr uint8_t scaleNaN = 0xff;

/// 2^(byte - 127), or NaN.
double decodeScale(uint8_t byte);

/// The scale of a block: the power of two of its greatest magnitude, divided by
/// that of the element's greatest number; the least scale for zeros alone, and
/// NaN if a value is NaN or infinite.
uint8_t chooseScale(Element element, llvm::ArrayRef<float> values);

/// Writes each value divided by the block's scale to `elements`, of the same
/// length, and gives the scale. Under a scale of NaN all elements are 0.
uint8_t encodeBlock(Element element, llvm::ArrayRef<float> values,
                    llvm::MutableArrayRef<uint8_t> elements);

/// The values of a block, each rounded to fp32 once; of the length of
/// `elements`.
void decodeBlock(Element element, uint8_t scale,
                 llvm::ArrayRef<uint8_t> elements,
                 llvm::MutableArrayRef<float> values);

} // namespace lacuna::mx

#endif // LACUNA_SUPPORT_BLOCKFLOAT_H
