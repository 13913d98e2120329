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
#include "lacuna/Schedule/Cascade.h"
#include "lacuna/Schedule/Choose.h"
#include "lacuna/Schedule/EncodeWeights.h"
#include "lacuna/Schedule/Network.h"
#include "lacuna/Schedule/Steps.h"

#include <set>

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

/// Tensors between layers that all of their layers could work on on-chip.
llvm::BitVector findResidentCandidates(const Network &network);

/// Schedules that are given, one for each problem where there is one.
using GivenSchedules = llvm::ArrayRef<std::optional<Schedule>>;

/// Which tensors stay, whole or as rings, and which layers run side by side.
struct Residency {
  llvm::BitVector residents;
  /// By ascending first problem; none overlap.
  std::vector<Cascade> cascades;

  /// The cascade that problem `index` is part of, or null.
  const Cascade *find(unsigned index) const;
};

/// What is not to be chosen, because it turned out to find no room.
struct Excluded {
  /// As (first, last).
  std::set<std::pair<unsigned, unsigned>> cascades;
  /// Tensors that do not stay whole.
  std::set<unsigned> tensors;
};

/// Chooses what makes the off-chip bytes of a whole network fewest. Problems
/// with a given schedule decide about their tensors. `candidates` are the
/// encodings of each problem's weights; all of these outlive the chooser, which
/// remembers what it has tried.
class ResidencyChooser {
public:
  ResidencyChooser(const Network &network, const Machine &machine,
                   llvm::ArrayRef<std::vector<StoredCandidate>> candidates,
                   GivenSchedules given, Effort effort);
  ~ResidencyChooser();

  Residency choose(const Excluded &excluded = {});

private:
  std::unique_ptr<class ResidencySearch> search;
};

/// The tensors that `schedules` keep on-chip, with the bytes of their rings.
/// Error: one layer does and another, or what the tensor is, does not allow it.
llvm::Expected<llvm::DenseMap<unsigned, uint64_t>>
residentsOf(const Network &network, llvm::ArrayRef<Schedule> schedules);

/// The groups of `problems` problems of which joins(i) says whether problem i
/// goes on with the group of the one before it.
std::vector<GroupRange> groupsOf(unsigned problems,
                                 llvm::function_ref<bool(unsigned)> joins);
/// The groups of `schedules`.
std::vector<GroupRange> groupsOf(llvm::ArrayRef<Schedule> schedules);

/// Lives in which the problems of a group all run at the same time.
std::vector<Life> livesOf(const Network &network,
                          llvm::ArrayRef<GroupRange> groups);

/// What problem `index` finds decided.
Surroundings surroundingsOf(const Network &network, llvm::ArrayRef<Life> lives,
                            const Machine &machine, const Residency &residency,
                            unsigned index);

/// Bytes of the scratchpad that the buffers of each group take, at its first
/// problem. Residents have places, any.
std::vector<uint64_t> needsOf(const Network &network,
                              llvm::ArrayRef<Schedule> schedules);

/// Gives each of `residents` (with the bytes of its ring, or 0) its place in
/// the scratchpad, and all others none; of a few arrangements the one in which
/// groups with these `needs` lack least room in one piece. False where not even
/// the residents themselves fit.
bool placeResidents(Network &network, llvm::ArrayRef<Life> lives,
                    const llvm::DenseMap<unsigned, uint64_t> &residents,
                    const Machine &machine,
                    llvm::ArrayRef<uint64_t> needs = {});

/// The places of resident tensors that problem `index` must leave alone.
std::vector<ByteRange> residentPlaces(const Network &network,
                                      llvm::ArrayRef<Life> lives,
                                      unsigned index);

} // namespace lacuna::schedule

#endif // LACUNA_SCHEDULE_RESIDENCY_H
