// Checks that all layers of the matrix engine share.

#ifndef LACUNA_LIB_DIALECT_NN_IR_VERIFYMATRIX_H
#define LACUNA_LIB_DIALECT_NN_IR_VERIFYMATRIX_H

#include "Verify.h"

namespace lacuna::nn {

/// Operand types of matrix layers: (i8, i8 or i4) -> i32, (i16, i8 or i16) ->
/// i48, any two floats -> f32; and their zero points.
template <typename OpTy> mlir::LogicalResult verifyTypes(OpTy op) {
  mlir::Type input = elementOf(op.getInput()),
             weights = elementOf(op.getWeights());
  mlir::Type acc = op.getAccType();
  bool narrow = input.isInteger(8) &&
                (weights.isInteger(8) || weights.isInteger(4)) &&
                acc.isSignlessInteger(32);
  bool wide = input.isInteger(16) &&
              (weights.isInteger(8) || weights.isInteger(16)) &&
              acc.isSignlessInteger(48);
  bool floats = llvm::isa<mlir::FloatType>(input) &&
                llvm::isa<mlir::FloatType>(weights) && acc.isF32();
  if (!narrow && !wide && !floats)
    return op.emitOpError() << "cannot multiply " << input << " by " << weights
                            << " into " << acc
                            << "; there are i8 by i8 or i4 into i32, i16 by i8"
                               " or i16 into i48, and floats into f32";
  if (op.getComputeType() != acc)
    return op.emitOpError()
           << "accumulates in " << acc << " but its epilogue or result takes "
           << op.getComputeType();
  if (failed(verifyZeroPoint(op, "input_zp", op.getInputZp(), input)))
    return mlir::failure();
  return verifyZeroPoint(op, "weight_zp", op.getWeightZp(), weights);
}

/// A bias has one element, or one a channel, of the accumulator's type.
template <typename OpTy>
mlir::LogicalResult verifyBias(OpTy op, int64_t outputChannels) {
  if (mlir::Value bias = op.getBias()) {
    int64_t length = shapeOf(bias)[0];
    if (length != 1 && length != outputChannels)
      return op.emitOpError()
             << "bias has " << length << " elements where 1 or "
             << outputChannels << " are needed";
    if (elementOf(bias) != op.getAccType())
      return op.emitOpError() << "bias has elements of " << elementOf(bias)
                              << " but the accumulator is " << op.getAccType();
  }
  return mlir::success();
}

} // namespace lacuna::nn

#endif // LACUNA_LIB_DIALECT_NN_IR_VERIFYMATRIX_H
