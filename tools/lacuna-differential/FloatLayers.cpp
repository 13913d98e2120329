// Random elementwise layers, reductions and conversions of floats. What of
// floats is like integers (matrix layers, pools, resizes, movements) is where
// those are.
#include "GraphBuilder.h"

using namespace mlir;
using namespace lacuna::differential;

/// A value with the shape of `like`, or one for all along some axes.
static Value makePartner(GraphBuilder &graph, Value like, Type element) {
  Shape shape = shapeOf(like);
  Value found = graph.find([&](Value value) {
    if (elementOf(value) != element || shapeOf(value).size() != shape.size())
      return false;
    return llvm::all_of(llvm::zip_equal(shapeOf(value), shape), [](auto pair) {
      return std::get<0>(pair) == 1 || std::get<0>(pair) == std::get<1>(pair);
    });
  });
  if (found && graph.random.chance(0.7))
    return found;
  bool repeats = graph.random.chance(0.5);
  for (int64_t &dim : shape)
    if (repeats && graph.random.chance(0.6))
      dim = 1;
  return graph.data(shape, element, 0.2);
}

static Value anyInput(GraphBuilder &graph) {
  return graph.input(graph.anyRank(), graph.anyFloat(isWiderThanByte));
}

/// Limits or another type now and then, for an epilogue.
static Value finish(GraphBuilder &graph, Value result) {
  Random &random = graph.random;
  if (random.chance(0.15)) {
    Type element = graph.anyFloat([](Type) { return true; });
    if (isCast(elementOf(result), element))
      result = tosa::CastOp::create(
          graph.builder, graph.tensor(shapeOf(result), element), result);
  }
  return isWiderThanByte(elementOf(result)) && random.chance(0.25)
             ? graph.clamp(result)
             : result;
}

static Value makeBinary(GraphBuilder &graph) {
  Random &random = graph.random;
  ImplicitLocOpBuilder &builder = graph.builder;
  Value a = anyInput(graph), b = makePartner(graph, a, elementOf(a));
  Type type = a.getType();
  if (random.chance(0.3))
    std::swap(a, b);
  auto make = [&]() -> Value {
    switch (random.between(0, 5)) {
    case 0:
      return tosa::AddOp::create(builder, type, a, b);
    case 1:
      return tosa::SubOp::create(builder, type, a, b);
    case 2:
      return tosa::MulOp::create(builder, type, a, b, graph.scalar(8, 0));
    case 3:
      return tosa::MaximumOp::create(builder, type, a, b, graph.nanMode());
    case 4:
      return tosa::MinimumOp::create(builder, type, a, b, graph.nanMode());
    default:
      return tosa::PowOp::create(builder, type, a, b);
    }
  };
  return finish(graph, make());
}

template <class Op> static Value createUnary(GraphBuilder &graph, Value input) {
  return Op::create(graph.builder, input.getType(), input);
}

static Value makeUnary(GraphBuilder &graph) {
  using Maker = Value (*)(GraphBuilder &, Value);
  Maker maker = graph.random.pick<Maker>(
      {createUnary<tosa::AbsOp>, createUnary<tosa::CeilOp>,
       createUnary<tosa::FloorOp>, createUnary<tosa::ReciprocalOp>,
       createUnary<tosa::RsqrtOp>, createUnary<tosa::ExpOp>,
       createUnary<tosa::LogOp>, createUnary<tosa::SigmoidOp>,
       createUnary<tosa::TanhOp>, createUnary<tosa::ErfOp>,
       createUnary<tosa::SinOp>, createUnary<tosa::CosOp>,
       createUnary<tosa::IdentityOp>,
       [](GraphBuilder &graph, Value input) -> Value {
         Value zero = graph.scalar(elementOf(input), 0);
         return tosa::NegateOp::create(graph.builder, input.getType(), input,
                                       zero, zero);
       },
       [](GraphBuilder &graph, Value input) { return graph.clamp(input); }});
  return finish(graph, maker(graph, anyInput(graph)));
}

static Value makeSelect(GraphBuilder &graph) {
  Random &random = graph.random;
  ImplicitLocOpBuilder &builder = graph.builder;
  Value a = anyInput(graph), b = makePartner(graph, a, elementOf(a));
  RankedTensorType mask = graph.tensor(shapeOf(a), 1);
  if (random.chance(0.3))
    std::swap(a, b);
  Value condition;
  switch (random.between(0, 2)) {
  case 0:
    condition = tosa::EqualOp::create(builder, mask, a, b);
    break;
  case 1:
    condition = tosa::GreaterOp::create(builder, mask, a, b);
    break;
  default:
    condition = tosa::GreaterEqualOp::create(builder, mask, a, b);
  }
  if (random.chance(0.2))
    return condition;
  Type element = graph.anyFloat(isWiderThanByte);
  Value x = makePartner(graph, condition, element);
  Value y = makePartner(graph, condition, element);
  return finish(graph, tosa::SelectOp::create(
                           builder, graph.tensor(mask.getShape(), element),
                           condition, x, y));
}

/// From floats to floats, to integers or from them.
static Value makeCast(GraphBuilder &graph) {
  Random &random = graph.random;
  auto any = [&] {
    if (random.chance(0.7))
      return graph.anyFloat([](Type) { return true; });
    return graph.integer(random.pick<unsigned>({8, 16, 32}));
  };
  Type from = any(), to = any();
  if (!isCast(from, to))
    return {};
  Value input = graph.input(graph.anyRank(), from);
  return tosa::CastOp::create(graph.builder, graph.tensor(shapeOf(input), to),
                              input);
}

static Value makeReduce(GraphBuilder &graph) {
  Random &random = graph.random;
  ImplicitLocOpBuilder &builder = graph.builder;
  Value input = anyInput(graph);
  Shape shape = shapeOf(input);
  unsigned axis = random.between(0, int64_t(shape.size()) - 1);
  auto axisAttr = builder.getI32IntegerAttr(int32_t(axis));
  unsigned choice = random.between(0, 4);
  if (choice == 4) {
    shape.erase(shape.begin() + axis);
    if (shape.empty())
      return {};
    return tosa::ArgMaxOp::create(builder, graph.tensor(shape, 32), input,
                                  axisAttr, graph.nanMode());
  }
  shape[axis] = 1;
  RankedTensorType type = graph.tensor(shape, elementOf(input));
  auto make = [&]() -> Value {
    switch (choice) {
    case 0:
      return tosa::ReduceSumOp::create(builder, type, input, axisAttr);
    case 1:
      return tosa::ReduceProductOp::create(builder, type, input, axisAttr);
    case 2:
      return tosa::ReduceMaxOp::create(builder, type, input, axisAttr,
                                       graph.nanMode());
    default:
      return tosa::ReduceMinOp::create(builder, type, input, axisAttr,
                                       graph.nanMode());
    }
  };
  return finish(graph, make());
}

/// A softmax over the last axis, as exporters write it.
static Value makeSoftmax(GraphBuilder &graph) {
  ImplicitLocOpBuilder &builder = graph.builder;
  Value input = anyInput(graph);
  Shape shape = shapeOf(input);
  auto axis = builder.getI32IntegerAttr(int32_t(shape.size()) - 1);
  shape.back() = 1;
  RankedTensorType row = graph.tensor(shape, elementOf(input));
  Type type = input.getType();
  Value most =
      tosa::ReduceMaxOp::create(builder, row, input, axis, graph.nanMode());
  Value centred = tosa::SubOp::create(builder, type, input, most);
  Value powers = tosa::ExpOp::create(builder, type, centred);
  Value sum = tosa::ReduceSumOp::create(builder, row, powers, axis);
  Value factor = tosa::ReciprocalOp::create(builder, row, sum);
  return tosa::MulOp::create(builder, type, powers, factor, graph.scalar(8, 0));
}

const std::vector<LayerKind> lacuna::differential::floatLayers = {
    {makeBinary, 18}, {makeUnary, 12}, {makeSelect, 4},
    {makeCast, 8},    {makeReduce, 8}, {makeSoftmax, 3}};
