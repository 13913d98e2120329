//===- Emit.h - From steps to instructions ----------------------*- C++ -*-===//
//
// Gives buffers their addresses and flattens the steps of all groups into one
// list of machine instructions. Steps and instructions correspond one to one.
//
//===----------------------------------------------------------------------===//

#ifndef LACUNA_SCHEDULE_EMIT_H
#define LACUNA_SCHEDULE_EMIT_H

#include "lacuna/Program/AccessPattern.h"
#include "lacuna/Schedule/Steps.h"

namespace lacuna {
struct Machine;
} // namespace lacuna

namespace lacuna::schedule {

/// Gives the buffers of a group addresses: packed from the bottom of each
/// memory, or from its top, which lets neighbouring groups overlap in time
/// where both fit; in the scratchpad around `residents`, the places of tensors
/// that stay there. Error: how many bytes the group lacks in which memory.
llvm::Error placeBuffers(StepTree &group, const Machine &machine, bool fromTop,
                         llvm::ArrayRef<ByteRange> residents = {});

/// An instruction of the program with what it was made from.
struct PlacedInstruction {
  Instruction instruction;
  static constexpr unsigned kNoLayer = ~0u;
  unsigned layer = kNoLayer;
  /// The off-chip tensor that it moves, or Binding::kIntermediate.
  unsigned tensor = Binding::kIntermediate;
};

/// The program of `groups`, in order, ended by a halt.
std::vector<PlacedInstruction> emit(const std::vector<StepTree> &groups);

} // namespace lacuna::schedule

#endif // LACUNA_SCHEDULE_EMIT_H
