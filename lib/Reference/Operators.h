// The operators of the reference interpreter: a function each, overloaded on
// the operation, that takes a verified operation and its operands and gives the
// result before the epilogue.
#ifndef LACUNA_LIB_REFERENCE_OPERATORS_H
#define LACUNA_LIB_REFERENCE_OPERATORS_H

#include "lacuna/Dialect/NN/IR/NN.h"
#include "lacuna/Reference/Tensor.h"
#include "lacuna/Support/Diagnostics.h"

namespace lacuna::reference {

/// Operands of one operation, in its order.
using Operands = llvm::ArrayRef<const Tensor *>;

/// A result of the operation's shape and of its type before the epilogue.
Tensor makeResult(nn::LayerOpInterface layer);

/// An error at `op`'s place in the source.
llvm::Error errorAt(mlir::Operation *op, const llvm::Twine &message,
                    const llvm::Twine &hint = "");

llvm::Expected<Tensor> evaluate(nn::Conv2DOp op, Operands operands);
llvm::Expected<Tensor> evaluate(nn::DepthwiseConv2DOp op, Operands operands);
llvm::Expected<Tensor> evaluate(nn::Conv3DOp op, Operands operands);
llvm::Expected<Tensor> evaluate(nn::TransposeConv2DOp op, Operands operands);
llvm::Expected<Tensor> evaluate(nn::MatMulOp op, Operands operands);
llvm::Expected<Tensor> evaluate(nn::PoolOp op, Operands operands);
llvm::Expected<Tensor> evaluate(nn::ElementwiseOp op, Operands operands);
llvm::Expected<Tensor> evaluate(nn::ReduceOp op, Operands operands);
llvm::Expected<Tensor> evaluate(nn::ReshapeOp op, Operands operands);
llvm::Expected<Tensor> evaluate(nn::PadOp op, Operands operands);
llvm::Expected<Tensor> evaluate(nn::SliceOp op, Operands operands);
llvm::Expected<Tensor> evaluate(nn::ConcatOp op, Operands operands);
llvm::Expected<Tensor> evaluate(nn::TransposeOp op, Operands operands);
llvm::Expected<Tensor> evaluate(nn::ReverseOp op, Operands operands);
llvm::Expected<Tensor> evaluate(nn::TileOp op, Operands operands);
llvm::Expected<Tensor> evaluate(nn::GatherOp op, Operands operands);
llvm::Expected<Tensor> evaluate(nn::ScatterOp op, Operands operands);
llvm::Expected<Tensor> evaluate(nn::ResizeOp op, Operands operands);

/// The same of layers that take floats: lib/Reference/Float*Ops.cpp. Those that
/// move elements, and select, are above; a resize here is bilinear.
llvm::Expected<Tensor> evaluateFloat(nn::PoolOp op, Operands operands);
llvm::Expected<Tensor> evaluateFloat(nn::ResizeOp op, Operands operands);
llvm::Expected<Tensor> evaluateFloat(nn::ElementwiseOp op, Operands operands);
llvm::Expected<Tensor> evaluateFloat(nn::ReduceOp op, Operands operands);

/// Applies the stages of an epilogue or prologue, in order, to every element.
Tensor applyStages(llvm::ArrayRef<mlir::Attribute> stages, Tensor tensor);

} // namespace lacuna::reference

#endif // LACUNA_LIB_REFERENCE_OPERATORS_H
