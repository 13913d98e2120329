// What makers of random layers of the matrix engine share: windows, weights,
// biases, and what follows sums.
#ifndef LACUNA_TOOLS_DIFFERENTIAL_MATRIXPARTS_H
#define LACUNA_TOOLS_DIFFERENTIAL_MATRIXPARTS_H

#include "GraphBuilder.h"

namespace lacuna::differential {

/// One axis of a window.
struct Axis {
  int64_t kernel = 1, stride = 1, dilation = 1, before = 0, after = 0,
          output = 1;
};

/// A window over `extent` positions; TOSA wants its last step to end exactly at
/// the end.
Axis chooseAxis(GraphBuilder &graph, int64_t extent, bool pool);

/// What follows a layer's sums of `terms` products most often: a rescale, then
/// perhaps a clamp or a look-up.
mlir::Value finishSums(GraphBuilder &graph, mlir::Value sums, int64_t terms);

/// i8, i16 or a float.
mlir::Type chooseInput(GraphBuilder &graph);
/// The results of a matrix layer whose input has elements of this type, and
/// what it adds up in.
mlir::Type resultOf(mlir::Type input);
mlir::Type chooseSums(GraphBuilder &graph, mlir::Type input);

mlir::Value makeBias(GraphBuilder &graph, int64_t channels, mlir::Type type);
mlir::Value makeWeights(GraphBuilder &graph, llvm::ArrayRef<int64_t> shape,
                        mlir::Type input);
/// The zero point of `weights`: 0 unless it `differs`.
mlir::Value weightZeroPoint(GraphBuilder &graph, mlir::Value weights,
                            bool differs = false);

} // namespace lacuna::differential

#endif // LACUNA_TOOLS_DIFFERENTIAL_MATRIXPARTS_H
