// Convolutions and matrix products: a stage on MATRIX, then the epilogue on
// VECTOR.
#include "MatrixOperands.h"

using namespace lacuna;
using namespace lacuna::lowering;

/// The chain of a convolution whose instruction has all but its types and
/// extents; `dims` are rows, columns, channels, and `batch` goes around them.
template <class Inst, class Op>
static llvm::Error lowerWindow(Op op, Lowering &lowering, Inst inst,
                               const WeightLayout &layout, int64_t kernelRows,
                               int64_t kernelColumns) {
  mlir::RankedTensorType input = tensorTypeOf(op.getInput());
  mlir::RankedTensorType output = tensorTypeOf(op.getOutput());
  llvm::ArrayRef<int64_t> in = input.getShape(), out = output.getShape();
  inst.srcType = elementTypeOf(input.getElementType());
  inst.dstType = elementTypeOf(op.getAccType());
  Binding weights =
      bindWeights(lowering, op.getWeights(), layout, inst.weightType);
  if (llvm::Error error =
          checkTypes(lowering, op, inst.srcType, inst.weightType, inst.dstType))
    return error;
  if (out[3] > kMostRecords && op.getBias())
    return errorAt(op, "has a bias and more than 2^24 channels");
  inst.srcZeroPoint = op.getInputZp();
  inst.weightZeroPoint = op.getWeightZp();

  int64_t batch = out[0], rows = out[1], columns = out[2];
  int64_t srcRows = in[1], srcColumns = in[2];
  llvm::ArrayRef<int64_t> padding = op.getPadding();
  bool pointwise = kernelRows * kernelColumns == 1 && op.getStride()[0] == 1 &&
                   op.getStride()[1] == 1 && rows == srcRows &&
                   columns == srcColumns && padding[0] == 0 && padding[2] == 0;
  if (pointwise) {
    // Every pixel by itself: one long row of them, whatever the batch.
    columns = srcColumns = batch * rows * columns;
    batch = rows = srcRows = 1;
  }
  inst.rows = Interval(rows);
  inst.columns = Interval(columns);
  inst.channels = Interval(out[3]);
  inst.kernelRows = Interval(kernelRows);
  inst.kernelColumns = Interval(kernelColumns);
  inst.strideRows = op.getStride()[0];
  inst.strideColumns = op.getStride()[1];
  inst.dilationRows = op.getDilation()[0];
  inst.dilationColumns = op.getDilation()[1];
  inst.paddingTop = padding[0];
  inst.paddingLeft = padding[2];
  inst.srcRows = srcRows;
  inst.srcColumns = srcColumns;

  auto bindMap = [&](mlir::Value value, llvm::StringRef field,
                     int64_t mapColumns) {
    Binding binding = lowering.bind(value);
    binding.field = field.str();
    binding.outerStrides = {binding.strides[0]};
    binding.strides.erase(binding.strides.begin());
    binding.strides[0] = mapColumns * binding.strides[1];
    if (batch == 1)
      binding.outerStrides.clear();
    return binding;
  };
  Chain chain(lowering, op, {rows, columns, out[3]});
  if (batch != 1)
    chain.outer = {uint64_t(batch)};
  chain.add(inst,
            {bindMap(op.getInput(), "src", srcColumns), std::move(weights)},
            "dst", inst.dstType, OnChipMemory::Accumulators);
  if (llvm::Error error =
          finishSums(chain, op.getBias(), op.getEpilogueStages()))
    return error;
  return chain.finish(bindMap(op.getOutput(), "dst", columns));
}

static llvm::Error lowerConv(nn::Conv2DOp op, Lowering &lowering) {
  llvm::ArrayRef<int64_t> weights = tensorTypeOf(op.getWeights()).getShape();
  Conv inst;
  inst.depth = Interval(weights[3]);
  WeightLayout layout{"ohwi", Shape(weights), denseStrides(weights, 1), 4};
  return lowerWindow(op, lowering, inst, layout, weights[1], weights[2]);
}

static llvm::Error lowerDepthwise(nn::DepthwiseConv2DOp op,
                                  Lowering &lowering) {
  llvm::ArrayRef<int64_t> weights = tensorTypeOf(op.getWeights()).getShape();
  int64_t rows = weights[0], columns = weights[1];
  int64_t channels = weights[2] * weights[3];
  Depthwise inst;
  inst.multiplier = weights[3];
  WeightLayout layout{
      "ohw", {channels, rows, columns}, {1, columns * channels, channels}, 3};
  return lowerWindow(op, lowering, inst, layout, rows, columns);
}

/// A product of [N, H, C] and [N, C, W]: a convolution of one row of H pixels,
/// with one tap and W channels.
static llvm::Error lowerMatMul(nn::MatMulOp op, Lowering &lowering) {
  mlir::RankedTensorType input = tensorTypeOf(op.getInput());
  llvm::ArrayRef<int64_t> in = input.getShape();
  int64_t width = tensorTypeOf(op.getOutput()).getShape()[2];
  bool batched = in[0] != 1;
  Conv inst;
  inst.srcType = elementTypeOf(input.getElementType());
  inst.weightType =
      elementTypeOf(tensorTypeOf(op.getWeights()).getElementType());
  inst.dstType = elementTypeOf(op.getAccType());
  if (inst.weightType == ElementType::I4)
    inst.weightType = ElementType::I8;
  if (llvm::Error error =
          checkTypes(lowering, op, inst.srcType, inst.weightType, inst.dstType))
    return error;
  inst.srcZeroPoint = op.getInputZp();
  inst.weightZeroPoint = op.getWeightZp();
  inst.columns = Interval(in[1]);
  inst.srcColumns = in[1];
  inst.channels = Interval(width);
  inst.depth = Interval(in[2]);

  // Rows of a matrix become columns of a map.
  auto bindMatrix = [&](mlir::Value value, llvm::StringRef field) {
    Binding binding = lowering.bind(value);
    binding.field = field.str();
    if (batched)
      binding.outerStrides = {binding.strides[0]};
    return binding;
  };
  Binding weights = bindMatrix(op.getWeights(), "weights");
  int64_t row = weights.strides[1], element = weights.strides[2];
  weights.strides = {element, row * in[2], row * in[2], row};

  Chain chain(lowering, op, {1, in[1], width});
  if (batched)
    chain.outer = {uint64_t(in[0])};
  chain.add(inst, {bindMatrix(op.getInput(), "src"), std::move(weights)}, "dst",
            inst.dstType, OnChipMemory::Accumulators);
  if (llvm::Error error = applyStages(chain, op.getEpilogueStages()))
    return error;
  return chain.finish(bindMatrix(op.getOutput(), "dst"));
}

void lowering::registerMatrix(Registry &registry) {
  registry.add<nn::Conv2DOp, lowerConv>();
  registry.add<nn::DepthwiseConv2DOp, lowerDepthwise>();
  registry.add<nn::MatMulOp, lowerMatMul>();
}
