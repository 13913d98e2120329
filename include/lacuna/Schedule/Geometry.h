//===- Geometry.h - Intervals of tiles --------------------------*- C++ -*-===//
//
// The algebra of clipped extents that tiling needs: what a tile of outputs
// reads through a window, what a region becomes when loops run inside it.
//
//===----------------------------------------------------------------------===//

#ifndef LACUNA_SCHEDULE_GEOMETRY_H
#define LACUNA_SCHEDULE_GEOMETRY_H

#include "lacuna/Program/AccessDescription.h"

namespace lacuna::schedule {

/// value + by, factor * value.
Affine add(Affine value, const Affine &by);
Affine scale(Affine value, int64_t factor);

/// The coordinates that an access touches at one position, as an interval whose
/// bound is exact: the last coordinate that any output needs, plus one. None
/// where a quotient's start is not a multiple of its divisor.
std::optional<Interval> coordinateInterval(const CoordinateDescription &c);

/// Tiles of coordinates that a divisor made: tile k begins at or after
/// start + k * step and has at most `size` coordinates from there on.
struct EvenTiles {
  int64_t start, step, size;
};

/// The tightest such tiles with the step nearest to `step` / `divisor` that
/// hold the coordinates floor((first + k * step) / divisor) to floor((first + k
/// * step + reach) / divisor) of each tile k < count.
EvenTiles divideTiles(int64_t first, int64_t step, int64_t reach,
                      int64_t divisor, int64_t count);

/// The access of the operand called `field`, or null; and the one through which
/// the instruction writes its result.
AccessDescription *findAccess(AccessList &accesses, llvm::StringRef field);
AccessDescription &resultOf(AccessList &accesses);

/// The extent of `instruction` that assembly calls `field`, or null.
Interval *findInterval(Instruction &instruction, llvm::StringRef field);

/// An extent of the terms of a sum, by the name that assembly gives it.
struct TermExtent {
  llvm::StringRef field;
  uint64_t extent;
};
/// Extents of the terms that `instruction` adds up for each of its sums, in the
/// order in which it does, the outermost first; none if it makes no sums that
/// another instruction can go on with.
llvm::SmallVector<TermExtent, 4> termsOf(const Instruction &instruction);

/// What a tile along the extent `field` of a reduction must be a multiple of so
/// that the groups of weights of `whole`, an instruction over a whole layer,
/// stay whole: 1 where nothing is asked, the extent itself where no cut will
/// do.
uint64_t groupGrainOf(const Instruction &whole, llvm::StringRef field);
/// Takes back what `instruction` claims of groups of its weights.
void dropGroups(Instruction &instruction);

/// The union of `interval` over all iterations of the loops from `level` on;
/// counts[l] is the number of iterations of loop l.
Interval widen(Interval interval, unsigned level,
               llvm::ArrayRef<uint64_t> counts);

/// An interval that has no loop terms, clipped: start >= 0, size exact.
Interval clipConstant(Interval interval);

/// The most positions, counted from the unclipped start, that an iteration
/// needs; loops move the start upwards.
uint64_t largestSize(const Interval &interval);

/// Whether `interval` changes with loop `level`.
inline bool dependsOn(const Interval &interval, unsigned level) {
  return interval.start.coefficients[level] != 0;
}

} // namespace lacuna::schedule

#endif // LACUNA_SCHEDULE_GEOMETRY_H
