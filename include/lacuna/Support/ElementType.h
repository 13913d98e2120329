// The machine's element types: the one place that knows their names, widths
// and how they lie in memory. Instruction set, machine files, programs and
// tensor files all name a type through this enumeration.
#ifndef LACUNA_SUPPORT_ELEMENTTYPE_H
#define LACUNA_SUPPORT_ELEMENTTYPE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>

namespace lacuna {

/// The numbers are stored in programs: never reorder, only append.
enum class ElementType : uint8_t {
  I1 = 0,
  I4 = 1,
  I8 = 2,
  U8 = 3,
  I16 = 4,
  U16 = 5,
  I32 = 6,
  I48 = 7,
  FP8E4M3 = 8,
  FP8E5M2 = 9,
  BF16 = 10,
  FP16 = 11,
  FP32 = 12,
};

/// How an element type is written and stored.
struct ElementTypeInfo {
  ElementType type;
  /// As written in machine files, assembly and reports: "i8", "fp8e4m3".
  llvm::StringLiteral name;
  /// Bits that carry the value.
  unsigned bits;
  /// Bits that one element occupies where elements are packed: i1 takes a
  /// byte; i4 takes half of one, the element of lower index in the low half;
  /// i48 takes eight bytes, sign-extended. Only weights are packed: in
  /// activations an i4 takes a whole byte, sign-extended.
  unsigned storageBits;
  /// Two's complement when true; false for unsigned and for i1.
  bool isSigned;
  bool isFloat;
};

/// Every element type, in the order of the enumeration.
llvm::ArrayRef<ElementTypeInfo> getElementTypes();

/// Information about `type`, which must be a value of the enumeration: values
/// read from a file pass through elementTypeFromNumber first.
const ElementTypeInfo &getInfo(ElementType type);

inline llvm::StringRef getName(ElementType type) { return getInfo(type).name; }
inline bool isFloat(ElementType type) { return getInfo(type).isFloat; }

/// The type called `name`, or none.
std::optional<ElementType> elementTypeFromName(llvm::StringRef name);

/// The type stored as `number`, or none if no type has that number.
std::optional<ElementType> elementTypeFromNumber(uint64_t number);

/// Bytes that `count` consecutive packed elements occupy, the last byte of a
/// packed type filled up; none if that overflows 64 bits.
std::optional<uint64_t> getStorageBytes(ElementType type, uint64_t count);

/// Least and greatest value of an integer type (i1: 0 and 1). Must not be
/// called for a float type.
int64_t getMinimum(ElementType type);
int64_t getMaximum(ElementType type);

} // namespace lacuna

#endif // LACUNA_SUPPORT_ELEMENTTYPE_H
