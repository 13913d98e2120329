// Products of floats in vector code: a lane is the sum of one channel, and its
// terms come in their order, so that lanes and pixels in flight change nothing.
// Terms with a zero are masked, or, where docs/numerics.md's [X7] can't be told
// from plain fused multiply-adds, take part. Without a fused multiply-add of
// its own, a processor goes element by element.
#include "Panel.h"

#include "FloatFormats.h"

#include <algorithm>
#include <cmath>

#include "Highway.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "FloatPanel.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include "PanelBlocks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace lacuna {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

HWY_INLINE float addTerm(float input, float weight, float sum) {
  return input == 0 || weight == 0 ? sum : std::fma(input, weight, sum);
}

/// A sum of `segments`, one term after the other.
HWY_INLINE float addTerms(const PixelRow<float> &row, size_t pixel,
                          const float *weights, size_t weightStep, float sum) {
  for (const Segment<float> &segment : row.segments) {
    const float *input = segment.input + pixel * row.pixelStep;
    const float *factors = weights + segment.firstTerm * weightStep;
    for (size_t k = 0; k != row.terms; ++k)
      sum = addTerm(input[k], factors[k * weightStep], sum);
  }
  return sum;
}

#if HWY_NATIVE_FMA
// Sizes of a block of sums that leave registers for its factors.
#if HWY_TARGET <= HWY_AVX3
constexpr size_t pixelsAtOnce = 4, panelsAtOnce = 4; // of 32 registers
#elif HWY_TARGET == HWY_AVX2
constexpr size_t pixelsAtOnce = 6, panelsAtOnce = 1; // of 16
#else
constexpr size_t pixelsAtOnce = 4, panelsAtOnce = 1;
#endif

/// sum + input * weight in each lane; where a mask is asked for, not in those
/// that `isZero` names.
template <bool masked, typename V, typename M>
HWY_INLINE V addTerms(V input, V weight, V sum, M isZero) {
  V added = hn::MulAdd(input, weight, sum);
  if constexpr (masked)
    return hn::IfThenElse(isZero, sum, added);
  return added;
}

/// One call of multiply.
template <bool masked> struct Product {
  static constexpr hn::CappedTag<float, panelChannels> lanes{};
  using Lanes = hn::Vec<decltype(lanes)>;
  static constexpr size_t laneCount = hn::MaxLanes(lanes);

  const PixelRow<float> &row;
  const float *panel;
  /// Elements between two blocks of channels in the panel.
  size_t panelStep;
  float *sums;
  size_t sumStride;

  /// The sums of `Pixels` pixels from `pixel` on and of `Panels` blocks of
  /// channels from `block` on.
  template <size_t Pixels, size_t Panels>
  HWY_INLINE void multiplyBlock(size_t pixel, size_t block) const {
    constexpr size_t vectors = Panels * panelChannels / laneCount;
    float *first = sums + pixel * sumStride + block * panelChannels;
    Lanes sum[Pixels][vectors];
    for (size_t p = 0; p != Pixels; ++p)
      for (size_t v = 0; v != vectors; ++v)
        sum[p][v] = hn::LoadU(lanes, first + p * sumStride + v * laneCount);
    for (const Segment<float> &segment : row.segments) {
      const float *weights =
          panel + block * panelStep + segment.firstTerm * panelChannels;
      const float *input = segment.input + pixel * row.pixelStep;
      for (size_t k = 0; k != row.terms; ++k) {
        Lanes factors[vectors];
        for (size_t v = 0; v != vectors; ++v) {
          size_t channel = v * laneCount;
          factors[v] =
              hn::LoadU(lanes, weights + channel / panelChannels * panelStep +
                                   k * panelChannels + channel % panelChannels);
        }
        for (size_t p = 0; p != Pixels; ++p) {
          float term = input[p * row.pixelStep + k];
          if (masked && term == 0)
            continue;
          Lanes terms = hn::Set(lanes, term);
          for (size_t v = 0; v != vectors; ++v)
            sum[p][v] = addTerms<masked>(terms, factors[v], sum[p][v],
                                         hn::Eq(factors[v], hn::Zero(lanes)));
        }
      }
    }
    for (size_t p = 0; p != Pixels; ++p)
      for (size_t v = 0; v != vectors; ++v)
        hn::StoreU(sum[p][v], lanes, first + p * sumStride + v * laneCount);
  }
};

/// The sums of one pixel for as many channels as `lanes` has, from `first` on.
template <bool masked, typename D>
HWY_INLINE void multiplyLanes(D lanes, const PixelRow<float> &row,
                              size_t offset, const float *weights, size_t first,
                              float *sums) {
  auto sum = hn::LoadU(lanes, sums + first);
  auto zero = hn::Zero(lanes);
  for (const Segment<float> &segment : row.segments) {
    auto input = hn::LoadU(lanes, segment.input + offset + first);
    auto factor = hn::LoadU(lanes, weights + segment.firstTerm + first);
    sum = addTerms<masked>(input, factor, sum,
                           hn::Or(hn::Eq(input, zero), hn::Eq(factor, zero)));
  }
  hn::StoreU(sum, lanes, sums + first);
}

/// All channels: as many as `Lanes` at a time, then with half as many lanes.
template <bool masked, size_t Lanes>
HWY_INLINE void multiplyChannels(const PixelRow<float> &row, size_t offset,
                                 const float *weights, size_t channels,
                                 size_t n, float *sums) {
  hn::CappedTag<float, Lanes> lanes;
  constexpr size_t count = hn::MaxLanes(lanes);
  for (; n + count <= channels; n += count)
    multiplyLanes<masked>(lanes, row, offset, weights, n, sums);
  if constexpr (count > 1)
    multiplyChannels<masked, count / 2>(row, offset, weights, channels, n,
                                        sums);
}

template <bool masked>
void multiplyEachBy(const PixelRow<float> &row, const float *weights,
                    size_t channels, float *sums) {
  for (size_t p = 0; p != row.pixels; ++p)
    multiplyChannels<masked, panelChannels>(row, p * row.pixelStep, weights,
                                            channels, 0, sums + p * channels);
}
#endif // HWY_NATIVE_FMA

void multiply(const PixelRow<float> &row, const float *panel, size_t channels,
              size_t terms, float *sums, bool masked) {
  size_t stride = Panel<float, float>::getSumStride(channels);
#if HWY_NATIVE_FMA
  size_t blocks = stride / panelChannels, step = terms * panelChannels;
  if (masked)
    multiplyBlocks<pixelsAtOnce, panelsAtOnce>(
        Product<true>{row, panel, step, sums, stride}, row.pixels, blocks);
  else
    multiplyBlocks<pixelsAtOnce, panelsAtOnce>(
        Product<false>{row, panel, step, sums, stride}, row.pixels, blocks);
#else
  for (size_t p = 0; p != row.pixels; ++p)
    for (size_t n = 0; n != channels; ++n) {
      float &sum = sums[p * stride + n];
      const float *weights =
          panel + n / panelChannels * terms * panelChannels + n % panelChannels;
      sum = addTerms(row, p, weights, panelChannels, sum);
    }
#endif
}

void multiplyEach(const PixelRow<float> &row, const float *weights,
                  size_t channels, float *sums, bool masked) {
#if HWY_NATIVE_FMA
  if (masked)
    multiplyEachBy<true>(row, weights, channels, sums);
  else
    multiplyEachBy<false>(row, weights, channels, sums);
#else
  for (size_t p = 0; p != row.pixels; ++p)
    for (size_t n = 0; n != channels; ++n)
      for (const Segment<float> &segment : row.segments)
        sums[p * channels + n] =
            addTerm(segment.input[p * row.pixelStep + n],
                    weights[segment.firstTerm + n], sums[p * channels + n]);
#endif
}

/// Whether any of the sums is -0.
bool hasNegativeZero(const float *sums, size_t count) {
  uint32_t found = 0;
  for (size_t i = 0; i != count; ++i)
    found |= floats::toBits(sums[i]) == floats::signBit;
  return found;
}

} // namespace
} // namespace HWY_NAMESPACE
} // namespace lacuna
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lacuna {
HWY_EXPORT(multiply);
HWY_EXPORT(multiplyEach);
HWY_EXPORT(hasNegativeZero);

void Panel<float, float>::pack(const float *rows, size_t channels, size_t terms,
                               std::vector<float> &panel) {
  // For each block of channels, for each term, the weights side by side.
  panel.assign(getSumStride(channels) * terms, 0);
  float *out = panel.data();
  for (size_t block = 0; block < channels; block += panelChannels) {
    size_t count = std::min(panelChannels, channels - block);
    for (size_t k = 0; k != terms; ++k, out += panelChannels)
      for (size_t n = 0; n != count; ++n)
        out[n] = rows[(block + n) * terms + k];
  }
}

static bool needsMask(const PixelRow<float> &row, const float *sums,
                      size_t count) {
  return !canAddZeros(row.inputs, row.weights) ||
         HWY_DYNAMIC_DISPATCH(hasNegativeZero)(sums, count);
}

void Panel<float, float>::multiply(const PixelRow<float> &row,
                                   const std::vector<float> &panel,
                                   size_t channels, size_t terms, float *sums) {
  size_t count = row.pixels * getSumStride(channels);
  HWY_DYNAMIC_DISPATCH(multiply)
  (row, panel.data(), channels, terms, sums, needsMask(row, sums, count));
}

void Panel<float, float>::multiplyEach(const PixelRow<float> &row,
                                       const std::vector<float> &weights,
                                       size_t channels, float *sums) {
  size_t count = row.pixels * channels;
  HWY_DYNAMIC_DISPATCH(multiplyEach)
  (row, weights.data(), channels, sums, needsMask(row, sums, count));
}
} // namespace lacuna
#endif
