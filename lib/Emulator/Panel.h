// All that MATRIX's speed hangs on: products of packed rows of numbers.
// Everything about windows, rings, strides and zero points is done before, by
// packing (InputRows.h, PackedWeights.h).
#ifndef LACUNA_LIB_EMULATOR_PANEL_H
#define LACUNA_LIB_EMULATOR_PANEL_H

#include "FloatRows.h"

#include "llvm/ADT/ArrayRef.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lacuna {

/// A stretch of a reduction: consecutive terms of each pixel.
template <typename In> struct Segment {
  /// Terms of the first pixel; those of pixel p are p * pixelStep further on.
  const In *input;
  /// Of this segment among the terms of the panel.
  size_t firstTerm;
};

/// What a product has to know of its numbers: of integers, nothing.
template <typename In> struct ValueRange {
  void include(const In *, size_t) {}
};
template <> struct ValueRange<float> : FloatRange {};

/// Pixels, a fixed step apart, and the segments of each.
template <typename In> struct PixelRow {
  llvm::ArrayRef<Segment<In>> segments;
  /// Of each segment.
  size_t terms;
  size_t pixelStep;
  size_t pixels;
  ValueRange<In> inputs = {}, weights = {};
};

/// Weights in the order in which the product reads them. In, Sum: int16_t,
/// uint32_t and float, float, which have vector code; int16_t, uint64_t and
/// int64_t, uint64_t, which are plain loops.
template <typename In, typename Sum> struct Panel {
  /// Segments begin at multiples of this many terms, and have as many; terms
  /// that fill one up have weight 0, and input that may be anything.
  static constexpr size_t termAlignment = 1;
  /// Whether `sums` hold what the sums start from; else they start from 0.
  static constexpr bool continuesSums = false;
  /// Distance of the sums of two pixels.
  static size_t getSumStride(size_t channels) { return channels; }

  /// `rows` holds `terms` weights for each channel.
  static void pack(const In *rows, size_t channels, size_t terms,
                   std::vector<In> &panel);

  /// sums[p * getSumStride(channels) + n] = sum over the terms k of all
  /// segments of input[p, k] * weights[n, k], modulo 2^32 or 2^64; `terms` are
  /// those of the panel.
  static void multiply(const PixelRow<In> &row, const std::vector<In> &panel,
                       size_t channels, size_t terms, Sum *sums);

  /// sums[p * channels + n] = sum over segments of input[p, n] * weights[n +
  /// firstTerm]: each channel by itself; row.terms is not used.
  static void multiplyEach(const PixelRow<In> &row,
                           const std::vector<In> &weights, size_t channels,
                           Sum *sums);
};

/// Channels that lie together in a panel with vector code.
constexpr size_t panelChannels = 16;

template <> struct Panel<int16_t, uint32_t> {
  /// Vector code multiplies pairs of terms.
  static constexpr size_t termAlignment = 2;
  static constexpr bool continuesSums = false;
  static size_t getSumStride(size_t channels) {
    return (channels + panelChannels - 1) / panelChannels * panelChannels;
  }
  static void pack(const int16_t *rows, size_t channels, size_t terms,
                   std::vector<int16_t> &panel);
  static void multiply(const PixelRow<int16_t> &row,
                       const std::vector<int16_t> &panel, size_t channels,
                       size_t terms, uint32_t *sums);
  static void multiplyEach(const PixelRow<int16_t> &row,
                           const std::vector<int16_t> &weights, size_t channels,
                           uint32_t *sums);
};

/// Products of floats are added term after term, fused, in the order of
/// segments and terms; those with a zero are left out.
template <> struct Panel<float, float> {
  static constexpr size_t termAlignment = 1;
  static constexpr bool continuesSums = true;
  static size_t getSumStride(size_t channels) {
    return (channels + panelChannels - 1) / panelChannels * panelChannels;
  }
  static void pack(const float *rows, size_t channels, size_t terms,
                   std::vector<float> &panel);
  static void multiply(const PixelRow<float> &row,
                       const std::vector<float> &panel, size_t channels,
                       size_t terms, float *sums);
  static void multiplyEach(const PixelRow<float> &row,
                           const std::vector<float> &weights, size_t channels,
                           float *sums);
};

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_PANEL_H
