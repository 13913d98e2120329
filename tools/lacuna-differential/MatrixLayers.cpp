// Random convolutions, matrix products and poolings.
#include "MatrixParts.h"

#include <cmath>

using namespace mlir;
using namespace lacuna::differential;

Axis lacuna::differential::chooseAxis(GraphBuilder &graph, int64_t extent,
                                      bool pool) {
  Random &random = graph.random;
  Axis axis;
  axis.kernel = random.chance(0.3) ? 1 : random.betweenLog(1, 9);
  axis.stride = random.chance(0.6) ? 1 : random.between(2, 3);
  if (!pool && random.chance(0.2))
    axis.dilation = random.between(2, 3);
  int64_t reach = (axis.kernel - 1) * axis.dilation + 1;
  if (random.chance(0.6)) {
    axis.before = random.between(0, axis.kernel - 1);
    axis.after = random.between(0, axis.kernel - 1);
  }
  int64_t padded = extent + axis.before + axis.after;
  if (padded < reach) {
    axis.kernel = axis.dilation = reach = 1;
    axis.before = axis.after = 0;
    padded = extent;
  }
  int64_t rest = (padded - reach) % axis.stride;
  if (rest != 0 && rest <= axis.after)
    axis.after -= rest, padded -= rest;
  else if (rest != 0)
    axis.stride = 1;
  axis.output = (padded - reach) / axis.stride + 1;
  return axis;
}

/// What follows sums of floats: limits, or a change of type.
static Value finishFloats(GraphBuilder &graph, Value sums) {
  Value result = sums;
  if (graph.random.chance(0.3)) {
    Type element = graph.anyFloat(isWiderThanByte);
    if (element && isCast(elementOf(sums), element))
      result = tosa::CastOp::create(graph.builder,
                                    graph.tensor(shapeOf(sums), element), sums);
  }
  return graph.random.chance(0.4) ? graph.clamp(result) : result;
}

Value lacuna::differential::finishSums(GraphBuilder &graph, Value sums,
                                       int64_t terms) {
  Random &random = graph.random;
  if (bitsOf(sums) == 0)
    return finishFloats(graph, sums);
  if (bitsOf(sums) == 32 && random.chance(0.08))
    return sums;
  bool wide = bitsOf(sums) == 48;
  unsigned bits = random.chance(0.85) ? 8 : random.pick<unsigned>({16, 32});
  // Sums are about as wide as this; a tenth or so saturate.
  double deviation = std::sqrt(double(terms)) * 74 * (wide ? 18000.0 : 74.0);
  double range = bits == 8 ? 80 : bits == 16 ? 20000 : 1e6;
  Value result = graph.rescale(sums, bits, range / deviation);
  if (bits != 32 && random.chance(0.3))
    result = graph.clamp(result);
  if (bits != 32 && random.chance(0.1))
    result = graph.lookUp(result);
  return result;
}

/// Products of bytes are fp16, which the machine must have.
static bool hasResult(GraphBuilder &graph, Type input) {
  return isWiderThanByte(input) ||
         llvm::is_contained(graph.options.floats, lacuna::ElementType::FP16);
}

Type lacuna::differential::chooseInput(GraphBuilder &graph) {
  if (graph.prefersFloats())
    return graph.anyFloat([&](Type type) { return hasResult(graph, type); });
  bool wide = graph.options.hasI16 && graph.random.chance(0.15);
  return graph.integer(wide ? 16 : 8);
}

Type lacuna::differential::resultOf(Type input) {
  Builder builder(input.getContext());
  if (isa<FloatType>(input))
    return isWiderThanByte(input) ? input : builder.getF16Type();
  return builder.getIntegerType(input.isInteger(8) ? 32 : 48);
}

Type lacuna::differential::chooseSums(GraphBuilder &graph, Type input) {
  Builder &builder = graph.builder;
  if (!isa<FloatType>(input))
    return resultOf(input);
  if (!isWiderThanByte(input) || (input.isF16() && graph.random.chance(0.5)))
    return builder.getF16Type();
  return builder.getF32Type();
}

Value lacuna::differential::makeBias(GraphBuilder &graph, int64_t channels,
                                     Type type) {
  if (graph.random.chance(0.2))
    return graph.constant(graph.tensor({channels}, type), 0);
  int64_t count = graph.random.chance(0.1) ? 1 : channels;
  return graph.data({count}, type, type.isInteger(48) ? 0 : 0.05);
}

Value lacuna::differential::makeWeights(GraphBuilder &graph,
                                        ArrayRef<int64_t> shape, Type input) {
  if (isa<FloatType>(input))
    return graph.data(shape, input, 0.12);
  bool narrow =
      input.isInteger(8) && graph.options.hasI4 && graph.random.chance(0.15);
  return graph.data(shape, narrow ? 4 : 8, narrow ? 0.05 : 0.12);
}

Value lacuna::differential::weightZeroPoint(GraphBuilder &graph, Value weights,
                                            bool differs) {
  return graph.scalar(elementOf(weights), differs ? graph.zeroPoint(8) : 0);
}

static Value makeConv(GraphBuilder &graph) {
  Random &random = graph.random;
  Type element = chooseInput(graph);
  Value input = graph.input(4, element);
  Shape in = shapeOf(input);
  Axis rows = chooseAxis(graph, in[1], false);
  Axis columns = chooseAxis(graph, in[2], false);
  int64_t channels = graph.extent(graph.maxChannels());
  int64_t terms = rows.kernel * columns.kernel * in[3];
  int64_t pixels = in[0] * rows.output * columns.output;
  channels =
      std::min({channels, graph.maxMacs() / (pixels * terms),
                graph.maxElements() / pixels, graph.maxElements() / terms});
  if (channels < 1)
    return {};
  Type result = resultOf(element);
  Value weights = makeWeights(
      graph, {channels, rows.kernel, columns.kernel, in[3]}, element);
  Value bias = makeBias(graph, channels, result);
  Value inputZp = graph.zeroPointOf(element);
  bool zeroPoint = bitsOf(weights) == 8 && random.chance(0.2);
  Value weightZp = weightZeroPoint(graph, weights, zeroPoint);
  Value sums = tosa::Conv2DOp::create(
      graph.builder,
      graph.tensor({in[0], rows.output, columns.output, channels}, result),
      input, weights, bias, inputZp, weightZp,
      ArrayRef<int64_t>{rows.before, rows.after, columns.before, columns.after},
      ArrayRef<int64_t>{rows.stride, columns.stride},
      ArrayRef<int64_t>{rows.dilation, columns.dilation},
      chooseSums(graph, element));
  return finishSums(graph, sums, terms);
}

static Value makeDepthwise(GraphBuilder &graph) {
  Random &random = graph.random;
  Type element = chooseInput(graph);
  Value input = graph.input(4, element);
  Shape in = shapeOf(input);
  Axis rows = chooseAxis(graph, in[1], false);
  Axis columns = chooseAxis(graph, in[2], false);
  int64_t multiplier = random.chance(0.7) ? 1 : random.between(2, 4);
  int64_t channels = in[3] * multiplier;
  int64_t terms = rows.kernel * columns.kernel;
  int64_t elements = in[0] * rows.output * columns.output * channels;
  if (elements * terms > graph.maxMacs() || elements > graph.maxElements())
    return {};
  Type result = resultOf(element);
  Value weights = makeWeights(
      graph, {rows.kernel, columns.kernel, in[3], multiplier}, element);
  Value bias = makeBias(graph, channels, result);
  Value sums = tosa::DepthwiseConv2DOp::create(
      graph.builder,
      graph.tensor({in[0], rows.output, columns.output, channels}, result),
      input, weights, bias, graph.zeroPointOf(element),
      weightZeroPoint(graph, weights),
      ArrayRef<int64_t>{rows.before, rows.after, columns.before, columns.after},
      ArrayRef<int64_t>{rows.stride, columns.stride},
      ArrayRef<int64_t>{rows.dilation, columns.dilation},
      chooseSums(graph, element));
  return finishSums(graph, sums, terms);
}

static Value makeMatMul(GraphBuilder &graph) {
  Type element = chooseInput(graph);
  Value a = graph.input(3, element);
  Shape in = shapeOf(a);
  int64_t width = std::min(graph.extent(graph.maxChannels()),
                           graph.maxMacs() / (in[0] * in[1] * in[2]));
  if (width < 1)
    return {};
  Value b = graph.find([&](Value value) {
    return elementOf(value) == element && typeOf(value).getRank() == 3 &&
           shapeOf(value)[0] == in[0] && shapeOf(value)[1] == in[2] &&
           shapeOf(value)[2] <= width;
  });
  if (!b)
    b = graph.data({in[0], in[2], width}, element, 0.6);
  Type result =
      element.isBF16() ? graph.builder.getF32Type() : resultOf(element);
  Value sums = tosa::MatMulOp::create(
      graph.builder, graph.tensor({in[0], in[1], shapeOf(b)[2]}, result), a, b,
      graph.zeroPointOf(element), graph.zeroPointOf(element));
  return finishSums(graph, sums, in[2]);
}

/// A fully connected layer, as TOSA 1.0 writes it.
static Value makeFullyConnected(GraphBuilder &graph) {
  Type element = graph.integer(8);
  if (graph.prefersFloats())
    element = graph.anyFloat([&](Type type) { return hasResult(graph, type); });
  Value input = graph.input(graph.random.between(1, 4), element);
  Shape in = shapeOf(input);
  int64_t batch = in.size() > 1 ? in[0] : 1;
  int64_t depth = typeOf(input).getNumElements() / batch;
  int64_t channels =
      std::min(graph.extent(graph.maxChannels()),
               graph.maxElements() / std::max<int64_t>(1, depth));
  if (channels < 1)
    return {};
  Value row = graph.reshape(input, {batch, 1, 1, depth});
  Value weights = makeWeights(graph, {channels, 1, 1, depth}, element);
  Value sums = tosa::Conv2DOp::create(
      graph.builder, graph.tensor({batch, 1, 1, channels}, resultOf(element)),
      row, weights, makeBias(graph, channels, resultOf(element)),
      graph.zeroPointOf(element), weightZeroPoint(graph, weights),
      ArrayRef<int64_t>{0, 0, 0, 0}, ArrayRef<int64_t>{1, 1},
      ArrayRef<int64_t>{1, 1}, chooseSums(graph, element));
  Value result = finishSums(graph, sums, depth);
  return graph.random.chance(0.7) ? graph.reshape(result, {batch, channels})
                                  : result;
}

static Value makePool(GraphBuilder &graph) {
  bool floats = graph.prefersFloats();
  Type element = floats ? graph.anyFloat(isWiderThanByte)
                        : graph.integer(graph.random.chance(0.85) ? 8 : 16);
  Value input = graph.input(4, element);
  Shape in = shapeOf(input);
  bool whole = graph.random.chance(0.2);
  Axis rows = chooseAxis(graph, in[1], true);
  Axis columns = chooseAxis(graph, in[2], true);
  if (whole)
    rows = {in[1], 1, 1, 0, 0, 1}, columns = {in[2], 1, 1, 0, 0, 1};
  Shape out{in[0], rows.output, columns.output, in[3]};
  int64_t elements = out[0] * out[1] * out[2] * out[3];
  if (elements > graph.maxElements() ||
      elements * rows.kernel * columns.kernel > graph.maxMacs())
    return {};
  SmallVector<int64_t> kernel{rows.kernel, columns.kernel},
      stride{rows.stride, columns.stride},
      pad{rows.before, rows.after, columns.before, columns.after};
  RankedTensorType type = graph.tensor(out, element);
  if (graph.random.chance(0.5))
    return tosa::MaxPool2dOp::create(graph.builder, type, input, kernel, stride,
                                     pad, graph.nanMode().getValue());
  Type sums = floats ? chooseSums(graph, element) : graph.integer(32);
  return tosa::AvgPool2dOp::create(
      graph.builder, type, input, graph.zeroPointOf(element),
      graph.zeroPointOf(element), kernel, stride, pad, sums);
}

const std::vector<LayerKind> lacuna::differential::matrixLayers = {
    {makeConv, 24},
    {makeDepthwise, 12},
    {makeMatMul, 8},
    {makeFullyConnected, 8},
    {makePool, 10}};
