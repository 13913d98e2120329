// Checks shared by the verifiers of nn operations. Shapes come from hostile
// text: every product and sum here is checked for overflow.

#ifndef LACUNA_LIB_DIALECT_NN_IR_VERIFY_H
#define LACUNA_LIB_DIALECT_NN_IR_VERIFY_H

#include "lacuna/Dialect/NN/IR/NN.h"

namespace lacuna::nn {

/// Largest kernel extent, stride, dilation or padding: MAX_KERNEL and
/// MAX_STRIDE of TOSA's 8K level.
constexpr int64_t maxWindow = 8192;

/// One spatial axis of a window that slides over an input.
struct WindowAxis {
  llvm::StringRef name;
  int64_t input, output, kernel, stride, before, after, dilation;
};

inline llvm::ArrayRef<int64_t> shapeOf(mlir::Value value) {
  return llvm::cast<mlir::RankedTensorType>(value.getType()).getShape();
}
inline mlir::Type elementOf(mlir::Value value) {
  return getComputeElement(value.getType());
}

/// Product of non-negative factors, or nothing on overflow of 63 bits.
std::optional<int64_t> checkedProduct(llvm::ArrayRef<int64_t> factors);

/// Static, every dimension at least 1, at most 2^31 - 1 elements.
llvm::LogicalResult verifyShape(mlir::Operation *op, llvm::StringRef what,
                                mlir::Type type);

/// `values` has `length` entries, each in min ... max.
llvm::LogicalResult verifyArray(mlir::Operation *op, llvm::StringRef what,
                                llvm::ArrayRef<int64_t> values, size_t length,
                                int64_t min, int64_t max);

/// Limits of kernel, stride, padding, dilation, and the output's length.
llvm::LogicalResult verifyWindow(mlir::Operation *op, const WindowAxis &axis);

/// `value` fits an i8 of type `element`; other types have zero point 0.
llvm::LogicalResult verifyZeroPoint(mlir::Operation *op, llvm::StringRef what,
                                    int64_t value, mlir::Type element);

/// `axis` names one of `rank` axes.
llvm::LogicalResult verifyAxis(mlir::Operation *op, int64_t axis, int64_t rank);

/// The result has shape `expected`.
llvm::LogicalResult verifyResultShape(mlir::Operation *op,
                                      llvm::ArrayRef<int64_t> expected);

} // namespace lacuna::nn

#endif // LACUNA_LIB_DIALECT_NN_IR_VERIFY_H
