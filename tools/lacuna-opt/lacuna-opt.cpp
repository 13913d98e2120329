// Opt-style driver over every dialect, pass and named pipeline: what lit tests
// and pass writers use. `--load-pass-plugin` and `--load-dialect-plugin` are
// those of mlir-opt.

#include "lacuna/Conversion/NNToISA/Passes.h"
#include "lacuna/Conversion/TosaToNN/Passes.h"
#include "lacuna/Dialect/ISA/IR/ISA.h"
#include "lacuna/Dialect/NN/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tosa/Transforms/Passes.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  lacuna::registerFrontEndDialects(registry);
  registry.insert<mlir::arith::ArithDialect, lacuna::isa::ISADialect,
                  lacuna::tile::TileDialect>();

  mlir::registerTransformsPasses();
  mlir::tosa::registerTosaPasses();
  lacuna::registerTosaToNNPasses();
  lacuna::registerTosaToNNPipeline();
  lacuna::nn::registerNNPasses();
  lacuna::registerNNToISAPasses();
  lacuna::registerNNToISAPipelines();

  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "Lacuna's optimizer driver\n", registry));
}
