// Language server for editors: diagnostics, hovers and definitions in files of
// every dialect that the compiler reads or writes.

#include "lacuna/Conversion/TosaToNN/Passes.h"
#include "lacuna/Dialect/Tile/IR/Tile.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  lacuna::registerFrontEndDialects(registry);
  registry.insert<mlir::arith::ArithDialect, lacuna::isa::ISADialect,
                  lacuna::tile::TileDialect>();
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
