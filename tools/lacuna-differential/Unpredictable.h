// Values for which TOSA leaves a result open: docs/numerics.md makes a choice,
// MLIR's own lowering another.
#ifndef LACUNA_TOOLS_DIFFERENTIAL_UNPREDICTABLE_H
#define LACUNA_TOOLS_DIFFERENTIAL_UNPREDICTABLE_H

#include "ReduceGraph.h"

namespace lacuna::differential {

struct Unpredictable {
  /// "OPERATION: what TOSA requires and `values` don't keep"; the first one.
  std::string reason;
  /// For each result of the function: whether it depends on such an operation.
  std::vector<bool> results;
};

/// What is unpredictable in a run of `graph` in which its values are `values`.
Unpredictable findUnpredictable(mlir::ModuleOp graph, const Values &values);

} // namespace lacuna::differential

#endif // LACUNA_TOOLS_DIFFERENTIAL_UNPREDICTABLE_H
