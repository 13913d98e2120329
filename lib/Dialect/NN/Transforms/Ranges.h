// Ranges of the values between layers, summed up while samples run.
#ifndef LACUNA_LIB_DIALECT_NN_TRANSFORMS_RANGES_H
#define LACUNA_LIB_DIALECT_NN_TRANSFORMS_RANGES_H

#include "lacuna/Calibration/Statistics.h"
#include "lacuna/Reference/Tensor.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace lacuna::nn {

/// Sums up the results of layers, and the arguments, that are floats.
class RangeCollector {
public:
  explicit RangeCollector(mlir::func::FuncOp function);

  void addArguments(llvm::ArrayRef<reference::Tensor> arguments);
  void addResult(mlir::Operation *layer, const reference::Tensor &result);

  /// After each sample. Error, at the layer: a result, or an argument, that is
  /// NaN or infinite.
  llvm::Error check(uint64_t sample);

  /// Gives what was seen to `statistics`.
  void finish(Statistics &statistics);

private:
  void add(mlir::Value value, const reference::Tensor &tensor);

  mlir::func::FuncOp function;
  llvm::DenseMap<mlir::Value, RangeStatistics> ranges;
  /// The first value with an element that is no number, in this sample.
  mlir::Value wrong;
};

} // namespace lacuna::nn

#endif // LACUNA_LIB_DIALECT_NN_TRANSFORMS_RANGES_H
