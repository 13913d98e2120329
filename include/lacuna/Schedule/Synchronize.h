//===- Synchronize.h - Semaphores from dependences --------------*- C++ -*-===//
//
// The engines run side by side; what must not, waits. This puts signals and
// waits into the steps of a network's groups where one engine needs what
// another made (ready), where it would overwrite what another still reads
// (free), and where a group needs memory or a tensor of an earlier one (fence).
// Nothing else waits: there are no barriers.
//
//===----------------------------------------------------------------------===//

#ifndef LACUNA_SCHEDULE_SYNCHRONIZE_H
#define LACUNA_SCHEDULE_SYNCHRONIZE_H

#include "lacuna/Schedule/Steps.h"

namespace lacuna {
struct Machine;
} // namespace lacuna

namespace lacuna::schedule {

/// Inserts signal and wait steps into `groups`, whose buffers have addresses;
/// groups run in order. Error: `machine` has too few semaphores, or they count
/// not far enough, with what is needed.
llvm::Error synchronize(std::vector<StepTree> &groups, const Machine &machine);

} // namespace lacuna::schedule

#endif // LACUNA_SCHEDULE_SYNCHRONIZE_H
