// Weights of one layer: from the model to plain matrices and back.
#include "QuantizeWeights.h"
#include "FloatValues.h"
#include "PruneLayers.h"
#include "lacuna/Dialect/NN/IR/Location.h"

#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir;
using namespace lacuna;
using namespace lacuna::nn;
using quantization::AffineScale;
using quantization::QuantizedWeights;
using quantization::RoundingMethod;
using quantization::WeightLayer;
using quantization::WeightOptions;

/// The axis of the weights that counts rows; none where two do.
static std::optional<int32_t> channelAxis(const MatrixLayer &layer) {
  Operation *op = layer.getOperation();
  ArrayRef<int64_t> shape = layer.getWeightsType().getShape();
  if (isa<DepthwiseConv2DOp>(op)) {
    if (shape[3] == 1)
      return 2;
    return shape[2] == 1 ? std::optional<int32_t>(3) : std::nullopt;
  }
  if (isa<MatMulOp>(op))
    return shape[0] == 1 ? std::optional<int32_t>(2) : std::nullopt;
  return 0;
}

/// The biases of the rows, zeros if there are none. Error: they are no
/// constant, or not finite.
static llvm::Expected<std::vector<double>> biasOf(const MatrixLayer &layer) {
  std::vector<double> bias(layer.getRows());
  if (!layer.getBias())
    return bias;
  auto values = readFloats(layer.getBias());
  if (!values)
    return makeError(placeOf(layer.getOperation()->getLoc()),
                     "layer '" + layer.getName() +
                         "' has a bias that is no constant: it has no integer "
                         "form");
  for (auto [row, value] : llvm::enumerate(bias)) {
    value = (*values)[values->size() == 1 ? 0 : row];
    if (!std::isfinite(value))
      return makeError(placeOf(layer.getOperation()->getLoc()),
                       "the bias of layer '" + layer.getName() +
                           "' holds values that are not finite");
  }
  return bias;
}

/// Types that a matrix operation has.
static llvm::Error checkTypes(const MatrixLayer &layer,
                              const AffineScale &input,
                              const WeightOptions &options) {
  if (input.bits == 16 && options.bits == 4)
    return makeError(
        placeOf(layer.getOperation()->getLoc()),
        "layer '" + layer.getName() +
            "' has 16-bit activations by 4-bit weights, which no "
            "matrix operation multiplies",
        "give it weights=i8 or i2, or activations=i8, in a policy");
  return llvm::Error::success();
}

/// The largest sum that a bias may be, of what the accumulator holds.
static double largestBias(const AffineScale &input) {
  return std::ldexp(1, input.bits == 16 ? 46 : 30);
}

static llvm::Expected<WeightLayer> readWeights(const MatrixLayer &layer,
                                               const std::vector<double> &bias,
                                               const AffineScale &input,
                                               const Statistics &statistics,
                                               const WeightOptions &options) {
  WeightLayer result;
  auto weights = readFloats(
      cast<LayerOpInterface>(layer.getOperation()).getWeightsOperand()->get());
  result.weights = sparsity::Matrix(layer.getRows(), layer.getTerms());
  for (int64_t row = 0; row != layer.getRows(); ++row) {
    for (int64_t term = 0; term != layer.getTerms(); ++term)
      result.weights.at(row, term) = (*weights)[layer.getPosition(row, term)];
    result.leastScales.push_back(std::abs(bias[row]) /
                                 (input.scale * largestBias(input)));
  }
  result.hasBias = layer.takesBias();
  bool needsMoments = options.rounding != RoundingMethod::Nearest;
  auto inputs = readInputStatistics(layer, &statistics, /*withMoments=*/true);
  if (!inputs)
    return inputs.takeError();
  result.inputs = std::move(*inputs);
  if (needsMoments && result.inputs.front().moments.values.empty())
    return makeError(placeOf(layer.getOperation()->getLoc()),
                     "method=" + quantization::getName(options.rounding) +
                         " needs statistics of products of inputs, which these "
                         "lack, for layer '" +
                         layer.getName() + "'",
                     "calibrate with second-order");
  return result;
}

/// The constant weights of the layer as integers.
static void replaceWeights(const MatrixLayer &layer,
                           const QuantizedWeights &quantized,
                           const WeightOptions &options,
                           std::optional<int32_t> axis) {
  Operation *op = layer.getOperation();
  OpOperand &operand = *cast<LayerOpInterface>(op).getWeightsOperand();
  auto before = tensorTypeOf(operand.get());
  std::vector<int64_t> elements(before.getNumElements());
  for (int64_t row = 0; row != layer.getRows(); ++row)
    for (int64_t term = 0; term != layer.getTerms(); ++term)
      elements[layer.getPosition(row, term)] =
          int64_t(quantized.weights.at(row, term));
  OpBuilder builder(op);
  auto grid = quantization::gridOf(options.bits);
  // Two bits have no type of their own: four of the 256 values are used.
  Type storage = builder.getIntegerType(options.bits == 4 ? 4 : 8);
  Type element;
  unsigned flags = quant::QuantizationFlags::Signed;
  if (axis) {
    std::vector<int64_t> zeros(quantized.scales.size());
    element = quant::UniformQuantizedPerAxisType::get(
        flags, storage, before.getElementType(), quantized.scales, zeros, *axis,
        int64_t(grid.lowest), int64_t(grid.highest));
  } else {
    element = quant::UniformQuantizedType::get(
        flags, storage, before.getElementType(), quantized.scales.front(), 0,
        int64_t(grid.lowest), int64_t(grid.highest));
  }
  Value constant = makeIntegerConstant(builder, operand.get().getLoc(),
                                       before.getShape(), storage, elements);
  operand.set(quant::StorageCastOp::create(
      builder, operand.get().getLoc(),
      RankedTensorType::get(before.getShape(), element), constant));
}

llvm::Expected<std::string> nn::quantizeWeights(const MatrixLayer &layer,
                                                const AffineScale &input,
                                                const Statistics &statistics,
                                                const QuantizeChoice &choice) {
  WeightOptions options = choice.weights;
  std::optional<int32_t> axis = channelAxis(layer);
  options.perChannel &= axis.has_value();
  if (!options.perChannel)
    axis = std::nullopt;
  if (llvm::Error error = checkTypes(layer, input, options))
    return std::move(error);
  auto bias = biasOf(layer);
  if (!bias)
    return bias.takeError();
  auto weights = readWeights(layer, *bias, input, statistics, options);
  if (!weights)
    return weights.takeError();
  Operation *op = layer.getOperation();
  auto quantized = quantization::quantizeWeights(*weights, options);
  if (!quantized)
    return makeError(placeOf(op->getLoc()),
                     "layer '" + layer.getName() + "' can't be quantised: " +
                         llvm::toString(quantized.takeError()));
  replaceWeights(layer, *quantized, options, axis);
  if (!quantized->biasChange.empty()) {
    for (auto [value, change] : llvm::zip_equal(*bias, quantized->biasChange))
      value += change;
    OpBuilder builder(op);
    Value constant =
        makeFloatConstant(builder, op->getLoc(), {layer.getRows()}, *bias);
    if (layer.getBias())
      op->setOperand(2, constant);
    else
      op->insertOperands(2, constant);
  }
  std::string text =
      llvm::formatv("{0}: weights i{1} by {2}", layer.getName(), options.bits,
                    quantization::getName(options.rounding));
  if (quantized->signalToNoise)
    text +=
        llvm::formatv(", signal to noise {0:f1} dB", *quantized->signalToNoise);
  return text;
}

//===----------------------------------------------------------------------===//
// Products as convolutions
//===----------------------------------------------------------------------===//

/// The addition of a constant a column that alone reads `product`, perhaps
/// through a reshape; and the constant.
static std::pair<ElementwiseOp, Value> findBias(MatMulOp product) {
  Value value = product.getOutput();
  int64_t columns = tensorTypeOf(value).getShape().back();
  if (value.hasOneUse())
    if (auto view = dyn_cast<ReshapeOp>(*value.getUsers().begin()))
      if (tensorTypeOf(view.getOutput()).getShape().back() == columns)
        value = view.getOutput();
  if (!value.hasOneUse() || !product.getEpilogueStages().empty())
    return {};
  auto add = dyn_cast<ElementwiseOp>(*value.getUsers().begin());
  if (!add || add.getKind() != ElementwiseKind::Add ||
      !add.getPrologue().empty() || add.getType() != value.getType())
    return {};
  Value other = add.getInputs()[add.getInputs()[0] == value ? 1 : 0];
  auto constant = other.getDefiningOp<ConstantOp>();
  if (!constant || constant.getType().getNumElements() != columns ||
      constant.getType().getShape().back() != columns)
    return {};
  return {add, other};
}

/// Where `location` lies, without the name, which is the layer's alone.
static Location placeAlone(Location location) {
  if (auto place = location->findInstanceOf<FileLineColLoc>())
    return place;
  return UnknownLoc::get(location.getContext());
}

static void convertProduct(MatMulOp product, Statistics &statistics) {
  auto input = tensorTypeOf(product.getInput());
  auto weights = tensorTypeOf(product.getWeights());
  auto values = readFloats(product.getWeights());
  if (!values || weights.getShape()[0] != 1 || !input.getElementType().isF32())
    return;
  int64_t rows = input.getShape()[1], terms = weights.getShape()[1],
          columns = weights.getShape()[2];
  OpBuilder builder(product);
  Location location = product.getLoc();
  std::vector<double> turned(values->size());
  for (int64_t term = 0; term != terms; ++term)
    for (int64_t column = 0; column != columns; ++column)
      turned[column * terms + term] = (*values)[term * columns + column];
  Value kernel =
      makeFloatConstant(builder, location, {columns, 1, 1, terms}, turned);
  auto view = [&](Value value, ArrayRef<int64_t> shape) -> Value {
    return ReshapeOp::create(
        builder, placeAlone(location),
        RankedTensorType::get(shape, tensorTypeOf(value).getElementType()),
        value);
  };
  auto [add, constant] = findBias(product);
  Value bias;
  if (add)
    bias =
        makeFloatConstant(builder, location, {columns}, *readFloats(constant));
  Value image = view(product.getInput(), {1, rows, 1, terms});
  ArrayAttr epilogue = add ? add.getEpilogueAttr() : product.getEpilogueAttr();
  auto conv = Conv2DOp::create(
      builder, location,
      RankedTensorType::get({1, rows, 1, columns}, builder.getF32Type()), image,
      kernel, bias, builder.getDenseI64ArrayAttr({1, 1}),
      builder.getDenseI64ArrayAttr({0, 0, 0, 0}),
      builder.getDenseI64ArrayAttr({1, 1}), builder.getI64IntegerAttr(0),
      builder.getI64IntegerAttr(0), TypeAttr::get(builder.getF32Type()),
      epilogue);
  Value replaced = add ? add.getOutput() : product.getOutput();
  if (add) {
    auto range = statistics.results.find(toPrintable(getLayerName(add)));
    if (range != statistics.results.end())
      statistics.results[toPrintable(getLayerName(product))] =
          RangeStatistics(range->second);
  }
  if (add)
    builder.setInsertionPoint(add);
  replaced.replaceAllUsesWith(
      view(conv.getOutput(), tensorTypeOf(replaced).getShape()));
  if (add) {
    Value sum = add.getInputs()[add.getInputs()[0] == constant ? 1 : 0];
    add.erase();
    if (auto between = sum.getDefiningOp<ReshapeOp>())
      between.erase();
  }
  product.erase();
}

void nn::convertProducts(func::FuncOp function, Statistics &statistics) {
  for (auto product :
       llvm::make_early_inc_range(function.front().getOps<MatMulOp>()))
    convertProduct(product, statistics);
}
