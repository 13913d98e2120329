// Convolutions and matrix products: a stage on MATRIX, then the epilogue on
// VECTOR.
#include "Chain.h"
#include "Constants.h"

using namespace lacuna;
using namespace lacuna::lowering;

/// Channels that parameter records are made for; a short text may ask for more.
constexpr int64_t kMostRecords = int64_t(1) << 24;

namespace {
/// Weights as an instruction reads them: extents of its four (or three)
/// coordinates, and where each lies in the operand, in elements.
struct WeightLayout {
  llvm::StringRef word;
  Shape shape, strides;
};
} // namespace

/// Binds weights. Constants are laid out in the order of the instruction's
/// coordinates, with i4 packed; others are read as they lie.
static Binding bindWeights(Lowering &lowering, mlir::Value value,
                           const WeightLayout &layout, ElementType &type) {
  type = elementTypeOf(tensorTypeOf(value).getElementType());
  Binding binding;
  binding.field = "weights";
  mlir::DenseIntElementsAttr elements = constantOf(value);
  if (!elements) {
    // i4 travels as a byte outside of constants.
    int64_t bytes = bytesOf(type);
    if (type == ElementType::I4)
      type = ElementType::I8;
    binding.tensor = lowering.tensorOf(value);
    for (int64_t stride : layout.strides)
      binding.strides.push_back(stride * bytes);
    return binding;
  }
  bool packed = type == ElementType::I4;
  int64_t row = layout.shape.back() * bytesOf(type);
  if (packed)
    row = (layout.shape.back() + 1) / 2;
  binding.strides.assign(layout.shape.size(), bytesOf(type));
  for (size_t axis = layout.shape.size() - 1; axis-- != 0;) {
    binding.strides[axis] = row;
    row *= layout.shape[axis];
  }
  binding.tensor = lowering.addConstant(
      lowering.getLayerName().str() + ".weights", TensorRole::Weights, type,
      tensorTypeOf(value).getShape(), row, elements, layout.word,
      [elements, layout, type, packed](llvm::MutableArrayRef<uint8_t> to) {
        writeElements(elements, layout.shape, layout.strides, type, packed, to);
      });
  return binding;
}

/// The bias of a layer with `channels` outputs, if it is a constant or a tensor
/// of one value a channel.
static Bias makeBias(Lowering &lowering, mlir::Value value, int64_t channels) {
  Bias bias;
  if (!value)
    return bias;
  if (mlir::DenseIntElementsAttr elements = constantOf(value)) {
    bias.values = readElements(elements);
    if (bias.values.size() == 1)
      bias.values.assign(channels, int64_t(bias.values.front()));
    return bias;
  }
  bias.tensor = lowering.bind(value);
  return bias;
}

/// Adds a bias that is one value for many channels: no record has that form.
static void addBroadcastBias(Chain &chain, Bias &bias) {
  Map inst;
  inst.operation = MapOperation::Add;
  inst.dims = chain.wholeDims();
  inst.a.memory = chain.memory;
  inst.aType = inst.bType = inst.dstType = chain.type;
  inst.useB = true;
  Binding value = *std::exchange(bias.tensor, std::nullopt);
  value.field = "b";
  value.strides.assign(chain.dims.size(), 0);
  chain.add(inst, {chain.source("a"), std::move(value)}, "dst", chain.type);
}

static llvm::Error checkTypes(Lowering &lowering, mlir::Operation *op,
                              ElementType input, ElementType weights,
                              ElementType sums) {
  if (lowering.machine.supports(input, weights, sums))
    return llvm::Error::success();
  return errorAt(op,
                 "machine '" + lowering.machine.name + "' does not multiply " +
                     getName(input) + " by " + getName(weights) + " into " +
                     getName(sums),
                 "matrix.types of the machine file lists what it does");
}

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
  Bias bias = makeBias(lowering, op.getBias(), out[3]);
  bool broadcast = bias.tensor && out[3] != 1 &&
                   tensorTypeOf(op.getBias()).getNumElements() == 1;
  if (broadcast)
    addBroadcastBias(chain, bias);
  if (llvm::Error error =
          applyStages(chain, op.getEpilogueStages(), std::move(bias)))
    return error;
  return chain.finish(bindMap(op.getOutput(), "dst", columns));
}

static llvm::Error lowerConv(nn::Conv2DOp op, Lowering &lowering) {
  llvm::ArrayRef<int64_t> weights = tensorTypeOf(op.getWeights()).getShape();
  Conv inst;
  inst.depth = Interval(weights[3]);
  WeightLayout layout{"ohwi", Shape(weights), denseStrides(weights, 1)};
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
      "ohw", {channels, rows, columns}, {1, columns * channels, channels}};
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
