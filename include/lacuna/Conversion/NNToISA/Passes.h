// From fused layers to instructions: schedule, tile, synchronise, address.
#ifndef LACUNA_CONVERSION_NNTOISA_PASSES_H
#define LACUNA_CONVERSION_NNTOISA_PASSES_H

#include "lacuna/Dialect/NN/IR/NN.h"
#include "lacuna/Dialect/Tile/IR/Tile.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassOptions.h"

namespace lacuna {

#define GEN_PASS_DECL
#include "lacuna/Conversion/NNToISA/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "lacuna/Conversion/NNToISA/Passes.h.inc"

struct LoweringOptions : mlir::PassPipelineOptions<LoweringOptions> {
  Option<std::string> machine{
      *this, "machine", llvm::cl::desc("Preset, or path of a machine file"),
      llvm::cl::init("")};
};

/// nn-schedule, convert-nn-to-tile, tile-synchronize: fused layers to tiles.
void buildNNToTilePipeline(mlir::OpPassManager &manager,
                           const LoweringOptions &options);
/// That, and convert-tile-to-isa.
void buildNNToISAPipeline(mlir::OpPassManager &manager,
                          const LoweringOptions &options);
/// Registers the second as `lacuna-nn-to-isa`.
void registerNNToISAPipeline();

} // namespace lacuna

#endif // LACUNA_CONVERSION_NNTOISA_PASSES_H
