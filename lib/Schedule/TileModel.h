//===- TileModel.h - A layer's operands as functions of tiles ---*- C++ -*-===//
//
// What choosing a schedule needs to know of a layer, worked out once: which
// axes can be cut, and how many bytes each operand moves and occupies for any
// tile sizes, loop order and placement, in closed form. Agrees with the
// enumerator byte for byte. Private to the scheduler.
//
//===----------------------------------------------------------------------===//

#ifndef LACUNA_LIB_SCHEDULE_TILEMODEL_H
#define LACUNA_LIB_SCHEDULE_TILEMODEL_H

#include "lacuna/Program/AccessDescription.h"
#include "lacuna/Schedule/Schedule.h"

#include <optional>

namespace lacuna {
struct Machine;
} // namespace lacuna

namespace lacuna::schedule {

/// Something that a loop can cut.
struct Axis {
  TileLoop::Kind kind = TileLoop::Output;
  unsigned index = 0;
  std::string field;
  uint64_t extent = 1;
};

/// One coordinate of an operand: for a tile of T along `axis` that starts at x,
/// and a tile of Tk along `kernelAxis` that starts at y, the coordinates from
/// scale*x + kernelScale*y + offset on, (T-1)*scale + (Tk-1)*kernelScale +
/// growth + 1 of them, all divided by `divisor` (see divideTiles); then moved
/// by `shift`, `tail` more of them, and clipped to [0, bound).
struct Reach {
  int axis = -1, kernelAxis = -1;
  int64_t scale = 1, kernelScale = 0;
  int64_t offset = 0, growth = 0;
  int64_t bound = 1;
  int64_t divisor = 1;
  int64_t shift = 0, tail = 0;
  /// Coordinates between two elements are rounded down: a window's divisor.
  bool rounds = false;
};

/// A unit of encoded weights has this many bytes at least, decoded: what it
/// costs, 8 bytes for an offset and the end of a stream, then stays below one
/// in sixty; larger ones leave streams of the decoder idle.
constexpr uint64_t kLeastUnitBytes = 512;

/// Channels of a unit where a tile of `rows`, of `channels` in all, has
/// `tileBytes`: as many units as `streams` decode side by side, if they are not
/// too small. A divisor of `rows` where there are several tiles.
unsigned unitRowsOf(uint64_t rows, uint64_t channels, uint64_t tileBytes,
                    uint64_t streams);

struct OperandModel {
  unsigned stage = 0, binding = 0;
  bool intermediate = false, writes = false, direct = false;
  MemoryKind memory = MemoryKind::Scratchpad;
  unsigned elementBits = 8;
  llvm::SmallVector<Reach, 4> reaches;
  /// Bytes off-chip from one coordinate to the next, where that is not dense.
  llvm::SmallVector<int64_t, 4> strides;
  /// Bit i: outer axis i moves the operand off-chip.
  uint32_t outerAxes = 0;
  /// Of weights that are encoded: bytes of all streams and of the table, and of
  /// the whole header, where the units are known. Where they are not, what is
  /// moved counts streams alone: a few bytes of index shall not choose tiles.
  struct Stored {
    uint64_t streamBytes = 0, tableBytes = 0;
    std::optional<uint64_t> headerBytes;
    /// Units that the machine decodes side by side.
    uint64_t streams = 1;
  };
  std::optional<Stored> stored;

  /// Whether the operand changes along `axis`.
  bool dependsOn(unsigned axis) const {
    return outerAxes >> axis & 1 ||
           llvm::any_of(reaches, [&](const Reach &reach) {
             return reach.axis == int(axis) || reach.kernelAxis == int(axis);
           });
  }
};

/// A loop of a candidate: which axis, and its tile.
struct LoopChoice {
  unsigned axis = 0;
  uint64_t tile = 1, count = 1;
  /// Of a shared loop.
  uint64_t delay = 0;
};

class TileModel {
public:
  explicit TileModel(const Problem &layer);
  /// The same, with weights that are encoded as they are.
  TileModel(const Problem &layer, const Graph &graph);

  std::vector<Axis> axes;
  std::vector<OperandModel> operands;

  /// The loops of `schedule`, by axis.
  llvm::SmallVector<LoopChoice, 6> choicesOf(const Schedule &schedule) const;

  /// Coordinates of `reach` that one iteration holds at most, with the loops
  /// from `level` on running inside it.
  uint64_t extentOf(const Reach &reach, llvm::ArrayRef<LoopChoice> loops,
                    unsigned level) const;
  /// The same, added up over all iterations of the loops outside `level` that
  /// move it, as they are clipped.
  uint64_t extentSum(const Reach &reach, llvm::ArrayRef<LoopChoice> loops,
                     unsigned level) const;
  /// Bytes on-chip for one tile, for all that a placement keeps there, and
  /// those moved off-chip in all.
  uint64_t tileBytes(const OperandModel &operand,
                     llvm::ArrayRef<LoopChoice> loops, unsigned level) const;
  uint64_t bufferBytes(const OperandModel &operand,
                       llvm::ArrayRef<LoopChoice> loops,
                       const Placement &placement) const;
  uint64_t movedBytes(const OperandModel &operand,
                      llvm::ArrayRef<LoopChoice> loops,
                      const Placement &placement) const;
  /// Bytes of the header of encoded weights, which stays on-chip.
  uint64_t headerBytes(const OperandModel &operand,
                       llvm::ArrayRef<LoopChoice> loops,
                       const Placement &placement) const;
  /// movedBytes with each run of contiguous bytes widened to whole bursts of
  /// `burst` bytes: what takes time off-chip. A guide: where runs lie in their
  /// bursts is not looked at.
  uint64_t burstBytes(const OperandModel &operand,
                      llvm::ArrayRef<LoopChoice> loops,
                      const Placement &placement, uint64_t burst) const;
  /// The coordinate that rolls along the loop just outside `level`, if the
  /// windows of neighbouring tiles overlap and nothing else moves, or -1; and
  /// how far it advances.
  int rollingCoordinate(const OperandModel &operand,
                        llvm::ArrayRef<LoopChoice> loops, unsigned level,
                        uint64_t &step) const;
  /// Whether an operand that is placed to roll does: windows that do not
  /// overlap keep nothing.
  bool rolls(const OperandModel &operand, llvm::ArrayRef<LoopChoice> loops,
             const Placement &placement, uint64_t &step) const;

  /// What every tile along `axis` is a multiple of, so that no operand's
  /// coordinate (a depth multiplier's quotient) starts between two elements,
  /// and none inside a byte of packed ones.
  uint64_t grainOf(unsigned axis) const;

  /// The tile along `axis` that suits operands whose coordinates a divisor
  /// rounds down: all of its multiples drift by one coordinate at most.
  uint64_t evenTileOf(unsigned axis) const;

  /// Whether `loop` moves the operand. One whose coordinates are rounded down
  /// may be the same for all of the loop's small tiles.
  bool moves(const OperandModel &operand, const LoopChoice &loop) const;

  /// The interval of `reach` as the enumerator would make it, with the loops
  /// from `level` on running inside; coefficients stand at the positions of
  /// `loops`.
  Interval intervalOf(const Reach &reach, llvm::ArrayRef<LoopChoice> loops,
                      unsigned level) const;

  /// Cycles of one whole tile of a stage on its engine.
  uint64_t stageCycles(unsigned stage, llvm::ArrayRef<LoopChoice> loops,
                       const Machine &machine);

private:
  /// Times that an operand comes again, whole, because of loops that do not
  /// move it.
  uint64_t repeatsOf(const OperandModel &operand,
                     llvm::ArrayRef<LoopChoice> loops,
                     const Placement &placement) const;
  /// The stages' instructions with the tile extents last asked for, and how
  /// each extent follows from the axes.
  std::vector<Instruction> tiles;
  std::vector<std::vector<std::pair<Interval *, Reach>>> extents;
};

} // namespace lacuna::schedule

#endif // LACUNA_LIB_SCHEDULE_TILEMODEL_H
