// What the passes have in common: the machine, the network, and which operation
// each of its problems came from.
#ifndef LACUNA_LIB_CONVERSION_NNTOISA_SCHEDULEDNETWORK_H
#define LACUNA_LIB_CONVERSION_NNTOISA_SCHEDULEDNETWORK_H

#include "lacuna/Compiler/Compile.h"
#include "lacuna/Machine/Machine.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace lacuna {

/// The machine that a pass's `machine` option names; an error at `op`.
mlir::FailureOr<Machine> getMachine(mlir::Operation *op, llvm::StringRef name);

struct ScheduledNetwork {
  mlir::func::FuncOp function;
  schedule::Network network;
  std::vector<PlannedRegion> regions;
  /// The operation of each problem: a layer, or the function's return where an
  /// argument is copied to a result.
  std::vector<mlir::Operation *> operations;

  /// Of the nn layers of `function`, with places off-chip. Errors are sent to
  /// the context's handler.
  static mlir::FailureOr<ScheduledNetwork> create(mlir::func::FuncOp function,
                                                  const Machine &machine);

  /// Places all tensors. Errors are sent to the context's handler, at the
  /// function.
  mlir::LogicalResult planMemory(const Machine &machine);
  /// The same anew, after weights have been stored, with activations in blocks;
  /// see lacuna::placeActivations.
  mlir::LogicalResult
  placeActivations(llvm::ArrayRef<schedule::Schedule> schedules,
                   const Machine &machine, schedule::ActivationBlocks mode,
                   std::vector<schedule::BlockRemark> *remarks = nullptr);

  /// The schedules that operations carry, a problem each; none where one has
  /// none. Errors: a list of the wrong length or kind.
  mlir::FailureOr<std::vector<std::optional<schedule::Schedule>>>
  getSchedules() const;
};

/// Sends `error` to the handler, at `op` if it has no place of its own.
mlir::LogicalResult emit(mlir::Operation *op, llvm::Error error);

} // namespace lacuna

#endif // LACUNA_LIB_CONVERSION_NNTOISA_SCHEDULEDNETWORK_H
