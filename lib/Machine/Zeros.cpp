// Masks of terms: which weights of a channel and which inputs of a pixel differ
// from their zero points. What an element of the array does are the bits that
// the two share.
#include "Zeros.h"

#include "Blocks.h"
#include "lacuna/Machine/Window.h"

#include "llvm/Support/MathExtras.h"

#include <optional>

using namespace llvm;
using namespace lacuna;

namespace {
/// Words of weights, or of an input, that are kept at a time.
constexpr uint64_t maxWords = uint64_t(1) << 22;
constexpr uint64_t maxGroups = 4096;

/// The coordinates of an instruction: three of windows, then the depth. What an
/// instruction lacks is one coordinate.
struct Geometry {
  std::array<Window, 3> windows;
  std::array<Span, 3> outputs, kernels;
  Span channels, depth;
  /// Of the three and the depth (depthwise: the input channel), in elements.
  std::array<int64_t, 4> srcStrides;
  /// Of the channel, the three and the depth.
  std::array<int64_t, 5> weightStrides;
  uint64_t multiplier = 0; // 0: each channel reads the whole depth

  template <typename Inst> explicit Geometry(const Inst &inst) {
    windows = {Window(),
               Window{int64_t(inst.strideRows), int64_t(inst.dilationRows),
                      int64_t(inst.paddingTop), int64_t(inst.srcRows)},
               Window{int64_t(inst.strideColumns),
                      int64_t(inst.dilationColumns), int64_t(inst.paddingLeft),
                      int64_t(inst.srcColumns)}};
    outputs = {Span(0, 1), Span(inst.rows), Span(inst.columns)};
    kernels = {Span(0, 1), Span(inst.kernelRows), Span(inst.kernelColumns)};
    channels = Span(inst.channels);
    const Strides &src = inst.srcStrides, &weights = inst.weightStrides;
    if constexpr (std::is_same_v<Inst, Depthwise>) {
      multiplier = inst.multiplier;
      depth = Span(0, 1);
      srcStrides = {0, src[0], src[1], src[2]};
      weightStrides = {weights[0], 0, weights[1], weights[2], 0};
    } else {
      depth = Span(inst.depth);
      if constexpr (std::is_same_v<Inst, Conv3D>) {
        windows[0] = {int64_t(inst.strideSlices), int64_t(inst.dilationSlices),
                      int64_t(inst.paddingFront), int64_t(inst.srcSlices)};
        outputs[0] = Span(inst.slices);
        kernels[0] = Span(inst.kernelSlices);
        srcStrides = {src[0], src[1], src[2], src[3]};
        weightStrides = {weights[0], weights[1], weights[2], weights[3],
                         weights[4]};
      } else {
        srcStrides = {0, src[0], src[1], src[2]};
        weightStrides = {weights[0], 0, weights[1], weights[2], weights[3]};
      }
    }
  }

  uint64_t countTerms() const {
    return kernels[0].size() * kernels[1].size() * kernels[2].size() *
           depth.size();
  }
  uint64_t countPixels() const {
    return outputs[0].size() * outputs[1].size() * outputs[2].size();
  }
  /// The first term of a tap.
  uint64_t termOf(int64_t slice, int64_t row, int64_t column) const {
    return (((slice - kernels[0].begin) * kernels[1].size() +
             (row - kernels[1].begin)) *
                kernels[2].size() +
            (column - kernels[2].begin)) *
           depth.size();
  }
};

/// Sum of coordinate * stride, modulo 2^64.
template <size_t count>
int64_t place(const std::array<int64_t, count> &at,
              const std::array<int64_t, count> &strides) {
  uint64_t position = 0;
  for (size_t i = 0; i != count; ++i)
    position += uint64_t(at[i]) * uint64_t(strides[i]);
  return int64_t(position);
}

/// Which weights of a channel may take time: those that are not zero; where
/// these are not told apart, those that the pattern gives a slot; or all.
class WeightRows {
public:
  template <typename Inst>
  WeightRows(const Inst &inst, const Geometry &at, const SkipZeros &skip,
             const KnownBytes &known, Unknown unknown)
      : at(at), words(wordsFor(at.countTerms())), looks(skip.weights),
        unknown(unknown) {
    if constexpr (!std::is_same_v<Inst, Depthwise>) {
      group = inst.group;
      nonzeros = inst.nonzeros;
    }
    ArrayRef<uint8_t> memory =
        known.weights.empty() ? known.scratchpad : known.weights;
    if (!memory.empty() && (looks || group))
      bits.emplace(memory, inst.weights, inst.weightType, true,
                   inst.weightZeroPoint);
  }

  void fill(Span channels) {
    first = channels.begin;
    rows.assign(channels.size() * words, 0);
    for (int64_t n = channels.begin; n != channels.end; ++n)
      fillRow(n, MutableArrayRef(rows).slice((n - first) * words, words));
  }
  const uint64_t *get(int64_t channel) const {
    return rows.data() + (channel - first) * words;
  }

private:
  void fillRow(int64_t n, MutableArrayRef<uint64_t> row) const {
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
          bits->read(place<5>({n, s, r, c, at.depth.begin}, at.weightStrides),
                     at.weightStrides[4], at.depth.size(), row,
                     at.termOf(s, r, c));
    if (!looks)
      giveSlots(row, terms);
  }

  /// Slots that nonzeros of a group leave free go to its first zeros.
  void giveSlots(MutableArrayRef<uint64_t> row, uint64_t terms) const {
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

  const Geometry &at;
  size_t words;
  bool looks;
  Unknown unknown;
  uint64_t group = 0, nonzeros = 0;
  std::optional<ZeroBits> bits;
  int64_t first = 0;
  BitRow rows;
};

/// Which inputs of a pixel are not zero.
class InputRows {
public:
  template <typename Inst>
  InputRows(const Inst &inst, const Geometry &at, bool looks,
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
  void fill(MutableArrayRef<uint64_t> row) const {
    if (!looks)
      return setBits(row, 0, at.countTerms());
    for (auto [term, place] : taps)
      if (!bits)
        setBits(row, term, place * at.depth.size());
      else if (kept.empty())
        bits->read(place, at.srcStrides[3], at.depth.size(), row, term);
      else
        orBits(row, term, ArrayRef(kept).slice(place, words), at.depth.size());
  }
  /// The same of one input channel (depthwise).
  void fill(int64_t channel, MutableArrayRef<uint64_t> row) const {
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
    return place<4>({from[0], from[1], from[2], depth.begin}, at.srcStrides);
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
      size = SaturatingMultiply<uint64_t>(size, region[i].size());
    }
    if (size == 0 || size > maxWords)
      return;
    kept.resize(size);
    std::array<int64_t, 3> from;
    for (from[0] = region[0].begin; from[0] < region[0].end; ++from[0])
      for (from[1] = region[1].begin; from[1] < region[1].end; ++from[1])
        for (from[2] = region[2].begin; from[2] < region[2].end; ++from[2])
          bits->read(placeOf(from), at.srcStrides[3], depth.size(),
                     MutableArrayRef(kept).slice(indexOf(from), words), 0);
  }
  size_t indexOf(const std::array<int64_t, 3> &from) const {
    return (((from[0] - region[0].begin) * region[1].size() + from[1] -
             region[1].begin) *
                region[2].size() +
            from[2] - region[2].begin) *
           words;
  }

  const Geometry &at;
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

/// Goes through the folds of an instruction.
class Walk {
public:
  Walk(const Geometry &at, const Machine &machine, Rate rate,
       uint64_t foldCycles, uint64_t leastFold)
      : at(at), skip(machine.matrix.skip), rate(rate), foldCycles(foldCycles),
        leastFold(leastFold), columns(machine.matrix.columns),
        terms(at.countTerms()), words(wordsFor(terms)),
        empty(skip, rate, terms) {}

  uint64_t cycles = 0, total = 0;

  void run(WeightRows &weights, InputRows &input, uint64_t rows) {
    auto step = int64_t(columns);
    auto batch =
        int64_t(std::clamp<uint64_t>(maxWords / words / columns, 1, maxGroups));
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

  void runPixels(const WeightRows &weights, InputRows &input, uint64_t rows) {
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
  void addPixel(const WeightRows &weights, InputRows &input,
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

  void addChannels(const WeightRows &weights, InputRows &input,
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

  const Geometry &at;
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
  Geometry at(inst);
  const SkipZeros &skip = machine.matrix.skip;
  WeightRows weights(inst, at, skip, known, unknown);
  auto run = [&](bool looksAtInput) {
    InputRows input(inst, at, looksAtInput, known, unknown);
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
