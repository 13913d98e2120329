// -O0 and its like: how hard schedules are looked for.
#ifndef LACUNA_TOOLS_COMPILER_EFFORTOPTION_H
#define LACUNA_TOOLS_COMPILER_EFFORTOPTION_H

#include "lacuna/Schedule/Choose.h"

#include "llvm/Support/CommandLine.h"

namespace lacuna {

/// The option of one subcommand that compiles.
struct EffortFlag : llvm::cl::opt<schedule::Effort> {
  explicit EffortFlag(llvm::cl::SubCommand &subcommand)
      : opt("O", llvm::cl::Prefix,
            llvm::cl::desc("How hard schedules are looked for:"),
            llvm::cl::init(schedule::Effort::Cascades),
            llvm::cl::values(
                clEnumValN(schedule::Effort::Layers, "0",
                           "each layer by itself"),
                clEnumValN(schedule::Effort::Residents, "1",
                           "tensors between layers stay on-chip where that "
                           "saves bytes"),
                clEnumValN(schedule::Effort::Cascades, "2",
                           "that, and layers whose feature maps do not fit "
                           "run side by side in stripes (default)")),
            llvm::cl::sub(subcommand)) {}
};

} // namespace lacuna

#endif // LACUNA_TOOLS_COMPILER_EFFORTOPTION_H
