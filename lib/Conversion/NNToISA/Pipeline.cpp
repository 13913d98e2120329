// The passes in order.
#include "lacuna/Conversion/NNToISA/Passes.h"
#include "lacuna/Conversion/TosaToNN/Passes.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"

using namespace mlir;
using namespace lacuna;

void lacuna::buildNNToTilePipeline(OpPassManager &manager,
                                   const LoweringOptions &options) {
  std::string machine = options.machine;
  manager.addNestedPass<func::FuncOp>(
      createSchedule({machine, options.effort, options.compressActivations}));
  manager.addPass(
      createConvertNNToTile({machine, options.compressActivations}));
  manager.addNestedPass<tile::ProgramOp>(createTileSynchronize({machine}));
}

void lacuna::buildNNToISAPipeline(OpPassManager &manager,
                                  const LoweringOptions &options) {
  buildNNToTilePipeline(manager, options);
  manager.addPass(createConvertTileToISA());
}

void lacuna::buildCompilePipeline(OpPassManager &manager,
                                  const CompileOptions &options) {
  FrontEndOptions frontEnd;
  frontEnd.entry = options.entry;
  buildTosaToNNPipeline(manager, frontEnd);
  buildNNToISAPipeline(manager, options);
  manager.addPass(createISAVerify());
}

void lacuna::registerNNToISAPipelines() {
  PassPipelineRegistration<CompileOptions>(
      "lacuna-compile", "From TOSA to verified instructions of one machine",
      buildCompilePipeline);
  PassPipelineRegistration<LoweringOptions>(
      "lacuna-nn-to-isa",
      "Lower fused layers to instructions: schedule, tile, synchronise, "
      "address",
      buildNNToISAPipeline);
}
