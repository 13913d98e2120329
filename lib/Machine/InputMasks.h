// Masks of the terms of a pixel: which inputs differ from their zero point.
#ifndef LACUNA_LIB_MACHINE_INPUTMASKS_H
#define LACUNA_LIB_MACHINE_INPUTMASKS_H

#include "MatrixGeometry.h"
#include "ZeroBits.h"
#include "Zeros.h"

#include "llvm/Support/MathExtras.h"

#include <optional>

namespace lacuna {

/// Words of bits that are kept at a time.
constexpr uint64_t maxMaskWords = uint64_t(1) << 22;

/// Which inputs of a pixel are not zero.
class InputMasks {
public:
  template <typename Inst>
  InputMasks(const Inst &inst, const MatrixGeometry &at, bool looks,
             const KnownBytes &known, Unknown unknown)
      : at(at), looks(looks), unknown(unknown), depth(at.depth) {
    if (at.multiplier)
      depth = {at.channels.begin / int64_t(at.multiplier),
               (at.channels.end - 1) / int64_t(at.multiplier) + 1};
    words = wordsFor(depth.size());
    if (!looks || known.scratchpad.empty())
      return;
    bits.emplace(known.scratchpad, inst.src, inst.srcType, false,
                 inst.srcZeroPoint);
    keep();
  }

  /// Finds the taps of the pixel that `fill` is asked for next.
  void goTo(const std::array<int64_t, 3> &pixel) {
    taps.clear();
    if (!looks || (!bits && unknown == Unknown::Zero))
      return;
    std::array<Span, 3> inside;
    for (size_t i = 0; i != 3; ++i)
      inside[i] = at.windows[i].tapsInside(pixel[i], at.kernels[i]);
    for (int64_t s = inside[0].begin; s < inside[0].end; ++s)
      for (int64_t r = inside[1].begin; r < inside[1].end; ++r) {
        if (inside[2].size() == 0)
          continue;
        uint64_t term = at.termOf(s, r, inside[2].begin);
        if (!bits) {
          taps.push_back({term, uint64_t(inside[2].size())});
          continue;
        }
        std::array<int64_t, 3> from{at.windows[0].at(pixel[0], s),
                                    at.windows[1].at(pixel[1], r), 0};
        for (int64_t c = inside[2].begin; c < inside[2].end;
             ++c, term += at.depth.size()) {
          from[2] = at.windows[2].at(pixel[2], c);
          taps.push_back({term, kept.empty() ? placeOf(from) : indexOf(from)});
        }
      }
  }

  /// The terms of the pixel, whose bits are set in `row`, which is 0.
  void fill(llvm::MutableArrayRef<uint64_t> row) const {
    if (!looks)
      return setBits(row, 0, at.countTerms());
    for (auto [term, place] : taps)
      if (!bits)
        setBits(row, term, place * at.depth.size());
      else if (kept.empty())
        bits->read(place, at.srcStrides[3], at.depth.size(), row, term);
      else
        orBits(row, term, llvm::ArrayRef(kept).slice(place, words),
               at.depth.size());
  }
  /// The same of one input channel (depthwise).
  void fill(int64_t channel, llvm::MutableArrayRef<uint64_t> row) const {
    if (!bits)
      return fill(row);
    uint64_t bit = channel - depth.begin;
    for (auto [term, place] : taps)
      if (kept.empty())
        bits->read(place + bit * uint64_t(at.srcStrides[3]), 0, 1, row, term);
      else
        row[term / 64] |= (kept[place + bit / 64] >> bit % 64 & 1) << term % 64;
  }

private:
  /// The position of the first of the row of bits that an input has.
  uint64_t placeOf(const std::array<int64_t, 3> &from) const {
    return placeAt({from[0], from[1], from[2], depth.begin}, at.srcStrides);
  }

  /// Looks at each input once, if the windows do not reach too far.
  void keep() {
    uint64_t size = words;
    for (size_t i = 0; i != 3; ++i) {
      const Window &window = at.windows[i];
      int64_t first = window.at(at.outputs[i].begin, at.kernels[i].begin);
      int64_t last = window.at(at.outputs[i].end - 1, at.kernels[i].end - 1);
      region[i] = {std::max<int64_t>(0, first),
                   std::min(window.bound, last + 1)};
      size = llvm::SaturatingMultiply<uint64_t>(size, region[i].size());
    }
    if (size == 0 || size > maxMaskWords)
      return;
    kept.resize(size);
    std::array<int64_t, 3> from;
    for (from[0] = region[0].begin; from[0] < region[0].end; ++from[0])
      for (from[1] = region[1].begin; from[1] < region[1].end; ++from[1])
        for (from[2] = region[2].begin; from[2] < region[2].end; ++from[2])
          bits->read(placeOf(from), at.srcStrides[3], depth.size(),
                     llvm::MutableArrayRef(kept).slice(indexOf(from), words),
                     0);
  }
  size_t indexOf(const std::array<int64_t, 3> &from) const {
    return (((from[0] - region[0].begin) * region[1].size() + from[1] -
             region[1].begin) *
                region[2].size() +
            from[2] - region[2].begin) *
           words;
  }

  const MatrixGeometry &at;
  bool looks;
  Unknown unknown;
  /// The depth, or the input channels, of which each input has a row of bits.
  Span depth;
  size_t words;
  std::optional<ZeroBits> bits;
  std::array<Span, 3> region;
  /// Rows of bits of the region; empty where it is too large.
  BitRow kept;
  /// First terms of taps inside; and where in `kept` the row is, or in the
  /// operand, or, of inputs that are not known, how many taps follow.
  std::vector<std::pair<uint64_t, uint64_t>> taps;
};

} // namespace lacuna

#endif // LACUNA_LIB_MACHINE_INPUTMASKS_H
