// Random layers of which indices choose the rows.
#include "GraphBuilder.h"

using namespace mlir;
using namespace lacuna::differential;

/// The numbers below `rows` in random order.
static SmallVector<int64_t> shuffled(GraphBuilder &graph, int64_t rows) {
  SmallVector<int64_t> order;
  for (int64_t row = 0; row != rows; ++row) {
    order.push_back(row);
    std::swap(order.back(), order[graph.random.between(0, row)]);
  }
  return order;
}

static Value makeGather(GraphBuilder &graph) {
  Value values = graph.input(3, graph.anyType({8, 8, 16, 32}));
  Shape shape = shapeOf(values);
  int64_t rows = shape[1], width = graph.extent(24);
  RankedTensorType type = graph.tensor({shape[0], width}, 32);
  Value indices;
  if (graph.random.chance(0.5)) {
    SmallVector<int64_t> numbers;
    for (int64_t i = 0; i != type.getNumElements(); ++i)
      numbers.push_back(graph.random.between(0, rows - 1));
    indices = graph.constant(type, numbers);
  } else {
    // Any number at all, made a row's.
    auto limit = [&](int64_t value) {
      return graph.constant(graph.tensor({1, 1}, 32), {value});
    };
    indices = tosa::MinimumOp::create(graph.builder, type, graph.argument(type),
                                      limit(rows - 1));
    indices = tosa::MaximumOp::create(graph.builder, type, indices, limit(0));
  }
  shape[1] = width;
  return tosa::GatherOp::create(
      graph.builder, graph.tensor(shape, elementOf(values)), values, indices);
}

static Value makeScatter(GraphBuilder &graph) {
  Type element = graph.anyType({8, 8, 16, 32});
  Value values = graph.input(3, element);
  Shape shape = shapeOf(values);
  int64_t width = graph.random.between(1, shape[1]);
  SmallVector<int64_t> numbers;
  for (int64_t n = 0; n != shape[0]; ++n)
    llvm::append_range(numbers,
                       ArrayRef(shuffled(graph, shape[1])).take_front(width));
  Value indices = graph.constant(graph.tensor({shape[0], width}, 32), numbers);
  Value input = graph.data({shape[0], width, shape[2]}, element, 0.5);
  return tosa::ScatterOp::create(graph.builder, values.getType(), values,
                                 indices, input);
}

const std::vector<LayerKind> lacuna::differential::indexedLayers = {
    {makeGather, 4}, {makeScatter, 3}};
