// Integers at a function's boundary that stand for floats outside.
#ifndef LACUNA_DIALECT_NN_IR_BOUNDARY_H
#define LACUNA_DIALECT_NN_IR_BOUNDARY_H

#include "lacuna/Support/PortQuantization.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>

namespace lacuna::nn {

/// What the integers of argument (result) `number` stand for, if they stand for
/// floats: what `nn.scale`, `nn.zero_point` and `nn.source` say.
std::optional<PortQuantization>
getInputQuantization(mlir::func::FuncOp function, unsigned number);
std::optional<PortQuantization>
getOutputQuantization(mlir::func::FuncOp function, unsigned number);

} // namespace lacuna::nn

#endif // LACUNA_DIALECT_NN_IR_BOUNDARY_H
