// The lists of dialects, passes and pipelines.
#include "lacuna/InitAll.h"

#include "lacuna/Conversion/NNToISA/Passes.h"
#include "lacuna/Conversion/TosaToNN/Passes.h"
#include "lacuna/Dialect/ISA/IR/ISA.h"
#include "lacuna/Dialect/NN/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tosa/Transforms/Passes.h"
#include "mlir/Transforms/Passes.h"

void lacuna::registerAllDialects(mlir::DialectRegistry &registry) {
  registerFrontEndDialects(registry);
  registry
      .insert<mlir::arith::ArithDialect, isa::ISADialect, tile::TileDialect>();
}

void lacuna::registerAllPasses() {
  mlir::registerTransformsPasses();
  mlir::tosa::registerTosaPasses();
  registerTosaToNNPasses();
  registerTosaToNNPipeline();
  nn::registerNNPasses();
  registerNNToISAPasses();
  registerNNToISAPipelines();
}
