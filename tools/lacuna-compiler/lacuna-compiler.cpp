// The half of `lacuna` that links MLIR; `lacuna` hands its compiling
// subcommands to this program.
#include "Subcommands.h"

#include "lacuna/Support/Diagnostics.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"

using namespace lacuna;

static const Subcommand *const subcommands[] = {&referenceSubcommand};

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  // LLVM's libraries register options of their own; none of them is ours.
  llvm::cl::OptionCategory ours("Options");
  llvm::cl::HideUnrelatedOptions(ours);
  llvm::cl::ParseCommandLineOptions(
      argc, argv, "Compiles and examines networks for Lacuna's accelerator\n");
  for (const Subcommand *subcommand : subcommands)
    if (subcommand->options)
      return reportError(subcommand->run()) ? 1 : 0;
  llvm::errs() << "error: no subcommand given; lacuna-compiler --help lists "
                  "them\n";
  return 1;
}
