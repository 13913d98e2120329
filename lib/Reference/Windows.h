// Where windows and samples lie: what pools and resizes of integers and of
// floats share.
#ifndef LACUNA_LIB_REFERENCE_WINDOWS_H
#define LACUNA_LIB_REFERENCE_WINDOWS_H

#include "Operators.h"

#include "lacuna/Reference/Arithmetic.h"

namespace lacuna::reference {

/// The part of a window along one axis that lies inside the input.
struct Span {
  int64_t begin, end;
  int64_t size() const { return end - begin; }
};
inline Span windowSpan(int64_t output, int64_t stride, int64_t padding,
                       int64_t kernel, int64_t inputSize) {
  int64_t first = output * stride - padding;
  return {std::clamp<int64_t>(first, 0, inputSize),
          std::clamp<int64_t>(first + kernel, 0, inputSize)};
}

/// Calls `window(n, oy, ox, rows, columns)` for each window of `op` over
/// `input`. Errors, located at `op`: a window without an element inside (P3).
template <typename Window>
llvm::Error forEachWindow(nn::PoolOp op, const Tensor &input,
                          llvm::ArrayRef<int64_t> resultShape, Window window) {
  for (int64_t oy = 0; oy < resultShape[1]; ++oy)
    for (int64_t ox = 0; ox < resultShape[2]; ++ox) {
      Span rows = windowSpan(oy, op.getStride()[0], op.getPadding()[0],
                             op.getKernel()[0], input.shape[1]);
      Span columns = windowSpan(ox, op.getStride()[1], op.getPadding()[2],
                                op.getKernel()[1], input.shape[2]);
      if (rows.size() == 0 || columns.size() == 0)
        return errorAt(op,
                       "the window of output row " + llvm::Twine(oy) +
                           ", column " + llvm::Twine(ox) +
                           " lies wholly on padding",
                       "padding must be smaller than the kernel");
      for (int64_t n = 0; n < resultShape[0]; ++n)
        window(n, oy, ox, rows, columns);
    }
  return llvm::Error::success();
}

/// Z1: what one output coordinate reads along one axis.
struct Sample {
  int64_t lower, upper;
  /// Distance from `lower`, in units of 1 / unit.
  int64_t fraction, unit;

  int64_t nearest() const { return 2 * fraction >= unit ? upper : lower; }
};
inline Sample sampleAt(int64_t output, int64_t numerator, int64_t denominator,
                       int64_t offset, int64_t inputSize) {
  int64_t position = output * denominator + offset;
  int64_t index = floorDivide(position, numerator);
  return {std::clamp<int64_t>(index, 0, inputSize - 1),
          std::clamp<int64_t>(index + 1, 0, inputSize - 1),
          position - index * numerator, numerator};
}

} // namespace lacuna::reference

#endif // LACUNA_LIB_REFERENCE_WINDOWS_H
