// The conversion's patterns, by family, and how they read constant operands.
// The driver tries each pattern once on each operation, so a pattern that fails
// has reported an error.

#ifndef LACUNA_LIB_CONVERSION_TOSATONN_PATTERNS_H
#define LACUNA_LIB_CONVERSION_TOSATONN_PATTERNS_H

#include "lacuna/Dialect/NN/IR/NN.h"
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

/// The integers of a constant tensor or `!tosa.shape`, in order; elements are
/// read as unsigned if `isUnsigned`. Where the operand is no constant, an error
/// says that `what` must be.
mlir::FailureOr<llvm::SmallVector<int64_t>>
readConstant(mlir::Operation *op, mlir::Value value, llvm::StringRef what,
             bool isUnsigned = false);

/// The one integer of a constant of one element.
mlir::FailureOr<int64_t> readScalar(mlir::Operation *op, mlir::Value value,
                                    llvm::StringRef what,
                                    bool isUnsigned = false);

} // namespace lacuna

#endif // LACUNA_LIB_CONVERSION_TOSATONN_PATTERNS_H
