// Weights that come in a file beside the model's text.
#ifndef LACUNA_TOOLS_COMPILER_WEIGHTS_H
#define LACUNA_TOOLS_COMPILER_WEIGHTS_H

#include "lacuna/Support/WeightFile.h"

#include "mlir/IR/BuiltinOps.h"

namespace lacuna {

/// Gives each constant of `module` that is written `dense_resource<NAME>`
/// without data the tensor NAME of `weights`, which must outlive the module:
/// nothing is copied. Errors, all of them, each at its operation: no such
/// tensor, or one of another shape or type.
llvm::Error attachWeights(mlir::ModuleOp module, const WeightFile &weights,
                          llvm::StringRef path);

} // namespace lacuna

#endif // LACUNA_TOOLS_COMPILER_WEIGHTS_H
