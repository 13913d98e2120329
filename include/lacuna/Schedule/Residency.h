//===- Residency.h - Tensors that stay on-chip ------------------*- C++ -*-===//
//
// A tensor between layers may stay in the scratchpad, whole, from the layer
// that makes it to the last that reads it: it is then neither stored nor
// loaded, and takes room from the layers that run meanwhile. Which ones stay is
// chosen for the fewest off-chip bytes of the whole network; where they lie, so
// that what is left for the layers between is in one piece where possible.
//
//===----------------------------------------------------------------------===//

#ifndef LACUNA_SCHEDULE_RESIDENCY_H
#define LACUNA_SCHEDULE_RESIDENCY_H

#include "lacuna/Program/AccessPattern.h"
#include "lacuna/Schedule/Choose.h"
#include "lacuna/Schedule/EncodeWeights.h"
#include "lacuna/Schedule/Network.h"
#include "lacuna/Schedule/Steps.h"

namespace lacuna::schedule {

/// The problems between which a tensor's bytes matter, both included.
struct Life {
  unsigned first = ~0u, last = 0;

  bool meets(const Life &other) const {
    return first <= other.last && other.first <= last;
  }
  bool contains(unsigned problem) const {
    return first <= problem && problem <= last;
  }
};

/// The life of each tensor; of one that no problem names, empty.
std::vector<Life> livesOf(const Network &network);

/// Schedules that are given, one for each problem where there is one.
using GivenSchedules = llvm::ArrayRef<std::optional<Schedule>>;

/// The tensors of which the off-chip bytes of the whole network are fewest if
/// they stay. Problems with a given schedule decide about theirs. `candidates`
/// are the encodings of each problem's weights.
llvm::BitVector
chooseResidents(const Network &network, const Machine &machine,
                llvm::ArrayRef<std::vector<StoredCandidate>> candidates,
                GivenSchedules given, Effort effort);

/// The tensors that `schedules` keep on-chip. Error: one layer does and
/// another, or what the tensor is, does not allow it.
llvm::Expected<llvm::BitVector> residentsOf(const Network &network,
                                            llvm::ArrayRef<Schedule> schedules);

/// What problem `index` finds decided where `residents` stay.
Surroundings surroundingsOf(const Network &network, llvm::ArrayRef<Life> lives,
                            const llvm::BitVector &residents, unsigned index);

/// Gives each of `residents` its place in the scratchpad
/// (Tensor::scratchpad), and all others none. False where not even they
/// themselves fit.
bool placeResidents(Network &network, const llvm::BitVector &residents,
                    const Machine &machine);

/// The places of resident tensors that problem `index` must leave alone.
std::vector<ByteRange> residentPlaces(const Network &network,
                                      llvm::ArrayRef<Life> lives,
                                      unsigned index);

} // namespace lacuna::schedule

#endif // LACUNA_SCHEDULE_RESIDENCY_H
