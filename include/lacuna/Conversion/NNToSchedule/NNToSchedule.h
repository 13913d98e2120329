// From a function of nn layers to the network that the scheduler sees: each
// layer becomes machine instructions over whole extents, chained on the chip,
// whose operands are bound to tensors off-chip.
#ifndef LACUNA_CONVERSION_NNTOSCHEDULE_NNTOSCHEDULE_H
#define LACUNA_CONVERSION_NNTOSCHEDULE_NNTOSCHEDULE_H

#include "lacuna/Schedule/Network.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/Error.h"

namespace lacuna {

struct Machine;

/// The network of `function`, a verified function of one block of nn
/// operations, on `machine`. Constants are read from the function's attributes
/// when their bytes are asked for, so it must outlive the network. Errors, each
/// located at its operation, all of them at once: what no instruction does, or
/// what this machine's engines lack.
llvm::Expected<schedule::Network> buildNetwork(mlir::func::FuncOp function,
                                               const Machine &machine);

} // namespace lacuna

#endif // LACUNA_CONVERSION_NNTOSCHEDULE_NNTOSCHEDULE_H
