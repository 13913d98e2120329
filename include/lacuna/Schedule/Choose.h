//===- Choose.h - The schedule of a layer by cost ---------------*- C++ -*-===//
//
// Searches tile sizes, loop order, residency and buffering of one layer for the
// fewest off-chip bytes, and among those for the least time.
//
//===----------------------------------------------------------------------===//

#ifndef LACUNA_SCHEDULE_CHOOSE_H
#define LACUNA_SCHEDULE_CHOOSE_H

#include "lacuna/Schedule/Schedule.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/Support/Error.h"

#include <map>
#include <optional>

namespace lacuna {
struct Machine;
} // namespace lacuna

namespace lacuna::schedule {

/// What a schedule would cost, without enumerating it.
struct Estimate {
  /// Bytes moved off-chip, instructions left out. Exact.
  uint64_t dramBytes = 0;
  /// Bytes of buffers. Exact.
  uint64_t scratchpadBytes = 0, accumulatorBytes = 0;
  /// Cycles, assuming that engines overlap but for the first tile. A guide.
  uint64_t cycles = 0;
};

struct Choice {
  Schedule schedule;
  Estimate estimate;
};

/// What the weights of a layer are expected to take once they are encoded.
struct StoredEstimate {
  /// Their binding in the layer's first stage.
  unsigned binding = 0;
  uint64_t tableBytes = 0;
  /// Of all units' streams together.
  uint64_t streamBytes = 0;
};

/// How hard the whole network is looked at.
enum class Effort {
  /// Each layer by itself, between loads and stores of its own.
  Layers,
  /// Tensors between layers stay on-chip where that saves bytes.
  Residents,
  /// That, and layers whose feature maps do not fit run side by side, in
  /// stripes.
  Cascades,
};

/// What is decided before a layer's schedule.
struct Surroundings {
  /// Tensors that are resident, by position in Graph::tensors; those beyond its
  /// end are not.
  llvm::BitVector residents;
  /// Bytes of the scratchpad that all of them take while the layer runs, and
  /// that other layers of its cascade do.
  uint64_t residentBytes = 0;
  /// Of residents of which only a ring stays, its bytes.
  std::map<unsigned, uint64_t> rings;
  /// Bytes of the accumulators that other layers of its cascade take.
  uint64_t accumulatorBytes = 0;
  /// The loop that the layers of a cascade share, as this one sees it; then of
  /// schedules that move as few bytes, the one that takes least room is best.
  std::optional<TileLoop> shared;

  bool operator==(const Surroundings &o) const {
    return residents == o.residents && residentBytes == o.residentBytes &&
           rings == o.rings && accumulatorBytes == o.accumulatorBytes &&
           shared == o.shared;
  }
  bool isResident(const Binding &binding) const {
    return !binding.isIntermediate() && binding.tensor < residents.size() &&
           residents[binding.tensor];
  }
};

/// The best schedule found for `layer`, the same one each time, its weights
/// dense or as `stored` says. Error: not even the smallest tiles fit, with the
/// bytes that are lacking.
llvm::Expected<Choice> chooseSchedule(const Problem &layer,
                                      const Machine &machine,
                                      const Surroundings &surroundings = {},
                                      const StoredEstimate *stored = nullptr);

} // namespace lacuna::schedule

#endif // LACUNA_SCHEDULE_CHOOSE_H
