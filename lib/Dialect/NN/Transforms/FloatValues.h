// Floats of constants and tensors as doubles, which hold all of them exactly.
#ifndef LACUNA_LIB_DIALECT_NN_TRANSFORMS_FLOATVALUES_H
#define LACUNA_LIB_DIALECT_NN_TRANSFORMS_FLOATVALUES_H

#include "lacuna/Dialect/NN/IR/NN.h"

#include "mlir/IR/BuiltinTypes.h"

namespace lacuna::nn {

/// The number whose bits in `type` are `bits`.
double toDouble(mlir::FloatType type, int64_t bits);

/// The bits of the single-precision number nearest to `value`.
int64_t toSingle(double value);

/// The elements of the constant behind `value`, if there is one of floats; of a
/// splat, all of them.
std::optional<std::vector<double>> readFloats(mlir::Value value);

/// A constant before the builder's place with these numbers, each rounded to
/// single precision.
mlir::Value makeFloatConstant(mlir::OpBuilder &builder, mlir::Location location,
                              llvm::ArrayRef<int64_t> shape,
                              llvm::ArrayRef<double> values);

/// A constant of integers of `type`, which holds each of them, or of the floats
/// that have these bits.
mlir::Value makeIntegerConstant(mlir::OpBuilder &builder,
                                mlir::Location location,
                                llvm::ArrayRef<int64_t> shape, mlir::Type type,
                                llvm::ArrayRef<int64_t> values);

} // namespace lacuna::nn

#endif // LACUNA_LIB_DIALECT_NN_TRANSFORMS_FLOATVALUES_H
