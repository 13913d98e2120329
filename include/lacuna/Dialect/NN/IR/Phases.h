// A transposed convolution as ordinary ones. Along one axis, result o and tap k
// meet input i where o = i * stride + before + k, so results a stride apart use
// every stride-th tap, in reverse, on neighbouring inputs: with the results of
// one phase alone, that is a convolution of stride 1, and no tap is spent on
// the zeros that a stuffed input would have.
#ifndef LACUNA_DIALECT_NN_IR_PHASES_H
#define LACUNA_DIALECT_NN_IR_PHASES_H

#include "llvm/ADT/SmallVector.h"

#include <cstdint>

namespace lacuna::nn {

/// One axis of a transposed convolution: extents of input, result and kernel,
/// and what is added before the first result (or cut off, where negative;
/// above -kernel).
struct TransposedAxis {
  int64_t input, output, kernel, stride, before;
};

/// Neighbouring results that windows of one form make: result first + stride *
/// r + m, for r < count and m < members, is the sum over t < taps of input r +
/// t - padding (nothing where there is none) times tap firstTap + m + stride *
/// (taps - 1 - t) of the kernel.
struct Phase {
  int64_t first = 0, members = 1, count = 0;
  /// 0: no tap meets the input, whatever r.
  int64_t taps = 0;
  int64_t firstTap = 0;
  /// At least -1.
  int64_t padding = 0;
};

/// The phases that make all results of `axis`, those without taps merged where
/// they are neighbours, and with `merge` all neighbours of one form. Takes time
/// min(stride, output).
llvm::SmallVector<Phase, 4> phasesOf(const TransposedAxis &axis, bool merge);

/// Pairs of result and tap in the phases of `axis`.
int64_t phaseTaps(const TransposedAxis &axis);

} // namespace lacuna::nn

#endif // LACUNA_DIALECT_NN_IR_PHASES_H
