// Convolutions in three dimensions: a stage on MATRIX, then the epilogue on
// VECTOR.
#include "MatrixOperands.h"

using namespace lacuna;
using namespace lacuna::lowering;

/// The instruction of `op`, but for types and operands.
static Conv3D windowOf(nn::Conv3DOp op) {
  llvm::ArrayRef<int64_t> in = tensorTypeOf(op.getInput()).getShape();
  llvm::ArrayRef<int64_t> out = tensorTypeOf(op.getOutput()).getShape();
  llvm::ArrayRef<int64_t> kernel = tensorTypeOf(op.getWeights()).getShape();
  llvm::ArrayRef<int64_t> stride = op.getStride(), padding = op.getPadding();
  llvm::ArrayRef<int64_t> dilation = op.getDilation();
  Conv3D inst;
  inst.slices = Interval(out[1]);
  inst.rows = Interval(out[2]);
  inst.columns = Interval(out[3]);
  inst.channels = Interval(out[4]);
  inst.kernelSlices = Interval(kernel[1]);
  inst.kernelRows = Interval(kernel[2]);
  inst.kernelColumns = Interval(kernel[3]);
  inst.depth = Interval(kernel[4]);
  inst.strideSlices = stride[0];
  inst.strideRows = stride[1];
  inst.strideColumns = stride[2];
  inst.dilationSlices = dilation[0];
  inst.dilationRows = dilation[1];
  inst.dilationColumns = dilation[2];
  inst.paddingFront = padding[0];
  inst.paddingTop = padding[2];
  inst.paddingLeft = padding[4];
  inst.srcSlices = in[1];
  inst.srcRows = in[2];
  inst.srcColumns = in[3];
  return inst;
}

static llvm::Error lowerConv3D(nn::Conv3DOp op, Lowering &lowering) {
  llvm::ArrayRef<int64_t> out = tensorTypeOf(op.getOutput()).getShape();
  llvm::ArrayRef<int64_t> kernel = tensorTypeOf(op.getWeights()).getShape();
  if (out[4] > kMostRecords && op.getBias())
    return errorAt(op, "has a bias and more than 2^24 channels");
  Conv3D inst = windowOf(op);
  inst.srcType = elementTypeOf(tensorTypeOf(op.getInput()).getElementType());
  inst.dstType = elementTypeOf(op.getAccType());
  Binding weights = bindWeights(
      lowering, op.getWeights(),
      {"odhwi", Shape(kernel), denseStrides(kernel, 1), 5}, inst.weightType);
  if (llvm::Error error =
          checkTypes(lowering, op, inst.srcType, inst.weightType, inst.dstType))
    return error;
  inst.srcZeroPoint = op.getInputZp();
  inst.weightZeroPoint = op.getWeightZp();

  Chain chain(lowering, op, out.drop_front());
  if (out[0] != 1)
    chain.outer = {uint64_t(out[0])};
  chain.add(inst, {lowering.bindMap(op.getInput(), "src"), std::move(weights)},
            "dst", inst.dstType, OnChipMemory::Accumulators);
  if (llvm::Error error =
          finishSums(chain, op.getBias(), op.getEpilogueStages()))
    return error;
  return chain.finish(lowering.bindMap(op.getOutput(), "dst"));
}

void lowering::registerVolume(Registry &registry) {
  registry.add<nn::Conv3DOp, lowerConv3D>();
}
