// The reference interpreter: runs a function of `nn` layers on given tensors.
// It is written to be read beside docs/numerics.md, one short function an
// operation (lib/Reference/*Ops.cpp), and defines what a compiled program must
// compute.
#ifndef LACUNA_REFERENCE_INTERPRETER_H
#define LACUNA_REFERENCE_INTERPRETER_H

#include "lacuna/Reference/Tensor.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <vector>

namespace lacuna::reference {

/// What a function takes or gives at one place: unsigned where the argument or
/// result carries `nn.unsigned`.
struct BoundaryType {
  Shape shape;
  ElementType type;
};

class Interpreter {
public:
  /// Called with each layer, in order, and its result, epilogue included.
  using LayerHook =
      llvm::function_ref<void(mlir::Operation *layer, const Tensor &result)>;
  /// Called with each layer before it runs, and its operands, prologues not
  /// applied; says whether to go on.
  using OperandHook = llvm::function_ref<bool(
      mlir::Operation *layer, llvm::ArrayRef<const Tensor *> operands)>;

  /// Elements that all live tensors of one run may have together (8 bytes
  /// each), and multiply-accumulates (or window elements) of one layer: limits
  /// that no honest layer reaches and that end what a hostile one would start.
  static constexpr int64_t maxLiveElements = int64_t(1) << 28;
  static constexpr int64_t maxLayerWork = int64_t(1) << 40;

  /// Prepares to run `function`, a verified function of one block of nn
  /// operations that outlives the interpreter. Errors, located at the
  /// operation: one that the interpreter doesn't know (all are listed), or a
  /// constant or tensor over the limits.
  static llvm::Expected<Interpreter> create(mlir::func::FuncOp function);

  llvm::ArrayRef<BoundaryType> getInputs() const { return inputs; }
  llvm::ArrayRef<BoundaryType> getOutputs() const { return outputs; }

  /// Runs the function; `arguments` have the shapes and types of getInputs().
  /// Errors, located at the operation: an index out of range, a division by
  /// zero, and the limits above. No results if a hook said not to go on.
  llvm::Expected<std::vector<Tensor>> run(std::vector<Tensor> arguments,
                                          LayerHook hook = {},
                                          OperandHook operandHook = {}) const;

private:
  explicit Interpreter(mlir::func::FuncOp function) : function(function) {}

  llvm::Error readConstants();
  llvm::Error checkLayers() const;
  llvm::Expected<std::vector<BoundaryType>>
  readBoundary(llvm::ArrayRef<mlir::Type> types, bool isInput) const;

  /// A handle, whose methods aren't const; the function doesn't change.
  mutable mlir::func::FuncOp function;
  std::vector<BoundaryType> inputs, outputs;
  llvm::DenseMap<mlir::Value, Tensor> constants;
  int64_t constantElements = 0;
};

} // namespace lacuna::reference

#endif // LACUNA_REFERENCE_INTERPRETER_H
