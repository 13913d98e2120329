// Convolutions and matrix products: rules A1 to A4 and X6 of docs/numerics.md.
#include "FloatTensor.h"
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

template <typename Number>
static Tensor evaluateAs(nn::Conv2DOp op, Operands operands) {
  const Tensor &input = *operands[0], &weights = *operands[1];
  Tensor result = makeResult(op);
  int64_t inputY = input.shape[1], inputX = input.shape[2];
  int64_t outputs = weights.shape[0], inputs = weights.shape[3];
  int64_t kernelY = weights.shape[1], kernelX = weights.shape[2];
  std::vector<Number> x = readFactors<Number>(input, op.getInputZp());
  std::vector<Number> w = readFilters<Number>(weights, op.getWeightZp());
  std::vector<Number> bias =
      readBias<Number>(op.getBias() ? operands[2] : nullptr);

  std::vector<Number> sums(outputs);
  int64_t place = 0;
  for (int64_t n = 0; n < result.shape[0]; ++n)
    for (int64_t oy = 0; oy < result.shape[1]; ++oy)
      for (int64_t ox = 0; ox < result.shape[2]; ++ox, place += outputs) {
        std::fill(sums.begin(), sums.end(), 0);
        forEachTap(op, kernelY, kernelX, inputY, inputX, oy, ox,
                   [&](int64_t ky, int64_t kx, int64_t iy, int64_t ix) {
                     addTerms(
                         sums, &x[((n * inputY + iy) * inputX + ix) * inputs],
                         inputs, &w[(ky * kernelX + kx) * inputs * outputs]);
                   });
        storeSums(sums, bias, result, place);
      }
  return result;
}

llvm::Expected<Tensor> reference::evaluate(nn::Conv2DOp op, Operands operands) {
  return isFloat(*operands[0]) ? evaluateAs<float>(op, operands)
                               : evaluateAs<int64_t>(op, operands);
}

template <typename Number>
static Tensor evaluateAs(nn::DepthwiseConv2DOp op, Operands operands) {
  const Tensor &input = *operands[0], &weights = *operands[1];
  Tensor result = makeResult(op);
  int64_t inputY = input.shape[1], inputX = input.shape[2];
  int64_t kernelY = weights.shape[0], kernelX = weights.shape[1];
  int64_t channels = weights.shape[2], multiplier = weights.shape[3];
  int64_t outputs = channels * multiplier;
  std::vector<Number> x = readFactors<Number>(input, op.getInputZp());
  std::vector<Number> w = readFactors<Number>(weights, op.getWeightZp());
  std::vector<Number> bias =
      readBias<Number>(op.getBias() ? operands[2] : nullptr);

  std::vector<Number> sums(outputs);
  int64_t place = 0;
  for (int64_t n = 0; n < result.shape[0]; ++n)
    for (int64_t oy = 0; oy < result.shape[1]; ++oy)
      for (int64_t ox = 0; ox < result.shape[2]; ++ox, place += outputs) {
        std::fill(sums.begin(), sums.end(), 0);
        forEachTap(op, kernelY, kernelX, inputY, inputX, oy, ox,
                   [&](int64_t ky, int64_t kx, int64_t iy, int64_t ix) {
                     addProducts(
                         sums, &x[((n * inputY + iy) * inputX + ix) * channels],
                         multiplier, &w[(ky * kernelX + kx) * outputs]);
                   });
        storeSums(sums, bias, result, place);
      }
  return result;
}

llvm::Expected<Tensor> reference::evaluate(nn::DepthwiseConv2DOp op,
                                           Operands operands) {
  return isFloat(*operands[0]) ? evaluateAs<float>(op, operands)
                               : evaluateAs<int64_t>(op, operands);
}

template <typename Number>
static Tensor evaluateAs(nn::MatMulOp op, Operands operands) {
  const Tensor &a = *operands[0], &b = *operands[1];
  Tensor result = makeResult(op);
  int64_t rows = a.shape[1], inner = a.shape[2], columns = b.shape[2];
  std::vector<Number> x = readFactors<Number>(a, op.getInputZp());
  std::vector<Number> w = readFactors<Number>(b, op.getWeightZp());

  std::vector<Number> sums(columns);
  for (int64_t n = 0; n < result.shape[0]; ++n)
    for (int64_t row = n * rows; row < (n + 1) * rows; ++row) {
      std::fill(sums.begin(), sums.end(), 0);
      addTerms(sums, &x[row * inner], inner, &w[n * inner * columns]);
      storeSums(sums, Number(0), result, row * columns);
    }
  return result;
}

llvm::Expected<Tensor> reference::evaluate(nn::MatMulOp op, Operands operands) {
  return isFloat(*operands[0]) ? evaluateAs<float>(op, operands)
                               : evaluateAs<int64_t>(op, operands);
}
