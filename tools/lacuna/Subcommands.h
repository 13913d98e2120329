// The subcommands of `lacuna` that run in this binary, one a file. A file
// declares a static llvm::cl::SubCommand, its options with llvm::cl::sub of
// it, and one of these constants; Main.cpp lists it.
#ifndef LACUNA_TOOLS_LACUNA_SUBCOMMANDS_H
#define LACUNA_TOOLS_LACUNA_SUBCOMMANDS_H

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Error.h"

namespace lacuna {

struct Subcommand {
  /// Name and one-line help.
  llvm::cl::SubCommand &command;
  /// Does the work once the options are parsed. An error is printed by the
  /// caller and makes the exit code 1.
  llvm::Error (*run)();
};

extern const Subcommand asmSubcommand;
extern const Subcommand disasmSubcommand;
extern const Subcommand machineSubcommand;
extern const Subcommand runSubcommand;
extern const Subcommand verifySubcommand;

} // namespace lacuna

#endif // LACUNA_TOOLS_LACUNA_SUBCOMMANDS_H
