// Weights that come in a file beside the model's text.
#ifndef LACUNA_TOOLS_COMPILER_WEIGHTS_H
#define LACUNA_TOOLS_COMPILER_WEIGHTS_H

#include "lacuna/Support/WeightFile.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SetVector.h"

namespace lacuna {

/// Names of tensors of a file.
using TensorNames = llvm::SetVector<llvm::StringRef>;

/// Gives each constant of `module` that is written `dense_resource<NAME>`
/// without data the tensor NAME of `weights`, which must outlive the module:
/// nothing is copied. Returns the names of these tensors. Errors, all of them,
/// each at its operation: no such tensor, or one of another shape or type.
llvm::Expected<TensorNames> attachWeights(mlir::ModuleOp module,
                                          const WeightFile &weights,
                                          llvm::StringRef path);

/// Gives each matrix operation of `function` called LAYER the tensors
/// LAYER.weights and LAYER.bias of `weights`, as writeLayerWeights writes them,
/// where it has constants in their place and the file has such tensors that are
/// not among `attached`. Errors, all of them, each at its layer: a tensor of
/// another shape or type, or an element outside the range of its type.
llvm::Error replaceLayerWeights(mlir::func::FuncOp function,
                                const WeightFile &weights,
                                const TensorNames &attached,
                                llvm::StringRef path);

/// Writes weights and biases of all matrix operations of `function` that are
/// constant, as tensors LAYER.weights and LAYER.bias; and those tensors of
/// `source`, if not null, that are `attached`, so that the file alone can take
/// its place. Errors: two tensors of one name, or a layer without one.
llvm::Error writeLayerWeights(mlir::func::FuncOp function,
                              const WeightFile *source,
                              const TensorNames &attached,
                              llvm::raw_ostream &os);

} // namespace lacuna

#endif // LACUNA_TOOLS_COMPILER_WEIGHTS_H
