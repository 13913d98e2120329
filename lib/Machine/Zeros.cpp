// Folds of an instruction: what an element of the array does are the bits that
// the masks of its channel and its pixel share.
#include "Zeros.h"

#include "Blocks.h"
#include "InputMasks.h"
#include "WeightMasks.h"

#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace lacuna;

namespace {
/// Groups of channels that are looked at together.
constexpr uint64_t maxGroups = 4096;

/// Goes through the folds of an instruction.
class Walk {
public:
  Walk(const MatrixGeometry &at, const Machine &machine, Rate rate,
       uint64_t foldCycles, uint64_t leastFold)
      : at(at), skip(machine.matrix.skip), rate(rate), foldCycles(foldCycles),
        leastFold(leastFold), columns(machine.matrix.columns),
        terms(at.countTerms()), words(wordsFor(terms)),
        empty(skip, rate, terms) {}

  uint64_t cycles = 0, total = 0;

  void run(WeightMasks &weights, InputMasks &input, uint64_t rows) {
    auto step = int64_t(columns);
    auto batch = int64_t(
        std::clamp<uint64_t>(maxMaskWords / words / columns, 1, maxGroups));
    for (int64_t n = at.channels.begin; n < at.channels.end;
         n += batch * step) {
      Span channels(n, std::min(at.channels.end, n + batch * step));
      weights.fill(channels);
      groups.clear();
      for (int64_t first = n; first < channels.end; first += step)
        groups.push_back({Span(first, std::min(channels.end, first + step)),
                          empty, empty, 0});
      lastMask.clear();
      runPixels(weights, input, rows);
    }
  }

private:
  /// Channels side by side, the blocks of the fold, and what the last mask
  /// gave.
  struct Group {
    Span channels;
    FoldBlocks fold, last;
    uint64_t lastTotal;
  };

  void runPixels(const WeightMasks &weights, InputMasks &input, uint64_t rows) {
    uint64_t inFold = 0;
    std::array<int64_t, 3> pixel;
    for (pixel[0] = at.outputs[0].begin; pixel[0] < at.outputs[0].end;
         ++pixel[0])
      for (pixel[1] = at.outputs[1].begin; pixel[1] < at.outputs[1].end;
           ++pixel[1])
        for (pixel[2] = at.outputs[2].begin; pixel[2] < at.outputs[2].end;
             ++pixel[2]) {
          at.multiplier ? addChannels(weights, input, pixel)
                        : addPixel(weights, input, pixel);
          if (++inFold == rows) {
            finishFold();
            inFold = 0;
          }
        }
    if (inFold)
      finishFold();
  }

  /// Neighbouring pixels often have the same mask where inputs are not known.
  void addPixel(const WeightMasks &weights, InputMasks &input,
                const std::array<int64_t, 3> &pixel) {
    mask.assign(words, 0);
    input.goTo(pixel);
    input.fill(mask);
    if (mask != lastMask) {
      for (Group &group : groups) {
        group.last = empty;
        group.lastTotal = 0;
        for (int64_t n = group.channels.begin; n != group.channels.end; ++n)
          group.lastTotal += group.last.add(mask.data(), weights.get(n));
      }
      std::swap(mask, lastMask);
    }
    for (Group &group : groups) {
      group.fold.add(group.last);
      total = SaturatingAdd(total, group.lastTotal);
    }
  }

  void addChannels(const WeightMasks &weights, InputMasks &input,
                   const std::array<int64_t, 3> &pixel) {
    int64_t filled = -1;
    input.goTo(pixel);
    for (Group &group : groups)
      for (int64_t n = group.channels.begin; n != group.channels.end; ++n) {
        int64_t channel = n / int64_t(at.multiplier);
        if (channel != filled) {
          mask.assign(words, 0);
          input.fill(channel, mask);
          filled = channel;
        }
        total =
            SaturatingAdd(total, group.fold.add(mask.data(), weights.get(n)));
      }
  }

  void finishFold() {
    for (Group &group : groups)
      cycles = SaturatingAdd(
          cycles,
          std::max(leastFold, std::min(foldCycles, group.fold.takeCycles())));
  }

  const MatrixGeometry &at;
  const SkipZeros &skip;
  Rate rate;
  uint64_t foldCycles, leastFold, columns, terms;
  size_t words;
  FoldBlocks empty;
  std::vector<Group> groups;
  BitRow mask, lastMask;
};
} // namespace

template <typename Inst>
ZeroCounts lacuna::countZeros(const Inst &inst, const Machine &machine,
                              const KnownBytes &known, Unknown unknown,
                              uint64_t rows, Rate rate, uint64_t foldCycles,
                              uint64_t leastFold) {
  MatrixGeometry at(inst);
  const SkipZeros &skip = machine.matrix.skip;
  WeightMasks weights(inst, at, skip, known, unknown);
  auto run = [&](bool looksAtInput) {
    InputMasks input(inst, at, looksAtInput, known, unknown);
    Walk walk(at, machine, rate, foldCycles, leastFold);
    walk.run(weights, input, rows);
    return walk;
  };
  Walk taken = run(skip.activations == ZeroActivations::Skip);
  ZeroCounts counts{taken.cycles, taken.total, taken.total};
  if (skip.activations == ZeroActivations::Gate)
    counts.done = run(true).total;
  return counts;
}

template ZeroCounts lacuna::countZeros(const Conv &, const Machine &,
                                       const KnownBytes &, Unknown, uint64_t,
                                       Rate, uint64_t, uint64_t);
template ZeroCounts lacuna::countZeros(const Conv3D &, const Machine &,
                                       const KnownBytes &, Unknown, uint64_t,
                                       Rate, uint64_t, uint64_t);
template ZeroCounts lacuna::countZeros(const Depthwise &, const Machine &,
                                       const KnownBytes &, Unknown, uint64_t,
                                       Rate, uint64_t, uint64_t);
