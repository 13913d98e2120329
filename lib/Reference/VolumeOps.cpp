// Convolutions in three dimensions, and transposed ones: rules A1 to A5 of
// docs/numerics.md.
#include "MatrixSums.h"
#include "Operators.h"

using namespace lacuna;
using namespace lacuna::reference;

/// Adds one tap to the sums of one output position: the products of `pixel`,
/// all channels of an input, with the filters of all outputs, of which
/// neighbours are `filterStep` weights apart.
static void addTap(llvm::MutableArrayRef<int64_t> sums, const int64_t *pixel,
                   const int64_t *filters, int64_t filterStep,
                   int64_t channels) {
  for (int64_t &sum : sums) {
    sum = addModulo(sum, dotProduct(pixel, filters, channels));
    filters += filterStep;
  }
}

llvm::Expected<Tensor> reference::evaluate(nn::Conv3DOp op, Operands operands) {
  const Tensor &input = *operands[0], &weights = *operands[1];
  const Tensor *bias = op.getBias() ? operands[2] : nullptr;
  Tensor result = makeResult(op);
  Shape in = rowMajorStrides(input.shape), w = rowMajorStrides(weights.shape);
  Shape out = rowMajorStrides(result.shape);
  int64_t channels = input.shape[4];
  std::vector<int64_t> x = centred(input, op.getInputZp());
  std::vector<int64_t> filters = centred(weights, op.getWeightZp());

  std::vector<int64_t> sums(weights.shape[0]);
  Shape positions(result.shape.begin(), result.shape.begin() + 4);
  Shape kernel(weights.shape.begin() + 1, weights.shape.begin() + 4);
  forEachIndex(positions, [&](llvm::ArrayRef<int64_t> o, int64_t) {
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
      addTap(sums, &x[pixel], &filters[filter], w[0], channels);
    });
    int64_t place = 0;
    for (int64_t axis = 0; axis < 4; ++axis)
      place += o[axis] * out[axis];
    storeSums(sums, bias, result, &result.values[place]);
  });
  return result;
}

/// A5, as it is written: each input spreads over the results that it reaches.
llvm::Expected<Tensor> reference::evaluate(nn::TransposeConv2DOp op,
                                           Operands operands) {
  const Tensor &input = *operands[0], &weights = *operands[1];
  const Tensor *bias = op.getBias() ? operands[2] : nullptr;
  Tensor result = makeResult(op);
  Shape in = rowMajorStrides(input.shape), w = rowMajorStrides(weights.shape);
  int64_t outputs = result.shape[3], channels = input.shape[3];
  std::vector<int64_t> x = centred(input, op.getInputZp());
  std::vector<int64_t> filters = centred(weights, op.getWeightZp());

  Shape positions(input.shape.begin(), input.shape.begin() + 3);
  forEachIndex(positions, [&](llvm::ArrayRef<int64_t> i, int64_t pixel) {
    for (int64_t ky = 0; ky < weights.shape[1]; ++ky)
      for (int64_t kx = 0; kx < weights.shape[2]; ++kx) {
        int64_t oy = i[1] * op.getStride()[0] + op.getOutPadding()[0] + ky;
        int64_t ox = i[2] * op.getStride()[1] + op.getOutPadding()[2] + kx;
        if (oy < 0 || oy >= result.shape[1] || ox < 0 || ox >= result.shape[2])
          continue;
        addTap({&result.at(i[0], oy, ox, 0), size_t(outputs)},
               &x[pixel * in[2]], &filters[ky * w[1] + kx * w[2]], w[0],
               channels);
      }
  });
  for (size_t place = 0; place < result.values.size(); place += outputs) {
    std::vector<int64_t> sums(&result.values[place],
                              &result.values[place] + outputs);
    storeSums(sums, bias, result, &result.values[place]);
  }
  return result;
}
