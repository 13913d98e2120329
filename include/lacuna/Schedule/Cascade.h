//===- Cascade.h - Layers that run side by side -----------------*- C++ -*-===//
//
// A cascade is a group of consecutive layers that share a loop over stripes of
// rows: each iteration makes a few rows of every layer, and of the tensors
// between them only those rows stay on-chip, in rings, that a later layer still
// reads. So feature maps that are larger than the scratchpad never leave it,
// and nothing is computed twice. Each layer lags behind the one before it by as
// many rows as its window reaches down.
//
//===----------------------------------------------------------------------===//

#ifndef LACUNA_SCHEDULE_CASCADE_H
#define LACUNA_SCHEDULE_CASCADE_H

#include "lacuna/Schedule/Network.h"
#include "lacuna/Schedule/Schedule.h"
#include "lacuna/Schedule/Steps.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/MapVector.h"

#include <memory>

namespace lacuna {
struct Machine;
} // namespace lacuna

namespace lacuna::schedule {

/// Problems first to last as one group.
struct Cascade {
  unsigned first = 0, last = 0;
  /// Of each problem, how it sees the shared loop.
  std::vector<TileLoop> loops;
  /// Tensors between them, with the bytes of their rings.
  llvm::MapVector<unsigned, uint64_t> rings;
  /// Bytes of scratchpad that each problem's own buffers take at least.
  std::vector<uint64_t> needs;

  unsigned count() const { return last - first + 1; }
  uint64_t ringBytes() const;
  uint64_t needBytes() const;
};

/// Plans cascades of one network.
class CascadePlanner {
public:
  CascadePlanner(const Network &network, const Machine &machine);
  ~CascadePlanner();

  /// Problems `first` to `last` in stripes of `rows` of what the last one
  /// makes, or the least multiple that is whole rows of all; or none: a tensor
  /// between them is used elsewhere too, or is not read row by row.
  std::optional<Cascade> plan(unsigned first, unsigned last, uint64_t rows);

private:
  struct Impl;
  std::unique_ptr<Impl> impl;
};

/// Makes one tree of those of a cascade's problems, in order: their shared
/// loops become one, and so do the rings that they hand on.
StepTree joinTrees(std::vector<StepTree> trees);

} // namespace lacuna::schedule

#endif // LACUNA_SCHEDULE_CASCADE_H
