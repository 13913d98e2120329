// Verifiers and counts of convolutions, matrix products and pooling.

#include "VerifyMatrix.h"

using namespace mlir;
using namespace lacuna::nn;

/// Rows and columns of a convolution or pool over NHWC.
template <typename OpTy>
static std::array<WindowAxis, 2> windowAxes(OpTy op, int64_t kernelRows,
                                            int64_t kernelColumns,
                                            ArrayRef<int64_t> dilation) {
  ArrayRef<int64_t> in = shapeOf(op.getInput()), out = shapeOf(op.getOutput());
  ArrayRef<int64_t> stride = op.getStride(), padding = op.getPadding();
  return {WindowAxis{"height", in[1], out[1], kernelRows, stride[0], padding[0],
                     padding[1], dilation[0]},
          WindowAxis{"width", in[2], out[2], kernelColumns, stride[1],
                     padding[2], padding[3], dilation[1]}};
}

static std::array<WindowAxis, 2> axesOf(Conv2DOp op) {
  ArrayRef<int64_t> weights = shapeOf(op.getWeights());
  return windowAxes(op, weights[1], weights[2], op.getDilation());
}
static std::array<WindowAxis, 2> axesOf(DepthwiseConv2DOp op) {
  ArrayRef<int64_t> weights = shapeOf(op.getWeights());
  return windowAxes(op, weights[0], weights[1], op.getDilation());
}

/// What the two convolutions share.
template <typename OpTy>
static LogicalResult verifyConvolution(OpTy op, int64_t outputChannels) {
  if (failed(verifyTypes(op)) ||
      failed(verifyArray(op, "stride", op.getStride(), 2, 1, maxWindow)) ||
      failed(verifyArray(op, "padding", op.getPadding(), 4, 0, maxWindow)) ||
      failed(verifyArray(op, "dilation", op.getDilation(), 2, 1, maxWindow)))
    return failure();
  ArrayRef<int64_t> in = shapeOf(op.getInput()), out = shapeOf(op.getOutput());
  if (out[0] != in[0] || out[3] != outputChannels)
    return op.emitOpError()
           << "result needs batch " << in[0] << " and " << outputChannels
           << " channels, not " << out[0] << " and " << out[3];
  auto axes = axesOf(op);
  for (const WindowAxis &axis : axes)
    if (failed(verifyWindow(op, axis)))
      return failure();
  return verifyBias(op, outputChannels);
}

/// (output position, kernel position) pairs, those on padding too. Results and
/// weights have fewer than 2^31 elements each, so no count of
/// multiply-accumulates reaches 2^62.
static int64_t allTaps(ArrayRef<WindowAxis> axes) {
  return axes[0].output * axes[0].kernel * axes[1].output * axes[1].kernel;
}

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

LogicalResult Conv2DOp::verify() {
  ArrayRef<int64_t> in = shapeOf(getInput()), weights = shapeOf(getWeights());
  if (weights[3] != in[3])
    return emitOpError() << "weights have " << weights[3]
                         << " input channels but the input has " << in[3];
  return verifyConvolution(*this, weights[0]);
}

OpOperand *Conv2DOp::getWeightsOperand() { return &getWeightsMutable(); }

int64_t Conv2DOp::getMacs() {
  ArrayRef<int64_t> out = shapeOf(getOutput());
  return out[0] * out[3] * shapeOf(getInput())[3] * allTaps(axesOf(*this));
}

LogicalResult DepthwiseConv2DOp::verify() {
  ArrayRef<int64_t> in = shapeOf(getInput()), weights = shapeOf(getWeights());
  if (weights[2] != in[3])
    return emitOpError() << "weights have " << weights[2]
                         << " channels but the input has " << in[3];
  return verifyConvolution(*this, weights[2] * weights[3]);
}

OpOperand *DepthwiseConv2DOp::getWeightsOperand() {
  return &getWeightsMutable();
}

int64_t DepthwiseConv2DOp::getMacs() {
  ArrayRef<int64_t> out = shapeOf(getOutput());
  return out[0] * out[3] * allTaps(axesOf(*this));
}

//===----------------------------------------------------------------------===//
// Matrix product
//===----------------------------------------------------------------------===//

LogicalResult MatMulOp::verify() {
  if (failed(verifyTypes(*this)))
    return failure();
  ArrayRef<int64_t> a = shapeOf(getInput()), b = shapeOf(getWeights());
  if (a[0] != b[0] || a[2] != b[1])
    return emitOpError() << "cannot multiply matrices of types "
                         << getInput().getType() << " and "
                         << getWeights().getType();
  return verifyResultShape(*this, {a[0], a[1], b[2]});
}

OpOperand *MatMulOp::getWeightsOperand() { return &getWeightsMutable(); }

int64_t MatMulOp::getMacs() {
  ArrayRef<int64_t> a = shapeOf(getInput());
  return a[0] * a[1] * a[2] * shapeOf(getWeights())[2];
}

//===----------------------------------------------------------------------===//
// Pooling
//===----------------------------------------------------------------------===//

LogicalResult PoolOp::verify() {
  ArrayRef<int64_t> kernel = getKernel(), padding = getPadding();
  if (failed(verifyArray(*this, "kernel", kernel, 2, 1, maxWindow)) ||
      failed(verifyArray(*this, "stride", getStride(), 2, 1, maxWindow)) ||
      failed(verifyArray(*this, "padding", padding, 4, 0, maxWindow)))
    return failure();
  for (unsigned side = 0; side < 4; ++side)
    if (padding[side] >= kernel[side / 2])
      return emitOpError() << "padding " << padding[side]
                           << " is not below the kernel's extent "
                           << kernel[side / 2];
  ArrayRef<int64_t> in = shapeOf(getInput()), out = shapeOf(getOutput());
  if (out[0] != in[0] || out[3] != in[3])
    return emitOpError() << "result needs batch " << in[0] << " and " << in[3]
                         << " channels, not " << out[0] << " and " << out[3];
  for (const WindowAxis &axis : windowAxes(*this, kernel[0], kernel[1], {1, 1}))
    if (failed(verifyWindow(*this, axis)))
      return failure();

  Type element = elementOf(getInput());
  bool isFloat = isa<FloatType>(element), isMax = getKind() == PoolKind::Max;
  if (!isFloat && !element.isInteger(8) && !element.isInteger(16))
    return emitOpError() << "pools i8, i16 or floats, not " << element;
  Type sum = isFloat ? Type(Float32Type::get(getContext()))
                     : Type(IntegerType::get(getContext(), 32));
  Type computed = isFloat && !isMax ? sum : element;
  if (getComputeType() != computed)
    return emitOpError() << "pools " << element << " into " << computed
                         << " but its epilogue or result takes "
                         << getComputeType();
  if (getIgnoreNan() && !(isFloat && isMax))
    return emitOpError("only max of floats ignores NaNs");
  if (isMax) {
    if (getAccType() || getInputZp() || getOutputZp())
      return emitOpError("max has neither zero points nor accumulator");
    return success();
  }
  if (getAccType() != sum)
    return emitOpError() << "avg needs acc = " << (isFloat ? "f32" : "i32");
  if (failed(verifyZeroPoint(*this, "input_zp", getInputZp(), element)))
    return failure();
  return verifyZeroPoint(*this, "output_zp", getOutputZp(), element);
}
