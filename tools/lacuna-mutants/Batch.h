// Work that may crash, hang or eat memory, done in child processes.
#ifndef LACUNA_TOOLS_MUTANTS_BATCH_H
#define LACUNA_TOOLS_MUTANTS_BATCH_H

#include "Outcome.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <cstdint>

namespace lacuna::mutants {

struct BatchLimits {
  /// Pieces of work in one child.
  uint64_t size = 200;
  /// Of one piece of work.
  unsigned seconds = 20;
  /// Resident memory of a child. (An address-space limit would stop the
  /// sanitizers, which reserve terabytes.)
  uint64_t bytes = uint64_t(4) << 30;
};

/// Calls `work` with `first` to `first + count - 1`, in children of this
/// process, and `report` in this process with the outcome of each, in order.
/// One that ends its child, or passes a limit, has failed; the next begins in a
/// new child. Error: no child can be started.
llvm::Error
runForked(uint64_t first, uint64_t count, const BatchLimits &limits,
          llvm::function_ref<Outcome(uint64_t)> work,
          llvm::function_ref<void(uint64_t, const Outcome &)> report);

} // namespace lacuna::mutants

#endif // LACUNA_TOOLS_MUTANTS_BATCH_H
