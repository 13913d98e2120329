// How an array that skips zeros goes through the terms of its folds, as
// docs/machine.md defines it under "Zeros": blocks of terms that all elements
// of a fold begin and end together. Private to the cost functions.
#ifndef LACUNA_LIB_MACHINE_BLOCKS_H
#define LACUNA_LIB_MACHINE_BLOCKS_H

#include "ZeroBits.h"
#include "lacuna/Machine/Machine.h"

namespace lacuna {

/// The blocks of one fold: for each, the most terms that one element takes.
class FoldBlocks {
public:
  /// `terms` is at most that of any row that is added.
  FoldBlocks(const SkipZeros &skip, Rate rate, uint64_t terms)
      : window(skip.window), ports(skip.ports), rate(rate), terms(terms),
        most((terms + window - 1) / window, 0) {}

  /// An element whose terms are the bits that `a` and `b` share. Returns how
  /// many it has.
  uint64_t add(const uint64_t *a, const uint64_t *b);
  /// Elements of another fold of the same terms.
  void add(const FoldBlocks &other) {
    for (size_t i = 0; i != most.size(); ++i)
      most[i] = std::max(most[i], other.most[i]);
  }
  /// Cycles of all blocks; then there are no elements again.
  uint64_t takeCycles();

private:
  uint64_t window, ports;
  Rate rate;
  uint64_t terms;
  std::vector<uint32_t> most;
};

} // namespace lacuna

#endif // LACUNA_LIB_MACHINE_BLOCKS_H
