// Elements of constants, wherever they lie: small ones in a dense
// attribute, which passes fold and fuse; large ones often in a resource, which
// nobody copies.
#ifndef LACUNA_DIALECT_NN_IR_CONSTANTDATA_H
#define LACUNA_DIALECT_NN_IR_CONSTANTDATA_H

#include "mlir/IR/BuiltinAttributes.h"

#include <optional>

namespace lacuna::nn {

/// A view of a constant's elements. The attribute, and a resource's blob, must
/// outlive it.
class ConstantData {
public:
  /// None if `attribute` is no dense attribute or resource of integers or
  /// floats of at most 64 bits, or if the resource holds too few or too many
  /// bytes.
  static std::optional<ConstantData> get(mlir::Attribute attribute);

  mlir::ElementsAttr getAttribute() const { return attribute; }
  mlir::ShapedType getType() const { return attribute.getShapedType(); }
  int64_t size() const { return attribute.getNumElements(); }
  /// Whether one value stands for all elements.
  bool isSplat() const { return splat; }

  bool isFloat() const { return floats; }
  /// Element `index` in C order, sign-extended; i1: 0 or 1; a float: its bits,
  /// zero-extended.
  int64_t operator[](int64_t index) const;

  /// The elements as they lie: little-endian, each in whole bytes (but i1 in a
  /// dense attribute); of a splat one alone.
  llvm::ArrayRef<char> getBytes() const { return bytes; }
  unsigned getElementBytes() const { return (bits + 7) / 8; }

private:
  explicit ConstantData(mlir::ElementsAttr attribute) : attribute(attribute) {}

  mlir::ElementsAttr attribute;
  llvm::ArrayRef<char> bytes;
  unsigned bits = 0;
  bool splat = false, floats = false;
};

} // namespace lacuna::nn

#endif // LACUNA_DIALECT_NN_IR_CONSTANTDATA_H
