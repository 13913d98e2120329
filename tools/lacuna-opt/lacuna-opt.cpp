// Opt-style driver over every dialect, pass and named pipeline: what lit tests
// and pass writers use. `--load-pass-plugin`, `--load-dialect-plugin` and the
// options for crash reproducers are those of mlir-opt.

#include "lacuna/InitAll.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  lacuna::registerAllDialects(registry);
  lacuna::registerAllPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "Lacuna's optimizer driver\n", registry));
}
