// A program that uses one of Lacuna's libraries without MLIR: prints a
// machine's lanes.
#include "lacuna/Machine/Machine.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/Support/raw_ostream.h"

int main(int argc, char **argv) {
  llvm::Expected<lacuna::Machine> machine =
      lacuna::loadMachine(argc > 1 ? argv[1] : "");
  if (!machine) {
    lacuna::reportError(machine.takeError());
    return 1;
  }
  llvm::outs() << machine->vector.lanes << " lanes\n";
  return 0;
}
