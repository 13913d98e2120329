// Random resizes, of any legal scale, offset and border.
#include "GraphBuilder.h"

using namespace mlir;
using namespace lacuna::differential;

namespace {
/// One dimension: output o samples at (o * denominator + offset) / numerator.
struct Dimension {
  int64_t numerator, denominator, offset, border, length;
};
} // namespace

/// Within TOSA's limits, which make the length follow from the border.
static Dimension randomDimension(GraphBuilder &graph, int64_t size) {
  Random &random = graph.random;
  Dimension made;
  made.numerator =
      random.chance(0.6) ? random.between(1, 8) : random.betweenLog(1, 2048);
  made.denominator = std::min(random.betweenLog(1, 2 * made.numerator),
                              16 * made.numerator - 1);
  int64_t last = (size - 1) * made.numerator;
  made.offset =
      random.between(-made.numerator, std::min(16 * made.numerator - 1,
                                               last + made.numerator - 1));
  // The last sample lies less than an element beyond the last one.
  int64_t most = (last + made.numerator - 1 - made.offset) / made.denominator;
  most = std::min<int64_t>(most, 60);
  int64_t least = 0;
  if (last - 16 * made.numerator > made.offset)
    least = (last - 16 * made.numerator - made.offset + made.denominator - 1) /
            made.denominator;
  if (least > most)
    return {1, 1, 0, 0, size};
  int64_t steps = random.between(least, most);
  made.border = steps * made.denominator - last + made.offset;
  made.length = steps + 1;
  return made;
}

static Value makeResize(GraphBuilder &graph) {
  bool floats = graph.prefersFloats();
  bool isWide = !floats && graph.options.hasI16 && graph.random.chance(0.25);
  unsigned bits = isWide ? 16 : 8;
  Type element = floats ? graph.anyFloat(isWiderThanByte) : graph.integer(bits);
  Value input = graph.input(4, element);
  Shape shape = shapeOf(input);
  Dimension y = randomDimension(graph, shape[1]);
  Dimension x = randomDimension(graph, shape[2]);
  Shape out{shape[0], y.length, x.length, shape[3]};
  int64_t elements = 1;
  for (int64_t extent : out)
    elements *= extent;
  if (elements > graph.maxElements())
    return {};
  bool isNearest = graph.random.chance(0.4);
  auto mode = isNearest ? tosa::ResizeMode::NEAREST_NEIGHBOR
                        : tosa::ResizeMode::BILINEAR;
  Type outElement = isNearest || floats ? element
                    : bits == 8         ? graph.integer(32)
                                        : graph.integer(48);
  auto ints = [&](ArrayRef<int64_t> values) { return graph.shape(values); };
  Value result = tosa::ResizeOp::create(
      graph.builder, graph.tensor(out, outElement), input,
      ints({y.numerator, y.denominator, x.numerator, x.denominator}),
      ints({y.offset, x.offset}), ints({y.border, x.border}), mode);
  if (isNearest || floats || graph.random.chance(0.3))
    return result;
  double scale = 1.0 / (double(y.numerator) * double(x.numerator));
  return graph.rescale(result, bits, scale);
}

const std::vector<LayerKind> lacuna::differential::resizeLayers = {
    {makeResize, 4}};
