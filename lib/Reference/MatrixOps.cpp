// Convolutions and matrix products: rules A1 to A4 of docs/numerics.md.
#include "MatrixSums.h"
#include "Operators.h"

using namespace lacuna;
using namespace lacuna::reference;

/// Calls `tap(ky, kx, y, x)` for each position of a window of `kernelY` by
/// `kernelX` that lies inside an input of `inputY` by `inputX` (A2); oy and ox
/// choose the window.
template <typename Convolution, typename Tap>
static void forEachTap(Convolution op, int64_t kernelY, int64_t kernelX,
                       int64_t inputY, int64_t inputX, int64_t oy, int64_t ox,
                       Tap tap) {
  int64_t top = oy * op.getStride()[0] - op.getPadding()[0];
  int64_t left = ox * op.getStride()[1] - op.getPadding()[2];
  for (int64_t ky = 0; ky < kernelY; ++ky)
    for (int64_t kx = 0; kx < kernelX; ++kx) {
      int64_t y = top + ky * op.getDilation()[0];
      int64_t x = left + kx * op.getDilation()[1];
      if (0 <= y && y < inputY && 0 <= x && x < inputX)
        tap(ky, kx, y, x);
    }
}

llvm::Expected<Tensor> reference::evaluate(nn::Conv2DOp op, Operands operands) {
  const Tensor &input = *operands[0], &weights = *operands[1];
  const Tensor *bias = op.getBias() ? operands[2] : nullptr;
  Tensor result = makeResult(op);
  int64_t inputY = input.shape[1], inputX = input.shape[2];
  int64_t outputs = weights.shape[0], inputs = weights.shape[3];
  int64_t kernelY = weights.shape[1], kernelX = weights.shape[2];
  std::vector<int64_t> x = centred(input, op.getInputZp());
  std::vector<int64_t> w = centred(weights, op.getWeightZp());

  std::vector<int64_t> sums(outputs);
  for (int64_t n = 0; n < result.shape[0]; ++n)
    for (int64_t oy = 0; oy < result.shape[1]; ++oy)
      for (int64_t ox = 0; ox < result.shape[2]; ++ox) {
        std::fill(sums.begin(), sums.end(), 0);
        forEachTap(op, kernelY, kernelX, inputY, inputX, oy, ox,
                   [&](int64_t ky, int64_t kx, int64_t iy, int64_t ix) {
                     const int64_t *pixel =
                         &x[((n * inputY + iy) * inputX + ix) * inputs];
                     for (int64_t o = 0; o < outputs; ++o) {
                       const int64_t *filter =
                           &w[((o * kernelY + ky) * kernelX + kx) * inputs];
                       sums[o] = addModulo(sums[o],
                                           dotProduct(pixel, filter, inputs));
                     }
                   });
        storeSums(sums, bias, result, &result.at(n, oy, ox, 0));
      }
  return result;
}

llvm::Expected<Tensor> reference::evaluate(nn::DepthwiseConv2DOp op,
                                           Operands operands) {
  const Tensor &input = *operands[0], &weights = *operands[1];
  const Tensor *bias = op.getBias() ? operands[2] : nullptr;
  Tensor result = makeResult(op);
  int64_t inputY = input.shape[1], inputX = input.shape[2];
  int64_t kernelY = weights.shape[0], kernelX = weights.shape[1];
  int64_t channels = weights.shape[2], multiplier = weights.shape[3];
  std::vector<int64_t> x = centred(input, op.getInputZp());
  std::vector<int64_t> w = centred(weights, op.getWeightZp());

  std::vector<int64_t> sums(channels * multiplier);
  for (int64_t n = 0; n < result.shape[0]; ++n)
    for (int64_t oy = 0; oy < result.shape[1]; ++oy)
      for (int64_t ox = 0; ox < result.shape[2]; ++ox) {
        std::fill(sums.begin(), sums.end(), 0);
        forEachTap(op, kernelY, kernelX, inputY, inputX, oy, ox,
                   [&](int64_t ky, int64_t kx, int64_t iy, int64_t ix) {
                     const int64_t *pixel =
                         &x[((n * inputY + iy) * inputX + ix) * channels];
                     const int64_t *filter =
                         &w[(ky * kernelX + kx) * channels * multiplier];
                     for (int64_t o = 0; o < channels * multiplier; ++o)
                       sums[o] =
                           addModulo(sums[o], mulModulo(pixel[o / multiplier],
                                                        filter[o]));
                   });
        storeSums(sums, bias, result, &result.at(n, oy, ox, 0));
      }
  return result;
}

llvm::Expected<Tensor> reference::evaluate(nn::MatMulOp op, Operands operands) {
  const Tensor &a = *operands[0], &b = *operands[1];
  Tensor result = makeResult(op);
  int64_t rows = a.shape[1], inner = a.shape[2], columns = b.shape[2];
  std::vector<int64_t> x = centred(a, op.getInputZp());
  std::vector<int64_t> w = centred(b, op.getWeightZp());

  for (int64_t n = 0; n < result.shape[0]; ++n)
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t column = 0; column < columns; ++column) {
        int64_t sum = 0;
        for (int64_t i = 0; i < inner; ++i)
          sum =
              addModulo(sum, mulModulo(x[(n * rows + row) * inner + i],
                                       w[(n * inner + i) * columns + column]));
        result.at(n, row, column) = wrap(sum, result.bits());
      }
  return result;
}
