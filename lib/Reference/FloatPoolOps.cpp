// Pooling and bilinear resizing of floats: rules X14, X16 and X17 of
// docs/numerics.md.
#include "FloatTensor.h"
#include "Windows.h"

using namespace lacuna;
using namespace lacuna::reference;

llvm::Expected<Tensor> reference::evaluateFloat(nn::PoolOp op,
                                                Operands operands) {
  const Tensor &input = *operands[0];
  Tensor result = makeResult(op);
  std::vector<float> x = decodeAll(input);
  Shape in = rowMajorStrides(input.shape);
  bool isAverage = op.getKind() == nn::PoolKind::Avg;
  fp::NanMode mode = nanModeOf(op.getIgnoreNan());

  llvm::Error error = forEachWindow(
      op, input, result.shape,
      [&](int64_t n, int64_t oy, int64_t ox, Span rows, Span columns) {
        auto count = float(rows.size() * columns.size());
        for (int64_t c = 0; c < result.shape[3]; ++c) {
          const float *channel = &x[n * in[0] + c];
          float sum = 0;
          float maximum = channel[rows.begin * in[1] + columns.begin * in[2]];
          for (int64_t iy = rows.begin; iy < rows.end; ++iy)
            for (int64_t ix = columns.begin; ix < columns.end; ++ix) {
              float value = channel[iy * in[1] + ix * in[2]];
              sum = fp::add(sum, value);
              maximum = fp::maximum(maximum, value, mode);
            }
          result.at(n, oy, ox, c) = encodeOne(
              result.type, isAverage ? fp::divide(sum, count) : maximum);
        }
      });
  if (error)
    return std::move(error);
  return result;
}

/// X17: the weights of the two elements that a sample lies between.
struct Weights {
  float lower, upper;
};
static Weights weightsOf(const Sample &sample) {
  float upper = fp::divide(float(sample.fraction), float(sample.unit));
  return {fp::sub(1, upper), upper};
}

llvm::Expected<Tensor> reference::evaluateFloat(nn::ResizeOp op,
                                                Operands operands) {
  const Tensor &input = *operands[0];
  Tensor result = makeResult(op);
  std::vector<float> values = decodeAll(input);
  Shape in = rowMajorStrides(input.shape);
  llvm::ArrayRef<int64_t> scale = op.getScale(), offset = op.getOffset();

  for (int64_t oy = 0; oy < result.shape[1]; ++oy)
    for (int64_t ox = 0; ox < result.shape[2]; ++ox) {
      Sample y = sampleAt(oy, scale[0], scale[1], offset[0], input.shape[1]);
      Sample x = sampleAt(ox, scale[2], scale[3], offset[1], input.shape[2]);
      Weights rows = weightsOf(y), columns = weightsOf(x);
      for (int64_t n = 0; n < result.shape[0]; ++n)
        for (int64_t c = 0; c < result.shape[3]; ++c) {
          auto term = [&](int64_t iy, int64_t ix, float row, float column) {
            float value = values[n * in[0] + iy * in[1] + ix * in[2] + c];
            return fp::mul(fp::mul(value, row), column);
          };
          float sum = term(y.lower, x.lower, rows.lower, columns.lower);
          sum = fp::add(sum, term(y.lower, x.upper, rows.lower, columns.upper));
          sum = fp::add(sum, term(y.upper, x.lower, rows.upper, columns.lower));
          sum = fp::add(sum, term(y.upper, x.upper, rows.upper, columns.upper));
          result.at(n, oy, ox, c) = encodeOne(result.type, sum);
        }
    }
  return result;
}
