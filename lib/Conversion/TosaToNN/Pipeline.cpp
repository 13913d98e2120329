// The front end from end to end.

#include "lacuna/Conversion/TosaToNN/Passes.h"
#include "lacuna/Dialect/NN/IR/NN.h"
#include "lacuna/Dialect/NN/Transforms/Passes.h"
#include "mlir/Dialect/Func/Extensions/InlinerExtension.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void lacuna::registerFrontEndDialects(DialectRegistry &registry) {
  registry.insert<func::FuncDialect, tosa::TosaDialect, nn::NNDialect,
                  quant::QuantDialect>();
  func::registerInlinerExtension(registry);
}

void lacuna::buildTosaToNNPipeline(OpPassManager &manager,
                                   const FrontEndOptions &options) {
  SelectEntryOptions entry;
  entry.entry = options.entry;
  manager.addPass(createSelectEntry(entry));
  manager.addPass(createCheckInput());
  manager.addPass(createMarkUnsigned());
  // The validator knows signless types alone, as TOSA does; so it comes second.
  manager.addNestedPass<func::FuncOp>(
      tosa::createTosaConvertIntegerTypeToSignless());
  manager.addNestedPass<func::FuncOp>(createConvertBooleanRows());
  // Level 8K in MLIR 22 takes the length of tosa.pad's padding for a rank and
  // refuses every pad of rank 4. The nn verifiers hold the limits instead.
  tosa::TosaAttachTargetOptions target;
  target.level = tosa::Level::none;
  target.profiles = {"pro_int", "pro_fp"};
  target.extensions = {"int16",   "int4",        "bf16",        "fp8e4m3",
                       "fp8e5m2", "doubleround", "inexactround"};
  manager.addPass(tosa::createTosaAttachTarget(target));
  tosa::TosaValidationOptions validation;
  validation.strictOpSpecAlignment = true;
  manager.addPass(tosa::createTosaValidation(validation));
  manager.addPass(createConvertTosaToNN());
  if (options.fuse)
    manager.addNestedPass<func::FuncOp>(nn::createFuse());
}

void lacuna::registerTosaToNNPipeline() {
  PassPipelineRegistration<FrontEndOptions>(
      "lacuna-tosa-to-nn", "From a TOSA module to fused layers",
      buildTosaToNNPipeline);
}
