// What samples make of the results of layers, as the function is now.
#ifndef LACUNA_LIB_DIALECT_NN_TRANSFORMS_ACTIVATIONSAMPLES_H
#define LACUNA_LIB_DIALECT_NN_TRANSFORMS_ACTIVATIONSAMPLES_H

#include "lacuna/Sparsity/Threshold.h"
#include "lacuna/Support/TensorArguments.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace lacuna::nn {

class ActivationSamples {
public:
  /// The samples of `files` for `function`. Errors: those of reading inputs; no
  /// sample.
  static llvm::Expected<ActivationSamples>
  create(mlir::func::FuncOp function, llvm::ArrayRef<std::string> files);

  /// Whether running the samples up to each of `layers` takes too long: more
  /// than 2^37 multiply-accumulates.
  bool isTooMuchWork(llvm::ArrayRef<mlir::Operation *> layers) const;

  /// How often each value comes in the results of `layers`, all of i8 and in
  /// order, over all samples; runs them up to the last. Errors: those of the
  /// interpreter.
  llvm::Expected<std::vector<sparsity::ActivationCounts>>
  count(llvm::ArrayRef<mlir::Operation *> layers) const;

private:
  mlir::func::FuncOp function;
  std::vector<Port> ports;
  InputArrays inputs;
};

} // namespace lacuna::nn

#endif // LACUNA_LIB_DIALECT_NN_TRANSFORMS_ACTIVATIONSAMPLES_H
