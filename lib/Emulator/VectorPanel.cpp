// Products of 16-bit numbers in vector code. Each lane of 32 bits is the sum of
// one channel; a step multiplies a pair of terms, whose products the processor
// adds on its own. Blocks of sums stay in registers while a pair of terms of
// each pixel meets the pairs of weights of several channels.
#include "Panel.h"

#include <cstring>

#include "Highway.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "VectorPanel.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include "PanelBlocks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace lacuna {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
constexpr hn::CappedTag<int32_t, panelChannels> lanes;
constexpr hn::Repartition<int16_t, decltype(lanes)> pairs;
constexpr hn::Rebind<int16_t, decltype(lanes)> narrow;
constexpr hn::RebindToUnsigned<decltype(lanes)> unsignedLanes;
using Sums = hn::Vec<decltype(lanes)>;
using Pairs = hn::Vec<decltype(pairs)>;
constexpr size_t laneCount = hn::MaxLanes(lanes);

// Sizes of a block of sums that leave registers for its factors.
#if HWY_TARGET <= HWY_AVX3
constexpr size_t pixelsAtOnce = 4, panelsAtOnce = 4; // of 32 registers
#elif HWY_TARGET == HWY_AVX2
constexpr size_t pixelsAtOnce = 4, panelsAtOnce = 1; // of 16
#else
constexpr size_t pixelsAtOnce = 2, panelsAtOnce = 1;
#endif

/// One call of multiply.
struct Product {
  const PixelRow<int16_t> &row;
  const int16_t *panel;
  /// Elements between two blocks of channels in the panel.
  size_t panelStep;
  uint32_t *sums;
  size_t sumStride;

  /// Two neighbouring terms in each lane.
  static HWY_INLINE Pairs broadcastPair(const int16_t *terms) {
    int32_t pair;
    std::memcpy(&pair, terms, sizeof(pair));
    return hn::BitCast(pairs, hn::Set(lanes, pair));
  }

  /// The sums of Pixels pixels from `pixel` on and of Panels blocks of channels
  /// from `block` on.
  template <size_t Pixels, size_t Panels>
  HWY_INLINE void multiplyBlock(size_t pixel, size_t block) const {
    constexpr size_t vectors = Panels * panelChannels / laneCount;
    // The processor adds the products of a pair, or Highway leaves them in two
    // sums.
    Sums sum[Pixels][vectors], other[Pixels][vectors];
    for (size_t p = 0; p != Pixels; ++p)
      for (size_t v = 0; v != vectors; ++v)
        sum[p][v] = other[p][v] = hn::Zero(lanes);
    for (const Segment<int16_t> &segment : row.segments) {
      const int16_t *weights =
          panel + block * panelStep + segment.firstTerm * panelChannels;
      const int16_t *input = segment.input + pixel * row.pixelStep;
      for (size_t k = 0; k != row.terms; k += 2) {
        Pairs factors[vectors];
        for (size_t v = 0; v != vectors; ++v) {
          size_t channel = v * laneCount;
          factors[v] = hn::LoadU(
              pairs, weights + channel / panelChannels * panelStep +
                         k * panelChannels + channel % panelChannels * 2);
        }
        for (size_t p = 0; p != Pixels; ++p) {
          Pairs terms = broadcastPair(input + p * row.pixelStep + k);
          for (size_t v = 0; v != vectors; ++v)
            sum[p][v] = hn::ReorderWidenMulAccumulate(lanes, terms, factors[v],
                                                      sum[p][v], other[p][v]);
        }
      }
    }
    for (size_t p = 0; p != Pixels; ++p)
      for (size_t v = 0; v != vectors; ++v)
        hn::StoreU(hn::BitCast(unsignedLanes, hn::RearrangeToOddPlusEven(
                                                  sum[p][v], other[p][v])),
                   unsignedLanes,
                   sums + (pixel + p) * sumStride + block * panelChannels +
                       v * laneCount);
  }
};

void multiply(const PixelRow<int16_t> &row, const int16_t *panel,
              size_t channels, size_t terms, uint32_t *sums) {
  size_t stride = Panel<int16_t, uint32_t>::getSumStride(channels);
  multiplyBlocks<pixelsAtOnce, panelsAtOnce>(
      Product{row, panel, terms * panelChannels, sums, stride}, row.pixels,
      stride / panelChannels);
}

/// The sums of one pixel for as many channels as there are lanes, from `first`
/// on.
HWY_INLINE void multiplyLanes(const PixelRow<int16_t> &row, size_t offset,
                              const int16_t *weights, size_t first,
                              uint32_t *sums) {
  Sums sum = hn::Zero(lanes);
  for (const Segment<int16_t> &segment : row.segments) {
    auto input = hn::LoadU(narrow, segment.input + offset + first);
    auto factor = hn::LoadU(narrow, weights + segment.firstTerm + first);
    sum = hn::Add(sum, hn::Mul(hn::PromoteTo(lanes, input),
                               hn::PromoteTo(lanes, factor)));
  }
  hn::StoreU(hn::BitCast(unsignedLanes, sum), unsignedLanes, sums + first);
}

void multiplyEach(const PixelRow<int16_t> &row, const int16_t *weights,
                  size_t channels, uint32_t *sums) {
  for (size_t p = 0; p != row.pixels; ++p, sums += channels) {
    size_t offset = p * row.pixelStep, n = 0;
    for (; n + laneCount <= channels; n += laneCount)
      multiplyLanes(row, offset, weights, n, sums);
    if (n == channels)
      continue;
    if (n) { // the last channels, some of them once more
      multiplyLanes(row, offset, weights, channels - laneCount, sums);
      continue;
    }
    for (; n != channels; ++n) {
      uint32_t sum = 0;
      for (const Segment<int16_t> &segment : row.segments)
        sum += static_cast<uint32_t>(int32_t(segment.input[offset + n]) *
                                     int32_t(weights[segment.firstTerm + n]));
      sums[n] = sum;
    }
  }
}

} // namespace
} // namespace HWY_NAMESPACE
} // namespace lacuna
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lacuna {
HWY_EXPORT(multiply);
HWY_EXPORT(multiplyEach);

void Panel<int16_t, uint32_t>::pack(const int16_t *rows, size_t channels,
                                    size_t terms, std::vector<int16_t> &panel) {
  // For each block of channels, for each pair of terms, the pairs of weights.
  panel.assign(getSumStride(channels) * terms, 0);
  int16_t *out = panel.data();
  for (size_t block = 0; block < channels; block += panelChannels) {
    size_t count = std::min(panelChannels, channels - block);
    for (size_t k = 0; k != terms; k += 2, out += 2 * panelChannels)
      for (size_t n = 0; n != count; ++n)
        std::memcpy(out + 2 * n, rows + (block + n) * terms + k,
                    2 * sizeof(int16_t));
  }
}

void Panel<int16_t, uint32_t>::multiply(const PixelRow<int16_t> &row,
                                        const std::vector<int16_t> &panel,
                                        size_t channels, size_t terms,
                                        uint32_t *sums) {
  HWY_DYNAMIC_DISPATCH(multiply)(row, panel.data(), channels, terms, sums);
}

void Panel<int16_t, uint32_t>::multiplyEach(const PixelRow<int16_t> &row,
                                            const std::vector<int16_t> &weights,
                                            size_t channels, uint32_t *sums) {
  HWY_DYNAMIC_DISPATCH(multiplyEach)(row, weights.data(), channels, sums);
}
} // namespace lacuna
#endif
