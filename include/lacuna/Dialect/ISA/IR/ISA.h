// The isa dialect: one op an instruction, generated from accel-isa/*.td.
#ifndef LACUNA_DIALECT_ISA_IR_ISA_H
#define LACUNA_DIALECT_ISA_IR_ISA_H

#include "lacuna/Program/Instructions.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "llvm/ADT/Hashing.h"

#include <vector>

namespace lacuna {

// What attributes hold is made unique by these.
llvm::hash_code hash_value(const Affine &value);
llvm::hash_code hash_value(const DramAddress &value);
llvm::hash_code hash_value(const OnChipRing &value);
llvm::hash_code hash_value(const Interval &value);
llvm::hash_code hash_value(const Dims &value);

} // namespace lacuna

#include "lacuna/Dialect/ISA/IR/ISADialect.h.inc"

#define GET_ATTRDEF_CLASSES
#include "lacuna/Dialect/ISA/IR/ISAAttributes.h.inc"

#define GET_OP_CLASSES
#include "lacuna/Dialect/ISA/IR/ISAOps.h.inc"

namespace lacuna::isa {

struct LocatedInstruction {
  Instruction instruction;
  mlir::Location location;
};

/// The instructions of `block`, loops laid out with their ends. Errors (sent to
/// the context's handler): an op of another dialect.
mlir::FailureOr<std::vector<LocatedInstruction>>
toInstructions(mlir::Block &block);

/// The instruction that `op`, of this dialect, is.
Instruction toInstruction(mlir::Operation *op);

/// Builds ops for `instructions` at the builder's insertion point. Errors: a
/// loop that is not closed, or the end of one that is not open.
mlir::LogicalResult
fromInstructions(mlir::OpBuilder &builder,
                 llvm::ArrayRef<LocatedInstruction> instructions);

/// Appends the op that is `instruction` (not the end of a loop), at the
/// builder's insertion point.
mlir::Operation *createOp(mlir::OpBuilder &builder, mlir::Location location,
                          const Instruction &instruction);

} // namespace lacuna::isa

#endif // LACUNA_DIALECT_ISA_IR_ISA_H
