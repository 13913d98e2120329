// Random convolutions in three dimensions, and transposed ones.
#include "MatrixParts.h"

using namespace mlir;
using namespace lacuna::differential;

/// A volume: one that there is, a map as the slices of one or as one slice, or
/// an argument.
static Value chooseVolume(GraphBuilder &graph, Type element) {
  Value map = graph.find([&](Value value) {
    return typeOf(value).getRank() == 4 && elementOf(value) == element;
  });
  if (!map || graph.random.chance(0.5))
    return graph.input(5, element);
  Shape shape = shapeOf(map);
  shape.insert(shape.begin() + graph.random.between(0, 1), 1);
  return graph.reshape(map, shape);
}

static Value makeConv3D(GraphBuilder &graph) {
  Type element = chooseInput(graph);
  Value input = chooseVolume(graph, element);
  Shape in = shapeOf(input);
  Axis axes[3];
  Shape weightShape{1}, out{in[0]}, stride, dilation, padding;
  int64_t terms = in[4], pixels = in[0];
  for (unsigned i = 0; i != 3; ++i) {
    Axis &axis = axes[i] = chooseAxis(graph, in[i + 1], false);
    weightShape.push_back(axis.kernel);
    out.push_back(axis.output);
    stride.push_back(axis.stride);
    dilation.push_back(axis.dilation);
    padding.append({axis.before, axis.after});
    terms *= axis.kernel;
    pixels *= axis.output;
  }
  int64_t channels = std::min(
      {graph.extent(graph.maxChannels()), graph.maxMacs() / pixels / terms,
       graph.maxElements() / pixels, graph.maxElements() / terms});
  if (channels < 1)
    return {};
  weightShape.front() = channels;
  weightShape.push_back(in[4]);
  out.push_back(channels);
  Type sumType = resultOf(element);
  Value weights = makeWeights(graph, weightShape, element);
  Value bias = makeBias(graph, channels, sumType);
  bool zeroPoint = bitsOf(weights) == 8 && graph.random.chance(0.2);
  Value inputZp = graph.zeroPointOf(element);
  Value weightZp = weightZeroPoint(graph, weights, zeroPoint);
  Value sums = tosa::Conv3DOp::create(
      graph.builder, graph.tensor(out, sumType), input, weights, bias, inputZp,
      weightZp, padding, stride, dilation, chooseSums(graph, element));
  Value result = finishSums(graph, sums, terms);
  // Slices as a batch, for layers that know no volumes.
  if (graph.random.chance(0.5))
    return graph.reshape(result, {out[0] * out[1], out[2], out[3], channels});
  return result;
}

/// One axis of a transposed convolution: more or less is added or cut off, as
/// TOSA allows; at most 3 times the extent of the input comes out.
static Axis chooseTransposedAxis(GraphBuilder &graph, int64_t extent) {
  Random &random = graph.random;
  Axis axis;
  axis.kernel = random.chance(0.2) ? 1 : random.betweenLog(1, 6);
  axis.stride = random.chance(0.2) ? 1 : random.between(2, 3);
  auto side = [&] {
    return random.chance(0.4) ? 0 : random.between(1 - axis.kernel, 3);
  };
  axis.before = side();
  axis.after = side();
  axis.output =
      (extent - 1) * axis.stride + axis.before + axis.after + axis.kernel;
  if (axis.output < 1) {
    axis.before = axis.after = 0;
    axis.output = (extent - 1) * axis.stride + axis.kernel;
  }
  return axis;
}

static Value makeTransposed(GraphBuilder &graph) {
  Type element = chooseInput(graph);
  Value input = graph.input(4, element);
  Shape in = shapeOf(input);
  Axis rows = chooseTransposedAxis(graph, in[1]);
  Axis columns = chooseTransposedAxis(graph, in[2]);
  int64_t taps = rows.kernel * columns.kernel;
  int64_t products = in[0] * in[1] * in[2] * in[3] * taps;
  int64_t pixels = in[0] * rows.output * columns.output;
  int64_t channels = std::min(
      {graph.extent(graph.maxChannels()), graph.maxMacs() / products,
       graph.maxElements() / pixels, graph.maxElements() / (taps * in[3])});
  if (channels < 1)
    return {};
  Type sumType = resultOf(element);
  Value weights = makeWeights(
      graph, {channels, rows.kernel, columns.kernel, in[3]}, element);
  Value bias = makeBias(graph, channels, sumType);
  bool zeroPoint = bitsOf(weights) == 8 && graph.random.chance(0.2);
  Value inputZp = graph.zeroPointOf(element);
  Value weightZp = weightZeroPoint(graph, weights, zeroPoint);
  Value sums = tosa::TransposeConv2DOp::create(
      graph.builder,
      graph.tensor({in[0], rows.output, columns.output, channels}, sumType),
      input, weights, bias, inputZp, weightZp,
      ArrayRef<int64_t>{rows.before, rows.after, columns.before, columns.after},
      ArrayRef<int64_t>{rows.stride, columns.stride},
      chooseSums(graph, element));
  return finishSums(graph, sums, taps * in[3]);
}

const std::vector<LayerKind> lacuna::differential::volumeLayers = {
    {makeConv3D, 8}, {makeTransposed, 8}};
