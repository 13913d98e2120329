// Passes from the nn dialect to itself.

#ifndef LACUNA_DIALECT_NN_TRANSFORMS_PASSES_H
#define LACUNA_DIALECT_NN_TRANSFORMS_PASSES_H

#include "lacuna/Dialect/NN/IR/NN.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Pass/Pass.h"

namespace lacuna::nn {

#define GEN_PASS_DECL
#include "lacuna/Dialect/NN/Transforms/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "lacuna/Dialect/NN/Transforms/Passes.h.inc"

} // namespace lacuna::nn

#endif // LACUNA_DIALECT_NN_TRANSFORMS_PASSES_H
