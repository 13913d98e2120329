// The half of `lacuna` that links MLIR; `lacuna` hands its compiling
// subcommands to this program.
#include "Subcommands.h"

#include "lacuna/Support/CommandLine.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"

using namespace lacuna;

static const Subcommand *const subcommands[] = {
    &checkSubcommand, &compileSubcommand, &conformanceSubcommand,
    &inspectSubcommand, &referenceSubcommand};

static llvm::Error runChosen() {
  for (const Subcommand *subcommand : subcommands)
    if (subcommand->options)
      return subcommand->run();
  return makeError("a subcommand is needed",
                   "lacuna-compiler --help lists them");
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  // LLVM's libraries register options of their own; none of them is ours.
  llvm::cl::OptionCategory ours("Options");
  llvm::cl::HideUnrelatedOptions(ours);
  llvm::StringRef subcommand = argc > 1 ? argv[1] : "";
  llvm::Error error = parseCommandLine(
      argc, argv, "Compiles and examines networks for Lacuna's accelerator\n",
      "see lacuna " + subcommand + " --help");
  bool failed = reportError(error ? std::move(error) : runChosen());
  llvm::outs().flush();
  if (std::error_code error = llvm::outs().error()) {
    llvm::outs().clear_error();
    failed = reportError(
        makeError("can't write to standard output: " + error.message()));
  }
  return failed ? 1 : 0;
}
