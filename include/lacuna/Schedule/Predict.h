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
#include "lacuna/Program/ProgramText.h"
#include "lacuna/Schedule/Choose.h"
#include "lacuna/Schedule/Emit.h"
#include "lacuna/Schedule/Network.h"

namespace lacuna::schedule {

/// Counters of each problem of `network`, then those that belong to none.
/// `schedules` are the problems' in order; `program` is what emit() made of
/// them, and will lie at `textAddress`. Counters::tensors is keyed by position
/// in Graph::tensors. Weights that are constants are known, inputs are not:
/// see DataSlack. Busy cycles are those of the instructions, on a machine
/// without waits.
std::vector<Counters> predict(const Network &network,
                              llvm::ArrayRef<Schedule> schedules,
                              llvm::ArrayRef<PlacedInstruction> program,
                              uint64_t textAddress, const Machine &machine);

/// The text that `program`, ended by a halt, will be.
ProgramText makeText(llvm::ArrayRef<PlacedInstruction> program,
                     uint64_t textAddress, const Machine &machine);

} // namespace lacuna::schedule

#endif // LACUNA_SCHEDULE_PREDICT_H
