// All of the isa dialect.

#ifndef LACUNA_DIALECT_ISA_IR_ISAOPS_TD
#define LACUNA_DIALECT_ISA_IR_ISAOPS_TD

include "lacuna/Dialect/ISA/IR/ISABase.td"
include "lacuna/Dialect/ISA/IR/GeneratedOps.td"

#endif // LACUNA_DIALECT_ISA_IR_ISAOPS_TD
