//===- ConstantWeights.h - Weights that are known before a run --*- C++ -*-===//
//
// Instructions have absolute coordinates, so that the weights which one of
// MATRIX multiplies by follow from its extents and from where the layer's
// weights lie in their constant, wherever on-chip they are. Private to the
// scheduler.
//
//===----------------------------------------------------------------------===//

#ifndef LACUNA_LIB_SCHEDULE_CONSTANTWEIGHTS_H
#define LACUNA_LIB_SCHEDULE_CONSTANTWEIGHTS_H

#include "lacuna/Machine/Cost.h"
#include "lacuna/Schedule/Network.h"
#include "lacuna/Schedule/Schedule.h"

namespace lacuna::schedule {

class ConstantWeights {
public:
  /// Both must outlive it.
  ConstantWeights(const Network &network, llvm::ArrayRef<Schedule> schedules)
      : network(network), schedules(schedules) {}

  /// What is known to `resolved`, the first stage of problem `layer` at
  /// `indices`, whose operand `weights` is made to lead into these bytes; they
  /// are good until the next call.
  KnownBytes find(Instruction &resolved, unsigned layer,
                  const LoopIndices &indices);

private:
  const Network &network;
  llvm::ArrayRef<Schedule> schedules;
  /// The dense bytes of the constant last asked for.
  unsigned tensor = ~0u;
  std::vector<uint8_t> bytes;
};

} // namespace lacuna::schedule

#endif // LACUNA_LIB_SCHEDULE_CONSTANTWEIGHTS_H
