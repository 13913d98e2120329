// The tile dialect, and its correspondence with the scheduler's step trees.
#ifndef LACUNA_DIALECT_TILE_IR_TILE_H
#define LACUNA_DIALECT_TILE_IR_TILE_H

#include "lacuna/Dialect/ISA/IR/ISA.h"
#include "lacuna/Schedule/Steps.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"

#include "lacuna/Dialect/Tile/IR/TileDialect.h.inc"

#define GET_OP_CLASSES
#include "lacuna/Dialect/Tile/IR/TileOps.h.inc"

namespace lacuna::tile {

/// Builds a group for `steps` at the builder's insertion point, in a program
/// that holds `tensors`, which Step::tensor counts.
GroupOp createGroup(mlir::OpBuilder &builder, mlir::Location location,
                    llvm::StringRef name, const schedule::StepTree &steps,
                    llvm::ArrayRef<TensorOp> tensors);

/// The steps of a verified group; tensors are numbered as they stand in the
/// program.
schedule::StepTree toSteps(GroupOp group);

} // namespace lacuna::tile

#endif // LACUNA_DIALECT_TILE_IR_TILE_H
