//===- SumOrder.h - The order in which floats add up ------------*- C++ -*-===//
//
// Integers may be added in any order; of floats the order is part of what is
// computed. An instruction of MATRIX adds the terms of a sum from the outermost
// of their extents to the innermost, and goes on where the one before it
// stopped, so that a cut keeps the order if its parts, one after the other, are
// the sequence of all terms. This is the one place that says which cuts do.
// Private to the scheduler.
//
//===----------------------------------------------------------------------===//

#ifndef LACUNA_LIB_SCHEDULE_SUMORDER_H
#define LACUNA_LIB_SCHEDULE_SUMORDER_H

#include "lacuna/Program/Instructions.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>

namespace lacuna::schedule {

/// A loop over parts of a reduction: its extent's field and the terms of each.
struct SumCut {
  llvm::StringRef field;
  uint64_t tile = 1;
};

/// Two extents of a sum of which the second is cut, and the first would have to
/// be cut to single terms by a loop outside it.
struct BrokenOrder {
  llvm::StringRef outer, cut;
};

/// Whether the loops `cuts`, outermost first, change the order in which
/// `whole`, an instruction over a whole layer, adds floats up. Never for
/// integers.
std::optional<BrokenOrder> findBrokenOrder(const Instruction &whole,
                                           llvm::ArrayRef<SumCut> cuts);

} // namespace lacuna::schedule

#endif // LACUNA_LIB_SCHEDULE_SUMORDER_H
