// Masks of the terms of a channel: which weights differ from their zero point.
#ifndef LACUNA_LIB_MACHINE_WEIGHTMASKS_H
#define LACUNA_LIB_MACHINE_WEIGHTMASKS_H

#include "MatrixGeometry.h"
#include "ZeroBits.h"
#include "Zeros.h"

#include <optional>

namespace lacuna {

/// Which weights of a channel may take time: those that are not zero; where
/// these are not told apart, those that the pattern gives a slot; or all.
class WeightMasks {
public:
  template <typename Inst>
  WeightMasks(const Inst &inst, const MatrixGeometry &at, const SkipZeros &skip,
              const KnownBytes &known, Unknown unknown)
      : at(at), words(wordsFor(at.countTerms())), looks(skip.weights),
        unknown(unknown) {
    if constexpr (!std::is_same_v<Inst, Depthwise>) {
      group = inst.group;
      nonzeros = inst.nonzeros;
    }
    llvm::ArrayRef<uint8_t> memory =
        known.weights.empty() ? known.scratchpad : known.weights;
    if (!memory.empty() && (looks || group))
      bits.emplace(memory, inst.weights, inst.weightType, true,
                   inst.weightZeroPoint);
  }

  void fill(Span channels) {
    first = channels.begin;
    rows.assign(channels.size() * words, 0);
    for (int64_t n = channels.begin; n != channels.end; ++n)
      fillRow(n, llvm::MutableArrayRef(rows).slice((n - first) * words, words));
  }
  const uint64_t *get(int64_t channel) const {
    return rows.data() + (channel - first) * words;
  }

private:
  void fillRow(int64_t n, llvm::MutableArrayRef<uint64_t> row) const {
    uint64_t terms = at.countTerms();
    if (!looks && !group)
      return setBits(row, 0, terms);
    if (!bits) {
      if (unknown == Unknown::Nonzero)
        setBits(row, 0, terms);
      return;
    }
    for (int64_t s = at.kernels[0].begin; s != at.kernels[0].end; ++s)
      for (int64_t r = at.kernels[1].begin; r != at.kernels[1].end; ++r)
        for (int64_t c = at.kernels[2].begin; c != at.kernels[2].end; ++c)
          bits->read(placeAt({n, s, r, c, at.depth.begin}, at.weightStrides),
                     at.weightStrides[4], at.depth.size(), row,
                     at.termOf(s, r, c));
    if (!looks)
      giveSlots(row, terms);
  }

  /// Slots that nonzeros of a group leave free go to its first zeros.
  void giveSlots(llvm::MutableArrayRef<uint64_t> row, uint64_t terms) const {
    auto isSet = [&](uint64_t term) { return row[term / 64] >> term % 64 & 1; };
    for (uint64_t begin = 0; begin < terms; begin += group) {
      uint64_t end = std::min(terms, begin + group), used = 0;
      for (uint64_t term = begin; term != end; ++term)
        used += isSet(term);
      for (uint64_t term = begin; term != end && used < nonzeros; ++term)
        if (!isSet(term)) {
          setBits(row, term, 1);
          ++used;
        }
    }
  }

  const MatrixGeometry &at;
  size_t words;
  bool looks;
  Unknown unknown;
  uint64_t group = 0, nonzeros = 0;
  std::optional<ZeroBits> bits;
  int64_t first = 0;
  BitRow rows;
};

} // namespace lacuna

#endif // LACUNA_LIB_MACHINE_WEIGHTMASKS_H
