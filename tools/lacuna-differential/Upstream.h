// The third side: a TOSA graph as MLIR itself lowers it (to linalg, buffers,
// loops, LLVM), compiled and run in this process.
#ifndef LACUNA_TOOLS_DIFFERENTIAL_UPSTREAM_H
#define LACUNA_TOOLS_DIFFERENTIAL_UPSTREAM_H

#include "lacuna/Reference/Tensor.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"

#include "llvm/Support/Error.h"

#include <optional>
#include <string>

namespace lacuna::differential {

/// Why upstream can't run `graph`, "OPERATION: REASON", by the table of
/// UpstreamLimits.cpp; none where it should.
std::optional<std::string> findUpstreamLimit(mlir::ModuleOp graph);

/// Prints that table: operation, reason, evidence.
void printUpstreamLimits(llvm::raw_ostream &os);

/// Lowers and runs graphs one after another in a context of its own, so that
/// neither side's dialects and interfaces reach the other's passes.
class Upstream {
public:
  Upstream();

  /// What the function of `graph` gives for `inputs`; `types` are those of its
  /// results. INEXACT_ROUND, which upstream doesn't know, is given to it as
  /// SINGLE_ROUND: docs/numerics.md, R5. Errors: a pass refuses the graph.
  llvm::Expected<std::vector<reference::Tensor>>
  run(mlir::ModuleOp graph, llvm::ArrayRef<reference::Tensor> inputs,
      llvm::ArrayRef<ElementType> types);

private:
  mlir::MLIRContext context;
  mlir::PassManager passes;
};

} // namespace lacuna::differential

#endif // LACUNA_TOOLS_DIFFERENTIAL_UPSTREAM_H
