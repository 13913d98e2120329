// Random layers on booleans, and divisions.
#include "GraphBuilder.h"

using namespace mlir;
using namespace lacuna::differential;

/// A value of `bits` bits with the shape of `like`, or one for all along some
/// axes.
static Value makeOther(GraphBuilder &graph, Value like, unsigned bits) {
  Value found = graph.find([&](Value value) {
    return bitsOf(value) == bits && shapeOf(value) == shapeOf(like);
  });
  if (found && graph.random.chance(0.6))
    return found;
  Shape shape = shapeOf(like);
  bool repeats = graph.random.chance(0.4);
  for (int64_t &dim : shape)
    if (repeats && graph.random.chance(0.5))
      dim = 1;
  return graph.data(shape, bits, 0.3);
}

static Value makeComparison(GraphBuilder &graph, Value a) {
  Value b = makeOther(graph, a, 32);
  RankedTensorType type = graph.tensor(shapeOf(a), 1);
  switch (graph.random.between(0, 2)) {
  case 0:
    return tosa::EqualOp::create(graph.builder, type, a, b);
  case 1:
    return tosa::GreaterOp::create(graph.builder, type, a, b);
  default:
    return tosa::GreaterEqualOp::create(graph.builder, type, a, b);
  }
}

static Value combine(GraphBuilder &graph, Value a, Value b) {
  Type type = a.getType();
  switch (graph.random.between(0, 2)) {
  case 0:
    return tosa::LogicalAndOp::create(graph.builder, type, a, b);
  case 1:
    return tosa::LogicalOrOp::create(graph.builder, type, a, b);
  default:
    return tosa::LogicalXorOp::create(graph.builder, type, a, b);
  }
}

/// Whether all, or any, along an axis are true.
static Value reduce(GraphBuilder &graph, Value condition) {
  Shape shape = shapeOf(condition);
  unsigned axis = graph.random.between(0, int64_t(shape.size()) - 1);
  shape[axis] = 1;
  RankedTensorType type = graph.tensor(shape, 1);
  if (graph.random.chance(0.5))
    return tosa::ReduceAllOp::create(graph.builder, type, condition, axis);
  return tosa::ReduceAnyOp::create(graph.builder, type, condition, axis);
}

/// Comparisons, what combines them, and perhaps the way back to numbers.
static Value makeLogic(GraphBuilder &graph) {
  Random &random = graph.random;
  Value numbers = graph.input(graph.anyRank(), 32);
  Value condition = makeComparison(graph, numbers);
  if (random.chance(0.6))
    condition = combine(graph, condition,
                        random.chance(0.7) ? makeComparison(graph, numbers)
                                           : makeOther(graph, numbers, 1));
  if (random.chance(0.3))
    condition = reduce(graph, condition);
  if (random.chance(0.3))
    return condition;
  unsigned bits = random.pick<unsigned>({8, 16, 32});
  return tosa::CastOp::create(
      graph.builder, graph.tensor(shapeOf(condition), bits), condition);
}

/// Neither by 0 (an error on this machine) nor by -1 (of -2^31, a trap on
/// others).
static Value makeDivision(GraphBuilder &graph) {
  Value a = graph.input(graph.anyRank(), 32);
  Shape shape = shapeOf(a);
  RankedTensorType type = graph.tensor(shape, 32);
  Value divisor;
  if (graph.random.chance(0.5)) {
    divisor = makeOther(graph, a, 32);
    Shape one(shape.size(), 1);
    divisor = tosa::MaximumOp::create(
        graph.builder, divisor.getType(), divisor,
        graph.constant(graph.tensor(one, 32), {graph.random.between(1, 9)}));
  } else {
    SmallVector<int64_t> divisors(type.getNumElements());
    for (int64_t &value : divisors)
      value = graph.random.betweenLog(2, 1 << 30) *
              graph.random.pick<int64_t>({-1, 1});
    divisor = graph.constant(type, divisors);
  }
  return tosa::IntDivOp::create(graph.builder, type, a, divisor);
}

/// From booleans, which nothing else reads, and to them.
static Value makeBooleanCast(GraphBuilder &graph) {
  unsigned bits = graph.random.pick<unsigned>({8, 16, 32});
  if (graph.random.chance(0.5)) {
    Value input = graph.input(graph.anyRank(), bits);
    return tosa::CastOp::create(graph.builder, graph.tensor(shapeOf(input), 1),
                                input);
  }
  Value input = graph.input(graph.anyRank(), 1);
  return tosa::CastOp::create(graph.builder, graph.tensor(shapeOf(input), bits),
                              input);
}

const std::vector<LayerKind> lacuna::differential::logicLayers = {
    {makeLogic, 4}, {makeDivision, 3}, {makeBooleanCast, 1}};
