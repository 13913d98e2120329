// The conversion's patterns, by family, and how they read constant operands.
// The driver tries each pattern once on each operation, so a pattern that fails
// has reported an error.

#ifndef LACUNA_LIB_CONVERSION_TOSATONN_PATTERNS_H
#define LACUNA_LIB_CONVERSION_TOSATONN_PATTERNS_H

#include "lacuna/Dialect/NN/IR/NN.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Rewrite/FrozenRewritePatternSet.h"
#include "llvm/ADT/DenseSet.h"

namespace lacuna {

void populateConstantPatterns(mlir::RewritePatternSet &patterns);
void populateMatrixPatterns(mlir::RewritePatternSet &patterns);
void populatePointwisePatterns(mlir::RewritePatternSet &patterns);
void populateReducePatterns(mlir::RewritePatternSet &patterns);
void populateMovePatterns(mlir::RewritePatternSet &patterns);

/// Gathers and scatters, of the moves; of booleans alone, or of any type.
void populateRowPatterns(mlir::RewritePatternSet &patterns, bool onlyBooleans);

/// All of the above.
void populateTosaToNNPatterns(mlir::RewritePatternSet &patterns);

/// Names of the operations that the patterns convert, and of those that need no
/// conversion.
llvm::DenseSet<mlir::OperationName>
supportedOperations(const mlir::FrozenRewritePatternSet &patterns,
                    mlir::MLIRContext *context);

/// The elements of a constant tensor or `!tosa.shape`, in order; integers are
/// read as unsigned if `isUnsigned`, of floats come the bits. Where the operand
/// is no constant, an error says that `what` must be.
mlir::FailureOr<llvm::SmallVector<int64_t>>
readConstant(mlir::Operation *op, mlir::Value value, llvm::StringRef what,
             bool isUnsigned = false);

/// The one element of a constant of one.
mlir::FailureOr<int64_t> readScalar(mlir::Operation *op, mlir::Value value,
                                    llvm::StringRef what,
                                    bool isUnsigned = false);

/// The zero point of integers; of floats, which have none, 0 or an error.
mlir::FailureOr<int64_t> readZeroPoint(mlir::Operation *op, mlir::Value value,
                                       llvm::StringRef what);

/// The one rounding of a layer that computes in f32, if its result is narrower:
/// an epilogue of none or one stage.
mlir::ArrayAttr roundingOf(mlir::Type result);

/// Whether `mode` matters to elements of `type` and passes NaNs over.
bool ignoresNan(mlir::tosa::NanPropagationMode mode, mlir::Type type);

} // namespace lacuna

#endif // LACUNA_LIB_CONVERSION_TOSATONN_PATTERNS_H
