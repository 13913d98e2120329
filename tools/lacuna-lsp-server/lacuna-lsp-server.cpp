// Language server for editors: diagnostics, hovers and definitions in files of
// every dialect that the compiler reads or writes.

#include "Guard.h"

#include "lacuna/InitAll.h"
#include "lacuna/Support/Diagnostics.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  lacuna::registerAllDialects(registry);
  bool isDelimited =
      llvm::any_of(llvm::ArrayRef(argv, argc), [](llvm::StringRef argument) {
        argument = argument.ltrim('-');
        return argument == "lit-test" || argument == "input-style=delimited";
      });
  if (lacuna::reportError(lacuna::guardStandardInput(registry, isDelimited)))
    return 1;
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
