// Random layers that move elements.
#include "GraphBuilder.h"

using namespace mlir;
using namespace lacuna::differential;

static Type anyType(GraphBuilder &graph) {
  return graph.anyType({8, 8, 8, 8, 16, 32});
}

static Value anyInput(GraphBuilder &graph) {
  return graph.input(graph.anyRank(), anyType(graph));
}

static Value makeConcat(GraphBuilder &graph) {
  Value first = graph.input(graph.anyRank(), anyType(graph));
  Shape shape = shapeOf(first);
  Type element = elementOf(first);
  size_t axis = graph.random.between(0, int64_t(shape.size()) - 1);
  SmallVector<Value> inputs{first};
  for (unsigned i = 0, e = graph.random.between(1, 2); i != e; ++i) {
    Value other = graph.find([&](Value value) {
      Shape wanted = shapeOf(value);
      if (elementOf(value) != element || wanted.size() != shape.size())
        return false;
      wanted[axis] = shape[axis];
      return wanted == shape;
    });
    if (!other || graph.random.chance(0.3)) {
      Shape extents = shape;
      extents[axis] = graph.extent(12);
      other = graph.data(extents, element, 0.5);
    }
    inputs.push_back(other);
  }
  Shape out = shape;
  out[axis] = 0;
  for (Value input : inputs)
    out[axis] += shapeOf(input)[axis];
  return tosa::ConcatOp::create(graph.builder, graph.tensor(out, element),
                                inputs, uint32_t(axis));
}

static Value makeSlice(GraphBuilder &graph) {
  Value input = anyInput(graph);
  SmallVector<int64_t> start, size;
  for (int64_t dim : shapeOf(input)) {
    bool whole = graph.random.chance(0.4);
    start.push_back(whole ? 0 : graph.random.between(0, dim - 1));
    size.push_back(whole ? dim : graph.random.between(1, dim - start.back()));
  }
  return tosa::SliceOp::create(graph.builder,
                               graph.tensor(size, elementOf(input)), input,
                               graph.shape(start), graph.shape(size));
}

static Value makePad(GraphBuilder &graph) {
  Value input = anyInput(graph);
  Shape out = shapeOf(input);
  SmallVector<int64_t> padding;
  for (int64_t &dim : out) {
    bool none = graph.random.chance(0.5);
    for (int side = 0; side != 2; ++side)
      padding.push_back(none ? 0 : graph.random.between(0, 3));
    dim += padding[padding.size() - 2] + padding.back();
  }
  Type element = elementOf(input);
  return tosa::PadOp::create(graph.builder, graph.tensor(out, element), input,
                             graph.shape(padding),
                             graph.scalar(element, graph.element(element)));
}

static Value makeTranspose(GraphBuilder &graph) {
  Value input = anyInput(graph);
  SmallVector<int32_t> order(shapeOf(input).size());
  for (auto [axis, from] : llvm::enumerate(order))
    from = axis;
  for (size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[graph.random.between(0, int64_t(i) - 1)]);
  return graph.transpose(input, order);
}

/// Moves factors of the extents from axis to axis.
static Value makeReshape(GraphBuilder &graph) {
  Value input = anyInput(graph);
  Shape shape(graph.anyRank(), 1);
  for (int64_t rest = typeOf(input).getNumElements(), factor = 2; rest > 1;)
    if (rest % factor == 0) {
      shape[graph.random.between(0, int64_t(shape.size()) - 1)] *= factor;
      rest /= factor;
    } else {
      factor += factor * factor > rest ? rest - factor : 1;
    }
  return graph.reshape(input, shape);
}

static Value makeReverse(GraphBuilder &graph) {
  Value input = anyInput(graph);
  int64_t rank = typeOf(input).getRank();
  return tosa::ReverseOp::create(graph.builder, input.getType(), input,
                                 uint32_t(graph.random.between(0, rank - 1)));
}

static Value makeTile(GraphBuilder &graph) {
  Value input = anyInput(graph);
  if (typeOf(input).getNumElements() > 3000)
    return {};
  Shape out = shapeOf(input);
  SmallVector<int64_t> multiples;
  for (int64_t &dim : out) {
    multiples.push_back(graph.random.chance(0.5) ? 1
                                                 : graph.random.between(2, 3));
    dim *= multiples.back();
  }
  return tosa::TileOp::create(graph.builder,
                              graph.tensor(out, elementOf(input)), input,
                              graph.shape(multiples));
}

const std::vector<LayerKind> lacuna::differential::moveLayers = {
    {makeConcat, 8},  {makeSlice, 5},   {makePad, 5}, {makeTranspose, 5},
    {makeReshape, 4}, {makeReverse, 2}, {makeTile, 2}};
