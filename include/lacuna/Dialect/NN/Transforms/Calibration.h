// Statistics of a function's layers: how passes make them and hand them on.
#ifndef LACUNA_DIALECT_NN_TRANSFORMS_CALIBRATION_H
#define LACUNA_DIALECT_NN_TRANSFORMS_CALIBRATION_H

#include "lacuna/Calibration/Statistics.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>

namespace lacuna::nn {

/// A hash of all that decides what the layers of `function` compute: their
/// names, operations, attributes, types and constants, and what each reads. The
/// place of the text and schedules have no part in it.
uint64_t hashModel(mlir::func::FuncOp function);

/// To be called by a pass before it changes what `function` computes: what is
/// known of the model as it is serves the passes that follow, too (nn.origin).
void recordOrigin(mlir::func::FuncOp function);

/// Reads the statistics at `path` for `function`. Errors: those of
/// Statistics::read; they are of another model than the function is or was
/// (recordOrigin), and what differs.
llvm::Expected<Statistics> readStatistics(mlir::func::FuncOp function,
                                          llvm::StringRef path);

struct CalibrationOptions {
  /// A file for each argument, as `[NAME=]X.npy`; the leading axis counts
  /// samples.
  std::vector<std::string> inputs;
  /// Whether the products of inputs are summed up, too.
  bool secondOrder = false;
};

/// Runs the samples through the reference interpreter and sums up what each
/// matrix operation reads. Says on a terminal which sample it is at. Errors:
/// those of the interpreter and of reading inputs; no sample; a layer without a
/// name of its own; too many products to keep.
llvm::Expected<Statistics> calibrate(mlir::func::FuncOp function,
                                     const CalibrationOptions &options);

/// The analysis by which nn-calibrate leaves statistics to later passes. A pass
/// that changes what the function computes keeps them by recordOrigin and
/// markAnalysesPreserved<CalibrationResult>().
struct CalibrationResult {
  explicit CalibrationResult(mlir::Operation *) {}

  std::optional<Statistics> statistics;
};

} // namespace lacuna::nn

#endif // LACUNA_DIALECT_NN_TRANSFORMS_CALIBRATION_H
