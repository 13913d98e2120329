// The phases of a transposed convolution.

#include "lacuna/Dialect/NN/IR/Phases.h"

#include <algorithm>

using namespace lacuna::nn;

/// floor(a / b) for positive b.
static int64_t floorDivide(int64_t a, int64_t b) {
  return a >= 0 ? a / b : -((-a + b - 1) / b);
}

/// The form of the results `first`, `first` + stride, ...
static Phase phaseAt(const TransposedAxis &axis, int64_t first) {
  Phase phase;
  phase.first = first;
  phase.count = (axis.output - first + axis.stride - 1) / axis.stride;
  // Tap firstTap + stride * k of result r meets input r + start - k.
  int64_t start = floorDivide(first - axis.before, axis.stride);
  phase.firstTap = first - axis.before - start * axis.stride;
  if (phase.firstTap < axis.kernel)
    phase.taps = (axis.kernel - phase.firstTap - 1) / axis.stride + 1;
  phase.padding = phase.taps - 1 - start;
  // The inputs that the first window begins with and the last one ends with.
  bool meets = phase.count - 1 + phase.taps - 1 - phase.padding >= 0 &&
               -phase.padding < axis.input;
  if (phase.taps == 0 || !meets)
    phase.taps = phase.firstTap = phase.padding = 0;
  return phase;
}

llvm::SmallVector<Phase, 4> lacuna::nn::phasesOf(const TransposedAxis &axis,
                                                 bool merge) {
  llvm::SmallVector<Phase, 4> phases;
  int64_t residues = std::min(axis.stride, axis.output);
  for (int64_t first = 0; first < residues; ++first) {
    Phase phase = phaseAt(axis, first);
    if (!phases.empty() && (merge || phase.taps == 0)) {
      Phase &last = phases.back();
      if (last.taps == phase.taps && last.padding == phase.padding &&
          last.count == phase.count) {
        ++last.members;
        continue;
      }
    }
    phases.push_back(phase);
  }
  return phases;
}

int64_t lacuna::nn::phaseTaps(const TransposedAxis &axis) {
  int64_t taps = 0;
  for (const Phase &phase : phasesOf(axis, /*merge=*/true))
    taps += phase.members * phase.count * phase.taps;
  return taps;
}
