// Constant tensors as bytes in the layout that an instruction reads.
#ifndef LACUNA_LIB_CONVERSION_NNTOSCHEDULE_CONSTANTS_H
#define LACUNA_LIB_CONVERSION_NNTOSCHEDULE_CONSTANTS_H

#include "Lowering.h"

#include "lacuna/Dialect/NN/IR/ConstantData.h"

namespace lacuna::lowering {

/// The constant that `value` is, if any.
std::optional<nn::ConstantData> constantOf(mlir::Value value);

/// The one value of all elements of a constant, if they are equal.
std::optional<int64_t> splatOf(mlir::Value value);

/// Elements in order, sign-extended (i1: 0 or 1).
std::vector<int64_t> readElements(const nn::ConstantData &elements);

/// Appends the low `bytes` bytes of `value`, little-endian.
void appendBytes(std::vector<uint8_t> &to, int64_t value, unsigned bytes);

/// Writes elements of `elements`, from number `first` of the source on, dense
/// in the order of `shape` where neighbours along axis i are strides[i]
/// elements of the source apart. Packed i4: two elements to a byte along the
/// last axis, each row of it from a byte of its own on.
void writeElements(const nn::ConstantData &elements,
                   llvm::ArrayRef<int64_t> shape,
                   llvm::ArrayRef<int64_t> strides, ElementType type,
                   bool packed, llvm::MutableArrayRef<uint8_t> to,
                   int64_t first = 0);

} // namespace lacuna::lowering

#endif // LACUNA_LIB_CONVERSION_NNTOSCHEDULE_CONSTANTS_H
