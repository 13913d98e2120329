//===- Schedule.h - A schedule is data --------------------------*- C++ -*-===//
//
// What is chosen for one group of layers: how its extents are cut into tiles,
// in which order the tiles run, at which loop each operand is brought on-chip
// and how many tiles of it fit there at a time. The enumerator (Steps.h) turns
// it into steps; nothing about order or offsets is decided elsewhere.
//
//===----------------------------------------------------------------------===//

#ifndef LACUNA_SCHEDULE_SCHEDULE_H
#define LACUNA_SCHEDULE_SCHEDULE_H

#include "lacuna/Schedule/Problem.h"

#include "llvm/ADT/STLExtras.h"

#include <optional>

namespace lacuna::schedule {

/// Buffers, and the tiles of those that hold several, start at multiples of
/// this many bytes, so that no word of a bank is shared.
constexpr uint64_t kBufferAlignment = 16;

/// One loop over tiles.
struct TileLoop {
  enum Kind {
    /// One of the layer's outer loops, an iteration at a time.
    Outer,
    /// A coordinate of the last stage's result, `tile` of it at a time.
    Output,
    /// An extent of the first stage that its result does not have, `tile` of
    /// it at a time: part of the reduction.
    Reduction
  };
  Kind kind = Output;
  /// Outer: index into Problem::outer. Output: position of the coordinate.
  unsigned index = 0;
  /// Reduction: the extent's field name in the instruction ("depth").
  std::string field;
  uint64_t tile = 1;
  /// Of the loop that the layers of a cascade share: its iterations, or 0; and
  /// by how much the layer lags: iteration i makes coordinates [i * tile -
  /// delay, (i + 1) * tile - delay), as far as there are any.
  uint64_t times = 0, delay = 0;

  bool isShared() const { return times != 0; }
  bool operator==(const TileLoop &o) const {
    return kind == o.kind && index == o.index && field == o.field &&
           tile == o.tile && times == o.times && delay == o.delay;
  }
};

/// How one operand of one stage lives on-chip.
struct Placement {
  /// Number of loops around its transfer: 0 brings all of it once; the number
  /// of loops brings one tile at a time.
  unsigned level = 0;
  /// Tiles that it has room for: 2 lets the transfer of the next one overlap
  /// with work on this one.
  unsigned slots = 1;
  /// Keep what the window of the next tile reads again, and bring only the new
  /// part: the coordinate (position in the access) that rolls, or -1.
  int rolling = -1;
  /// The tensor lies in the scratchpad, whole, from the layer that makes it to
  /// the last that reads it, and this layer works on it there: nothing is
  /// transferred, and nothing above applies.
  bool resident = false;
  /// Of a resident tensor between the layers of a cascade: bytes of the ring
  /// that holds the part of it that is still needed; 0: all of it.
  uint64_t ring = 0;

  bool operator==(const Placement &o) const {
    return level == o.level && slots == o.slots && rolling == o.rolling &&
           resident == o.resident && ring == o.ring;
  }
};

/// How constant weights are stored off-chip, and decoded on their way.
struct StoredWeights {
  WeightEncoding encoding = WeightEncoding::Entropy;
  /// Output channels of a unit, which is decoded alone; divides the tile of
  /// channels where there are several.
  unsigned unitRows = 1;
  /// Of nm: at most so many of every `group` terms differ from zero.
  unsigned nonzeros = 0, group = 0;

  bool operator==(const StoredWeights &o) const {
    return encoding == o.encoding && unitRows == o.unitRows &&
           nonzeros == o.nonzeros && group == o.group;
  }
};

struct Schedule {
  /// The layer belongs to the group of the one before it: both are parts of a
  /// cascade, whose layers run side by side in their shared loop.
  bool joins = false;
  /// Outermost first; reductions innermost.
  std::vector<TileLoop> loops;
  /// placements[stage][binding], as in Problem::stages.
  std::vector<std::vector<Placement>> placements;

  /// None: weights are dense.
  std::optional<StoredWeights> weights;

  bool operator==(const Schedule &o) const {
    return joins == o.joins && loops == o.loops && placements == o.placements &&
           weights == o.weights;
  }
};

/// Calls visit(binding, placement) for each operand of `problem` that is a
/// tensor and that `schedule` places.
template <typename Visit>
void forEachPlacement(const Problem &problem, const Schedule &schedule,
                      Visit visit) {
  for (auto [stage, placements] :
       llvm::zip(problem.stages, schedule.placements))
    for (auto [binding, placement] : llvm::zip(stage.bindings, placements))
      if (!binding.isIntermediate())
        visit(binding, placement);
}

/// The problems [first, end) of one group.
struct GroupRange {
  unsigned first = 0, end = 0;
};

} // namespace lacuna::schedule

#endif // LACUNA_SCHEDULE_SCHEDULE_H
