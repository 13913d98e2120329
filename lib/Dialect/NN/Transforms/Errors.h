// Errors of libraries as diagnostics of MLIR.
#ifndef LACUNA_LIB_DIALECT_NN_TRANSFORMS_ERRORS_H
#define LACUNA_LIB_DIALECT_NN_TRANSFORMS_ERRORS_H

#include "mlir/IR/Operation.h"
#include "llvm/Support/Error.h"

namespace lacuna::nn {

/// Emits each part of `error` at its own file and line if it has one, else at
/// `op`, and fails.
llvm::LogicalResult emitLocated(mlir::Operation *op, llvm::Error error);

} // namespace lacuna::nn

#endif // LACUNA_LIB_DIALECT_NN_TRANSFORMS_ERRORS_H
