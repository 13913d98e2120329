// One dimension of an implicit window, as convolution and pooling have it:
// output o and tap k read input (o*stride + phase) / divisor, rounded down, +
// k*dilation - padding if that lies in [0, bound). The engines walk the taps
// inside; the cost functions count them.
#ifndef LACUNA_MACHINE_WINDOW_H
#define LACUNA_MACHINE_WINDOW_H

#include "lacuna/Program/Operands.h"

#include <algorithm>
#include <cstdint>

namespace lacuna {

/// Coordinates begin .. end-1.
struct Span {
  int64_t begin = 0;
  int64_t end = 0;

  Span() = default;
  Span(int64_t begin, int64_t end) : begin(begin), end(end) {}
  /// The coordinates of a resolved interval.
  explicit Span(const Interval &resolved)
      : begin(resolved.start.constant),
        end(resolved.start.constant + static_cast<int64_t>(resolved.size)) {}

  int64_t size() const { return std::max<int64_t>(0, end - begin); }
  bool operator==(const Span &o) const {
    return begin == o.begin && end == o.end;
  }
};

/// One dimension of a window. Coordinates and parameters stay below 2^30, so
/// that nothing here overflows.
struct Window {
  int64_t stride = 1;
  int64_t dilation = 1;
  int64_t padding = 0;
  int64_t bound = 1;
  /// At most 2^16; the phase is less.
  int64_t divisor = 1;
  int64_t phase = 0;

  /// What tap 0 of output coordinate `output` reads, were there no padding.
  int64_t quotient(int64_t output) const {
    return divideDown(output * stride + phase, divisor);
  }
  int64_t at(int64_t output, int64_t tap) const {
    return quotient(output) + tap * dilation - padding;
  }
  /// The taps among `kernel` that output coordinate `output` reads inside the
  /// input.
  Span tapsInside(int64_t output, Span kernel) const {
    return inside(padding - quotient(output), bound, dilation, kernel);
  }
  /// The outputs among `outputs` that read tap `tap` inside the input.
  Span outputsInside(int64_t tap, Span outputs) const {
    int64_t least = padding - tap * dilation;
    return inside(least * divisor - phase, bound * divisor, stride, outputs);
  }
  /// Number of pairs of output and tap that fall inside the input; time grows
  /// with the smaller of the two extents.
  uint64_t countInside(Span outputs, Span kernel) const {
    uint64_t count = 0;
    if (kernel.size() <= outputs.size())
      for (int64_t tap = kernel.begin; tap < kernel.end; ++tap)
        count += outputsInside(tap, outputs).size();
    else
      for (int64_t output = outputs.begin; output < outputs.end; ++output)
        count += tapsInside(output, kernel).size();
    return count;
  }

private:
  /// The x of `span` for which least <= x * step < least + count; step is
  /// positive.
  static Span inside(int64_t least, int64_t count, int64_t step, Span span) {
    int64_t begin = std::max(span.begin, -divideDown(-least, step));
    int64_t end = std::min(span.end, -divideDown(-(least + count), step));
    return begin < end ? Span(begin, end) : Span(span.begin, span.begin);
  }
  /// value / by, rounded down, for any sign of value.
  static int64_t divideDown(int64_t value, int64_t by) {
    return value < 0 ? -((-value - 1) / by) - 1 : value / by;
  }
};

/// The two dimensions of the window of a pool.
template <typename Pool> Window getPoolRows(const Pool &inst) {
  return {int64_t(inst.strideRows),  1,
          int64_t(inst.paddingTop),  int64_t(inst.srcRows),
          int64_t(inst.divisorRows), int64_t(inst.phaseRows)};
}
template <typename Pool> Window getPoolColumns(const Pool &inst) {
  return {int64_t(inst.strideColumns),  1,
          int64_t(inst.paddingLeft),    int64_t(inst.srcColumns),
          int64_t(inst.divisorColumns), int64_t(inst.phaseColumns)};
}

} // namespace lacuna

#endif // LACUNA_MACHINE_WINDOW_H
