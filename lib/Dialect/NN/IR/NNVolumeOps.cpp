// Verifiers and counts of convolutions in three dimensions and of transposed
// ones.

#include "VerifyMatrix.h"
#include "lacuna/Dialect/NN/IR/Phases.h"

using namespace mlir;
using namespace lacuna::nn;

/// What both have: a result of the input's batch and the weights' channels.
template <typename OpTy> static LogicalResult verifyChannels(OpTy op) {
  ArrayRef<int64_t> in = shapeOf(op.getInput());
  ArrayRef<int64_t> weights = shapeOf(op.getWeights());
  ArrayRef<int64_t> out = shapeOf(op.getOutput());
  if (weights.back() != in.back())
    return op.emitOpError()
           << "weights have " << weights.back()
           << " input channels but the input has " << in.back();
  if (out[0] != in[0] || out.back() != weights[0])
    return op.emitOpError()
           << "result needs batch " << in[0] << " and " << weights[0]
           << " channels, not " << out[0] << " and " << out.back();
  return verifyBias(op, weights[0]);
}

//===----------------------------------------------------------------------===//
// Three dimensions
//===----------------------------------------------------------------------===//

static std::array<WindowAxis, 3> axesOf(Conv3DOp op) {
  static constexpr llvm::StringLiteral names[] = {"depth", "height", "width"};
  ArrayRef<int64_t> in = shapeOf(op.getInput()), out = shapeOf(op.getOutput());
  ArrayRef<int64_t> weights = shapeOf(op.getWeights());
  std::array<WindowAxis, 3> axes;
  for (unsigned axis = 0; axis < 3; ++axis)
    axes[axis] = {names[axis],
                  in[axis + 1],
                  out[axis + 1],
                  weights[axis + 1],
                  op.getStride()[axis],
                  op.getPadding()[2 * axis],
                  op.getPadding()[2 * axis + 1],
                  op.getDilation()[axis]};
  return axes;
}

LogicalResult Conv3DOp::verify() {
  if (failed(verifyTypes(*this)) ||
      failed(verifyArray(*this, "stride", getStride(), 3, 1, maxWindow)) ||
      failed(verifyArray(*this, "padding", getPadding(), 6, 0, maxWindow)) ||
      failed(verifyArray(*this, "dilation", getDilation(), 3, 1, maxWindow)) ||
      failed(verifyChannels(*this)))
    return failure();
  for (const WindowAxis &axis : axesOf(*this))
    if (failed(verifyWindow(*this, axis)))
      return failure();
  return success();
}

OpOperand *Conv3DOp::getWeightsOperand() { return &getWeightsMutable(); }

/// Products of one tap for all channels of the batch. With the taps of all
/// axes fewer than 2^62, for results and weights have fewer than 2^31 elements.
template <typename OpTy> static int64_t macsPerTap(OpTy op) {
  ArrayRef<int64_t> weights = shapeOf(op.getWeights());
  return shapeOf(op.getInput())[0] * weights.front() * weights.back();
}

int64_t Conv3DOp::getMacs() {
  int64_t macs = macsPerTap(*this);
  for (const WindowAxis &axis : axesOf(*this))
    macs *= axis.output * axis.kernel;
  return macs;
}

//===----------------------------------------------------------------------===//
// Transposed
//===----------------------------------------------------------------------===//

std::array<TransposedAxis, 2> lacuna::nn::transposedAxes(TransposeConv2DOp op) {
  ArrayRef<int64_t> in = shapeOf(op.getInput()), out = shapeOf(op.getOutput());
  ArrayRef<int64_t> weights = shapeOf(op.getWeights());
  std::array<TransposedAxis, 2> axes;
  for (unsigned axis = 0; axis < 2; ++axis)
    axes[axis] = {in[axis + 1], out[axis + 1], weights[axis + 1],
                  op.getStride()[axis], op.getOutPadding()[2 * axis]};
  return axes;
}

LogicalResult TransposeConv2DOp::verify() {
  if (failed(verifyTypes(*this)) ||
      failed(verifyArray(*this, "stride", getStride(), 2, 1, maxWindow)) ||
      failed(verifyArray(*this, "out_padding", getOutPadding(), 4, -maxWindow,
                         maxWindow)) ||
      failed(verifyChannels(*this)))
    return failure();
  static constexpr llvm::StringLiteral names[] = {"height", "width"};
  for (auto [index, axis] : llvm::enumerate(transposedAxes(*this))) {
    int64_t after = getOutPadding()[2 * index + 1];
    if (axis.kernel > maxWindow)
      return emitOpError() << "kernel " << names[index] << " " << axis.kernel
                           << " is above " << maxWindow;
    for (int64_t padding : {axis.before, after})
      if (padding <= -axis.kernel)
        return emitOpError() << "out_padding " << padding
                             << " cuts off the kernel's extent " << axis.kernel;
    // Below 2^31 * 2^13: no overflow.
    int64_t expected =
        (axis.input - 1) * axis.stride + axis.before + after + axis.kernel;
    if (axis.output != expected)
      return emitOpError() << "result " << names[index] << " must be "
                           << expected << ", not " << axis.output;
  }
  return success();
}

OpOperand *TransposeConv2DOp::getWeightsOperand() {
  return &getWeightsMutable();
}

int64_t TransposeConv2DOp::getMacs() {
  auto [rows, columns] = transposedAxes(*this);
  return macsPerTap(*this) * phaseTaps(rows) * phaseTaps(columns);
}
