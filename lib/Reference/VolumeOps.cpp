// Convolutions in three dimensions, and transposed ones: rules A1 to A5 and X6
// of docs/numerics.md.
#include "FloatTensor.h"
#include "MatrixSums.h"
#include "Operators.h"

using namespace lacuna;
using namespace lacuna::reference;

template <typename Number>
static Tensor evaluateAs(nn::Conv3DOp op, Operands operands) {
  const Tensor &input = *operands[0], &weights = *operands[1];
  Tensor result = makeResult(op);
  Shape in = rowMajorStrides(input.shape), w = rowMajorStrides(weights.shape);
  int64_t channels = input.shape[4], outputs = weights.shape[0];
  std::vector<Number> x = readFactors<Number>(input, op.getInputZp());
  std::vector<Number> filters = readFilters<Number>(weights, op.getWeightZp());
  std::vector<Number> bias =
      readBias<Number>(op.getBias() ? operands[2] : nullptr);

  std::vector<Number> sums(outputs);
  Shape positions(result.shape.begin(), result.shape.begin() + 4);
  Shape kernel(weights.shape.begin() + 1, weights.shape.begin() + 4);
  forEachIndex(positions, [&](llvm::ArrayRef<int64_t> o, int64_t position) {
    std::fill(sums.begin(), sums.end(), 0);
    forEachIndex(kernel, [&](llvm::ArrayRef<int64_t> k, int64_t) {
      int64_t pixel = o[0] * in[0], filter = 0;
      for (int64_t axis = 0; axis < 3; ++axis) {
        int64_t at = o[axis + 1] * op.getStride()[axis] +
                     k[axis] * op.getDilation()[axis] -
                     op.getPadding()[2 * axis];
        if (at < 0 || at >= input.shape[axis + 1])
          return; // A2
        pixel += at * in[axis + 1];
        filter += k[axis] * w[axis + 1];
      }
      addTerms(sums, &x[pixel], channels, &filters[filter * outputs]);
    });
    storeSums(sums, bias, result, position * outputs);
  });
  return result;
}

llvm::Expected<Tensor> reference::evaluate(nn::Conv3DOp op, Operands operands) {
  return isFloat(*operands[0]) ? evaluateAs<float>(op, operands)
                               : evaluateAs<int64_t>(op, operands);
}

/// A5, as it is written: each input spreads over the results that it reaches,
/// so that a result meets them in their order.
template <typename Number>
static Tensor evaluateAs(nn::TransposeConv2DOp op, Operands operands) {
  const Tensor &input = *operands[0], &weights = *operands[1];
  Tensor result = makeResult(op);
  Shape in = rowMajorStrides(input.shape), w = rowMajorStrides(weights.shape);
  Shape out = rowMajorStrides(result.shape);
  int64_t outputs = result.shape[3], channels = input.shape[3];
  std::vector<Number> x = readFactors<Number>(input, op.getInputZp());
  std::vector<Number> filters = readFilters<Number>(weights, op.getWeightZp());
  std::vector<Number> bias =
      readBias<Number>(op.getBias() ? operands[2] : nullptr);

  std::vector<Number> sums(result.values.size());
  Shape positions(input.shape.begin(), input.shape.begin() + 3);
  forEachIndex(positions, [&](llvm::ArrayRef<int64_t> i, int64_t pixel) {
    for (int64_t ky = 0; ky < weights.shape[1]; ++ky)
      for (int64_t kx = 0; kx < weights.shape[2]; ++kx) {
        int64_t oy = i[1] * op.getStride()[0] + op.getOutPadding()[0] + ky;
        int64_t ox = i[2] * op.getStride()[1] + op.getOutPadding()[2] + kx;
        if (oy < 0 || oy >= result.shape[1] || ox < 0 || ox >= result.shape[2])
          continue;
        int64_t place = i[0] * out[0] + oy * out[1] + ox * out[2];
        addTerms({&sums[place], size_t(outputs)}, &x[pixel * in[2]], channels,
                 &filters[(ky * w[1] + kx * w[2]) * outputs]);
      }
  });
  for (size_t place = 0; place < sums.size(); place += outputs)
    storeSums({&sums[place], size_t(outputs)}, bias, result, place);
  return result;
}

llvm::Expected<Tensor> reference::evaluate(nn::TransposeConv2DOp op,
                                           Operands operands) {
  return isFloat(*operands[0]) ? evaluateAs<float>(op, operands)
                               : evaluateAs<int64_t>(op, operands);
}
