// Statistics of one layer at a time, while those before it change.
#ifndef LACUNA_LIB_DIALECT_NN_TRANSFORMS_SEQUENTIAL_H
#define LACUNA_LIB_DIALECT_NN_TRANSFORMS_SEQUENTIAL_H

#include "lacuna/Sparsity/Prune.h"
#include "lacuna/Support/TensorArguments.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace lacuna::nn {

class SequentialCalibration {
public:
  /// Keeps a copy of `function` as it is, and the samples of `files`. Errors:
  /// those of reading inputs; no sample.
  static llvm::Expected<SequentialCalibration>
  create(mlir::func::FuncOp function, llvm::ArrayRef<std::string> files);

  uint64_t countSamples() const { return inputs.samples; }

  /// What matrix operation `index` of the function reads of the samples, for
  /// each group, beside what it read before: all of InputStatistics. Errors:
  /// those of the interpreter; more than 2^27 products.
  llvm::Expected<std::vector<sparsity::InputStatistics>>
  run(size_t index) const;

private:
  mlir::OwningOpRef<mlir::func::FuncOp> original;
  mlir::func::FuncOp current;
  std::vector<Port> ports;
  InputArrays inputs;
};

} // namespace lacuna::nn

#endif // LACUNA_LIB_DIALECT_NN_TRANSFORMS_SEQUENTIAL_H
