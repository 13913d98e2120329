// Random networks in TOSA: legal, small, ragged, and of every kind of layer
// that the accelerator has.
#ifndef LACUNA_TOOLS_DIFFERENTIAL_RANDOMGRAPH_H
#define LACUNA_TOOLS_DIFFERENTIAL_RANDOMGRAPH_H

#include "lacuna/Support/ElementType.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace lacuna::differential {

struct GraphOptions {
  /// Types that the machine multiplies besides i8.
  bool hasI16 = true, hasI4 = true;
  /// Floats that all engines of the machine take; where there are some, most
  /// layers are of floats.
  std::vector<ElementType> floats;
};

/// The network of `seed`: a module with one function, "main".
mlir::OwningOpRef<mlir::ModuleOp> makeRandomGraph(mlir::MLIRContext *context,
                                                  uint64_t seed,
                                                  const GraphOptions &options);

} // namespace lacuna::differential

#endif // LACUNA_TOOLS_DIFFERENTIAL_RANDOMGRAPH_H
