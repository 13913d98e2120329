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
/// them. Counters::tensors is keyed by position in Graph::tensors. Busy cycles
/// are those of the instructions, on a machine without waits.
std::vector<Counters> predict(const Graph &graph,
                              llvm::ArrayRef<Schedule> schedules,
                              llvm::ArrayRef<PlacedInstruction> program,
                              const Machine &machine);

/// Visits each instruction as often as loops repeat it, resolved; loops and
/// their ends are left out.
void forEachExecuted(llvm::ArrayRef<PlacedInstruction> program,
                     llvm::function_ref<void(const Instruction &resolved,
                                             const PlacedInstruction &placed)>
                         visit);

/// How often the bytes of each instruction are fetched: once for a loop that
/// fits into the sequencer's buffer, else once for each iteration.
std::vector<uint64_t> fetchCounts(llvm::ArrayRef<PlacedInstruction> program,
                                  const Machine &machine);

} // namespace lacuna::schedule

#endif // LACUNA_SCHEDULE_PREDICT_H
