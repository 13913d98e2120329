// Pooling and resizing: rules P1 to P3 and Z1 to Z3 of docs/numerics.md.
#include "FloatTensor.h"
#include "Windows.h"

using namespace lacuna;
using namespace lacuna::reference;

/// P2.
static int64_t average(int64_t sum, int64_t count, int64_t outputZp,
                       unsigned bits) {
  Scale scale = reciprocalScale(count);
  int64_t mean = applyScale(wrap(sum, 32), scale.multiplier, scale.shift);
  return saturateSigned(mean + outputZp, bits);
}

llvm::Expected<Tensor> reference::evaluate(nn::PoolOp op, Operands operands) {
  const Tensor &input = *operands[0];
  if (isFloat(input))
    return evaluateFloat(op, operands);
  Tensor result = makeResult(op);
  bool isAverage = op.getKind() == nn::PoolKind::Avg;
  int64_t inputZp = op.getInputZp(), outputZp = op.getOutputZp();

  llvm::Error error = forEachWindow(
      op, input, result.shape,
      [&](int64_t n, int64_t oy, int64_t ox, Span rows, Span columns) {
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
      });
  if (error)
    return std::move(error);
  return result;
}

llvm::Expected<Tensor> reference::evaluate(nn::ResizeOp op, Operands operands) {
  const Tensor &input = *operands[0];
  bool isNearest = op.getMode() == nn::ResizeMode::Nearest;
  if (isFloat(input) && !isNearest)
    return evaluateFloat(op, operands);
  Tensor result = makeResult(op);
  llvm::ArrayRef<int64_t> scale = op.getScale(), offset = op.getOffset();

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
