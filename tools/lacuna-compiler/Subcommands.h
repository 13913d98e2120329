// The subcommands of lacuna-compiler: those of `lacuna` that need MLIR. Each
// declares its options beside the function that does its work.
#ifndef LACUNA_TOOLS_COMPILER_SUBCOMMANDS_H
#define LACUNA_TOOLS_COMPILER_SUBCOMMANDS_H

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Error.h"

namespace lacuna {

struct Subcommand {
  llvm::cl::SubCommand &options;
  /// Does the work that the parsed options ask for.
  llvm::Error (*run)();
};

extern const Subcommand checkSubcommand;
extern const Subcommand compileSubcommand;
extern const Subcommand conformanceSubcommand;
extern const Subcommand inspectSubcommand;
extern const Subcommand referenceSubcommand;

} // namespace lacuna

#endif // LACUNA_TOOLS_COMPILER_SUBCOMMANDS_H
