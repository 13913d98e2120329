// The steps of nn-fuse, and what they share.

#ifndef LACUNA_LIB_DIALECT_NN_TRANSFORMS_FUSE_H
#define LACUNA_LIB_DIALECT_NN_TRANSFORMS_FUSE_H

#include "lacuna/Dialect/NN/IR/NN.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/PatternMatch.h"

namespace lacuna::nn {

/// What the steps did; the pass's statistics.
struct FusionCounts {
  unsigned views = 0, tables = 0, prologues = 0, epilogues = 0, biases = 0,
           windows = 0;
};

void populateViewPatterns(mlir::RewritePatternSet &patterns,
                          FusionCounts &counts);
void populateLateViewPatterns(mlir::RewritePatternSet &patterns,
                              FusionCounts &counts);
void populateProloguePatterns(mlir::RewritePatternSet &patterns,
                              FusionCounts &counts);
/// Joins neighbouring identity layers, so that prologues see whole chains.
void populateIdentityPatterns(mlir::RewritePatternSet &patterns,
                              FusionCounts &counts);
void populateEpiloguePatterns(mlir::RewritePatternSet &patterns,
                              FusionCounts &counts);
void populateBiasPatterns(mlir::RewritePatternSet &patterns,
                          FusionCounts &counts);
void populateWindowPatterns(mlir::RewritePatternSet &patterns,
                            FusionCounts &counts);
/// Makes the differences of softmax 8-bit tensors.
void populateDifferencePatterns(mlir::RewritePatternSet &patterns,
                                FusionCounts &counts);
/// Replaces trees of 8-bit operations by tables.
void tabulate(mlir::func::FuncOp function, FusionCounts &counts);

/// Replaces elementwise layers of constants whose results are floats by
/// constants; how many there were.
unsigned foldConstants(mlir::func::FuncOp function);

/// `op` if it is an identity layer without a prologue, else null.
ElementwiseOp asStages(mlir::Operation *op);

/// Whether every stage has one channel.
bool isPerTensor(llvm::ArrayRef<mlir::Attribute> stages);

/// Remark: `gone` is now part of `kept`, as `what`.
void remarkFused(mlir::Operation *gone, mlir::Operation *kept,
                 llvm::StringRef what);

inline mlir::RankedTensorType tensorOf(mlir::Value value) {
  return llvm::cast<mlir::RankedTensorType>(value.getType());
}

} // namespace lacuna::nn

#endif // LACUNA_LIB_DIALECT_NN_TRANSFORMS_FUSE_H
