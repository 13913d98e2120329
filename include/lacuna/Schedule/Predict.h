//===- Predict.h - What a schedule will move --------------------*- C++ -*-===//
//
// The counters of the report, worked out from steps before anything is lowered.
// Off-chip bytes are the closed forms by which schedules were chosen; what
// happens on-chip is added up over the steps. The emulator counts the same
// things from the other side, and any difference is a bug.
//
//===----------------------------------------------------------------------===//

#ifndef LACUNA_SCHEDULE_PREDICT_H
#define LACUNA_SCHEDULE_PREDICT_H

#include "lacuna/Machine/Counters.h"
#include "lacuna/Schedule/Choose.h"
#include "lacuna/Schedule/Emit.h"

namespace lacuna::schedule {

/// Counters of each problem of `graph`, then those that belong to none.
/// `schedules` are the problems' in order; `program` is what emit() made of
/// them, and will lie at `textAddress`. Counters::tensors is keyed by position
/// in Graph::tensors. Busy cycles are those of the instructions, on a machine
/// without waits.
std::vector<Counters> predict(const Graph &graph,
                              llvm::ArrayRef<Schedule> schedules,
                              llvm::ArrayRef<PlacedInstruction> program,
                              uint64_t textAddress, const Machine &machine);

/// Visits each instruction as often as loops repeat it, resolved; loops and
/// their ends are left out.
void forEachExecuted(llvm::ArrayRef<PlacedInstruction> program,
                     llvm::function_ref<void(const Instruction &resolved,
                                             const PlacedInstruction &placed)>
                         visit);

/// How often an instruction is fetched and issued.
struct Fetches {
  /// In the text.
  uint64_t offset = 0;
  /// Once for a loop that fits into the sequencer's buffer, else once for each
  /// iteration.
  uint64_t fetched = 1;
  /// How many of these do not follow the fetch of the bytes before.
  uint64_t jumps = 0;
  uint64_t issued = 1;

  /// Bytes of the bursts that bring its `size` bytes.
  uint64_t getBurstBytes(uint64_t textAddress, uint64_t size,
                         uint64_t burst) const;
};
std::vector<Fetches> countFetches(llvm::ArrayRef<PlacedInstruction> program,
                                  const Machine &machine);

} // namespace lacuna::schedule

#endif // LACUNA_SCHEDULE_PREDICT_H
