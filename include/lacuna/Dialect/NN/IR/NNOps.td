// All operations of the nn dialect.

#ifndef LACUNA_DIALECT_NN_IR_NNOPS_TD
#define LACUNA_DIALECT_NN_IR_NNOPS_TD

include "lacuna/Dialect/NN/IR/NNMatrixOps.td"
include "lacuna/Dialect/NN/IR/NNMoveOps.td"
include "lacuna/Dialect/NN/IR/NNPointwiseOps.td"

#endif // LACUNA_DIALECT_NN_IR_NNOPS_TD
