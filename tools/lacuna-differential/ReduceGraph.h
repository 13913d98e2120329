// Smaller graphs made from a graph: fewer operations, fewer results, smaller
// extents, plainer values. Each function returns a case of its own, or one
// without a graph where there is nothing to change.
#ifndef LACUNA_TOOLS_DIFFERENTIAL_REDUCEGRAPH_H
#define LACUNA_TOOLS_DIFFERENTIAL_REDUCEGRAPH_H

#include "Case.h"

namespace lacuna::differential {

using Values = llvm::DenseMap<mlir::Value, Tensor>;

/// The operations that compute, in order: neither constants nor the return.
std::vector<mlir::Operation *> operationsOf(mlir::ModuleOp graph);

/// Operations `first` to `first + count`: what they read from others becomes an
/// argument, with the tensor that `values` has for it or a random one; what
/// others read, or nobody, a result.
Case keepWindow(const Case &test, size_t first, size_t count,
                const Values &values);

/// Without operation `index`: its results become arguments.
Case replaceByArguments(const Case &test, size_t index, const Values &values);

/// Without result `index`, and what only it needs.
Case dropResult(const Case &test, size_t index);

/// With zeros in argument `index`.
Case clearInput(const Case &test, size_t index);

/// With zeros (for what multiplies and shifts: the first element) everywhere in
/// constant `index`.
Case levelConstant(const Case &test, size_t index);
size_t countConstants(mlir::ModuleOp graph);

/// Dimensions of `from` elements become ones of `to`, fewer: those of arguments
/// and constants, and of all that follows from them. `only` is the one argument
/// or constant (counted in this order) that changes; none: all do.
Case shrinkExtent(const Case &test, int64_t from, int64_t to,
                  std::optional<size_t> only);
/// The extents above 1 that arguments and constants have, greatest first.
std::vector<int64_t> extentsOf(mlir::ModuleOp graph);
size_t countSources(mlir::ModuleOp graph);

} // namespace lacuna::differential

#endif // LACUNA_TOOLS_DIFFERENTIAL_REDUCEGRAPH_H
