//===- EncodeWeights.h - Constant weights as they are stored ----*- C++ -*-===//
//
// Weights may lie off-chip in an encoding that takes fewer bytes, cut into
// units that are decoded alone. How they are cut follows from the schedule: a
// tile is always a whole number of units.
//
//===----------------------------------------------------------------------===//

#ifndef LACUNA_SCHEDULE_ENCODEWEIGHTS_H
#define LACUNA_SCHEDULE_ENCODEWEIGHTS_H

#include "lacuna/Schedule/Choose.h"
#include "lacuna/Schedule/Network.h"

namespace lacuna::schedule {

/// Stores the weights of problem `index` as `schedule` says: encoded, if
/// Schedule::weights asks for it, else dense. Sets Tensor::encoded and
/// Tensor::bytes, so addresses must be planned anew. Errors: the schedule asks
/// for an encoding of a layer whose weights have none (they are no constants,
/// are used elsewhere too, or are not in the order of channels), or of weights
/// that do not have the form.
llvm::Error encodeWeights(Network &network, unsigned index,
                          const Schedule &schedule);

/// An encoding that a layer's weights may have, and what they then take.
struct StoredCandidate {
  StoredWeights weights;
  StoredEstimate estimate;
  uint64_t bytes = 0;
};

/// Encodings of the weights of problem `index` that `machine` decodes and that
/// take fewer bytes than the dense tensor, by ascending bytes. Leaves them
/// dense.
std::vector<StoredCandidate>
listStoredCandidates(Network &network, unsigned index, const Machine &machine);

/// The best schedule for problem `index` with its weights in the first of
/// `candidates`, but for encodings that `machine` decodes so slowly that LOAD
/// would hold up the layer. Stores them so. Error: not even the smallest tiles
/// fit.
llvm::Expected<Choice>
chooseStoredSchedule(Network &network, unsigned index, const Machine &machine,
                     llvm::ArrayRef<StoredCandidate> candidates,
                     const Surroundings &surroundings = {});

} // namespace lacuna::schedule

#endif // LACUNA_SCHEDULE_ENCODEWEIGHTS_H
