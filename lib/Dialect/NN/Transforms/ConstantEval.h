// The arithmetic of single elements, for computing tables and constants while
// compiling. Written from TOSA 1.0 alone: the reference interpreter and the
// emulator have their own, so that a wrong rounding in one of the three shows.

#ifndef LACUNA_LIB_DIALECT_NN_TRANSFORMS_CONSTANTEVAL_H
#define LACUNA_LIB_DIALECT_NN_TRANSFORMS_CONSTANTEVAL_H

#include "lacuna/Dialect/NN/IR/NN.h"

namespace lacuna::nn {

/// Values are those of signless integers read as signed; i1 is 0 or 1. Nothing
/// where TOSA leaves the result undefined (a REQUIRE does not hold), nor for
/// floats.
using Element = std::optional<int64_t>;

/// `value` after `stages`, all of which have one channel.
Element evaluateStages(llvm::ArrayRef<mlir::Attribute> stages, int64_t value);

/// Result of the layer, prologue and epilogue included, for one element of each
/// input.
Element evaluateElementwise(ElementwiseOp op, llvm::ArrayRef<int64_t> inputs);

} // namespace lacuna::nn

#endif // LACUNA_LIB_DIALECT_NN_TRANSFORMS_CONSTANTEVAL_H
