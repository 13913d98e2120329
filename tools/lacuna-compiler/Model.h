// A model read from TOSA (or nn) text, checked and brought to the nn level.
#ifndef LACUNA_TOOLS_COMPILER_MODEL_H
#define LACUNA_TOOLS_COMPILER_MODEL_H

#include "SparsityOptions.h"
#include "Weights.h"

#include "lacuna/Support/WeightFile.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"

#include <memory>

namespace lacuna {

struct ModelOptions {
  /// Name of the function to take; "" means @main or the only one.
  std::string entry;
  /// Whether nn-fuse runs.
  bool fuse = true;
  /// Path of the file with the data of the model's resources; "" for none.
  std::string weights;
  /// What follows the front end.
  SparsityOptions sparsity = {};
};

/// Owns the context and the module, so that both live as long as the model.
struct Model {
  /// What the resources of the module refer to.
  std::optional<WeightFile> weights;
  /// The tensors that they refer to.
  TensorNames attached;
  std::unique_ptr<mlir::MLIRContext> context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::func::FuncOp entry;
};

/// Reads the model at `path`. Errors, each at its place in the text: the file
/// can't be read, is not text, doesn't parse or verify, or has operations that
/// no layer stands for (all of them); the file of weights can't be read, or
/// lacks a tensor (all of them); what calibration and pruning refuse.
llvm::Expected<Model> loadModel(llvm::StringRef path,
                                const ModelOptions &options);

/// The same from text in memory, which errors call by the buffer's name, and
/// from `weights`, which were read from options.weights.
llvm::Expected<Model> parseModel(llvm::MemoryBufferRef file,
                                 const ModelOptions &options,
                                 std::optional<WeightFile> weights = {});

} // namespace lacuna

#endif // LACUNA_TOOLS_COMPILER_MODEL_H
