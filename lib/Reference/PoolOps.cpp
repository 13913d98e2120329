// Pooling and resizing: rules P1 to P3 and Z1 to Z3 of docs/numerics.md.
#include "Operators.h"

#include "lacuna/Reference/Arithmetic.h"

using namespace lacuna;
using namespace lacuna::reference;

/// The part of a window along one axis that lies inside the input.
struct Span {
  int64_t begin, end;
  int64_t size() const { return end - begin; }
};
static Span windowSpan(int64_t output, int64_t stride, int64_t padding,
                       int64_t kernel, int64_t inputSize) {
  int64_t first = output * stride - padding;
  return {std::clamp<int64_t>(first, 0, inputSize),
          std::clamp<int64_t>(first + kernel, 0, inputSize)};
}

/// P2.
static int64_t average(int64_t sum, int64_t count, int64_t outputZp,
                       unsigned bits) {
  Scale scale = reciprocalScale(count);
  int64_t mean = applyScale(wrap(sum, 32), scale.multiplier, scale.shift);
  return saturateSigned(mean + outputZp, bits);
}

llvm::Expected<Tensor> reference::evaluate(nn::PoolOp op, Operands operands) {
  const Tensor &input = *operands[0];
  Tensor result = makeResult(op);
  bool isAverage = op.getKind() == nn::PoolKind::Avg;
  int64_t inputZp = op.getInputZp(), outputZp = op.getOutputZp();

  for (int64_t oy = 0; oy < result.shape[1]; ++oy)
    for (int64_t ox = 0; ox < result.shape[2]; ++ox) {
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
      for (int64_t n = 0; n < result.shape[0]; ++n)
        for (int64_t c = 0; c < result.shape[3]; ++c) {
          int64_t sum = 0, maximum = INT64_MIN;
          for (int64_t y = rows.begin; y < rows.end; ++y)
            for (int64_t x = columns.begin; x < columns.end; ++x) {
              int64_t value = input.at(n, y, x, c);
              sum += value - inputZp;
              maximum = std::max(maximum, value);
            }
          result.at(n, oy, ox, c) =
              isAverage ? average(sum, rows.size() * columns.size(), outputZp,
                                  result.bits())
                        : maximum;
        }
    }
  return result;
}

/// Z1: what one output coordinate reads along one axis.
struct Sample {
  int64_t lower, upper;
  /// Distance from `lower`, in units of 1 / unit.
  int64_t fraction, unit;

  int64_t nearest() const { return 2 * fraction >= unit ? upper : lower; }
};
static Sample sampleAt(int64_t output, int64_t numerator, int64_t denominator,
                       int64_t offset, int64_t inputSize) {
  int64_t position = output * denominator + offset;
  int64_t index = floorDivide(position, numerator);
  return {std::clamp<int64_t>(index, 0, inputSize - 1),
          std::clamp<int64_t>(index + 1, 0, inputSize - 1),
          position - index * numerator, numerator};
}

llvm::Expected<Tensor> reference::evaluate(nn::ResizeOp op, Operands operands) {
  const Tensor &input = *operands[0];
  Tensor result = makeResult(op);
  llvm::ArrayRef<int64_t> scale = op.getScale(), offset = op.getOffset();
  bool isNearest = op.getMode() == nn::ResizeMode::Nearest;

  for (int64_t oy = 0; oy < result.shape[1]; ++oy)
    for (int64_t ox = 0; ox < result.shape[2]; ++ox) {
      Sample y = sampleAt(oy, scale[0], scale[1], offset[0], input.shape[1]);
      Sample x = sampleAt(ox, scale[2], scale[3], offset[1], input.shape[2]);
      for (int64_t n = 0; n < result.shape[0]; ++n)
        for (int64_t c = 0; c < result.shape[3]; ++c) {
          int64_t &output = result.at(n, oy, ox, c);
          if (isNearest) {
            output = input.at(n, y.nearest(), x.nearest(), c);
            continue;
          }
          int64_t above = input.at(n, y.lower, x.lower, c) * // Z3
                              (x.unit - x.fraction) +
                          input.at(n, y.lower, x.upper, c) * x.fraction;
          int64_t below =
              input.at(n, y.upper, x.lower, c) * (x.unit - x.fraction) +
              input.at(n, y.upper, x.upper, c) * x.fraction;
          output = wrap(above * (y.unit - y.fraction) + below * y.fraction,
                        result.bits());
        }
    }
  return result;
}
