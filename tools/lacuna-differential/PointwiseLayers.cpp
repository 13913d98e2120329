// Random elementwise layers and reductions.
#include "GraphBuilder.h"

using namespace mlir;
using namespace lacuna::differential;

/// A value with `bits` bits that has elements for each of `shape`, or one for
/// all along some axes.
static Value makePartner(GraphBuilder &graph, ArrayRef<int64_t> shape,
                         unsigned bits) {
  Value found = graph.find([&](Value value) {
    if (bitsOf(value) != bits || shapeOf(value).size() != shape.size())
      return false;
    return llvm::all_of(llvm::zip_equal(shapeOf(value), shape), [](auto pair) {
      return std::get<0>(pair) == 1 || std::get<0>(pair) == std::get<1>(pair);
    });
  });
  if (found && graph.random.chance(0.7))
    return found;
  Shape repeated(shape);
  bool repeats = graph.random.chance(0.5);
  for (int64_t &dim : repeated)
    if (repeats && graph.random.chance(0.6))
      dim = 1;
  return graph.data(repeated, bits, 0.2);
}

static Value anyInput(GraphBuilder &graph, unsigned bits) {
  return graph.input(graph.anyRank(), bits);
}

/// Swaps operands now and then: the one that is repeated may come first.
static void shuffle(GraphBuilder &graph, Value &a, Value &b) {
  if (graph.random.chance(0.3))
    std::swap(a, b);
}

/// A residual connection of 8-bit values: both go to 32 bits and the sum comes
/// back.
static Value makeResidual(GraphBuilder &graph) {
  Random &random = graph.random;
  unsigned bits = random.chance(0.85) ? 8 : 16;
  Value a = graph.input(random.chance(0.7) ? 4 : random.between(1, 3), bits);
  Value b = makePartner(graph, shapeOf(a), bits);
  RankedTensorType type = graph.tensor(shapeOf(a), 32);
  double up = bits == 8 ? 1 << 20 : 1 << 12;
  Value wideA = graph.rescale(a, 32, up);
  Value wideB = graph.rescale(b, 32, up * (0.3 + random.fraction()));
  shuffle(graph, wideA, wideB);
  Value sum;
  if (random.chance(0.8))
    sum = tosa::AddOp::create(graph.builder, type, wideA, wideB);
  else
    sum = tosa::SubOp::create(graph.builder, type, wideA, wideB);
  Value result = graph.rescale(sum, bits, 0.8 / up);
  return random.chance(0.3) ? graph.clamp(result) : result;
}

/// A product of 8 or 16-bit values, with or without the way back.
static Value makeProduct(GraphBuilder &graph) {
  unsigned bits = graph.random.chance(0.8) ? 8 : 16;
  Value a = anyInput(graph, bits), b = makePartner(graph, shapeOf(a), bits);
  RankedTensorType type = graph.tensor(shapeOf(a), 32);
  shuffle(graph, a, b);
  Value product =
      tosa::MulOp::create(graph.builder, type, a, b, graph.scalar(8, 0));
  if (graph.random.chance(0.3))
    return product;
  return graph.rescale(product, bits, bits == 8 ? 1.0 / 90 : 1.0 / 30000);
}

/// Two operands of 32 bits.
static Value makeWide(GraphBuilder &graph) {
  Random &random = graph.random;
  Value a = anyInput(graph, 32), b = makePartner(graph, shapeOf(a), 32);
  RankedTensorType type = graph.tensor(shapeOf(a), 32);
  shuffle(graph, a, b);
  ImplicitLocOpBuilder &builder = graph.builder;
  switch (random.between(0, 5)) {
  case 0:
    return tosa::AddOp::create(builder, type, a, b);
  case 1:
    return tosa::SubOp::create(builder, type, a, b);
  case 2:
    return tosa::MulOp::create(
        builder, type, a, b,
        graph.scalar(8, random.chance(0.3) ? 0 : random.between(1, 40)));
  case 3:
    return tosa::MaximumOp::create(builder, type, a, b);
  case 4:
    return tosa::MinimumOp::create(builder, type, a, b);
  default:
    return graph.rescale(a, random.pick<unsigned>({8, 8, 16, 32}), 1e-4);
  }
}

static Value makeUnary(GraphBuilder &graph) {
  Random &random = graph.random;
  ImplicitLocOpBuilder &builder = graph.builder;
  unsigned choice = random.between(0, 4);
  unsigned bits = choice < 2 ? 32 : random.pick<unsigned>({8, 8, 16, 32});
  Value input = anyInput(graph, bits);
  Type type = input.getType();
  switch (choice) {
  case 0:
    return tosa::AbsOp::create(builder, type, input);
  case 1:
    return tosa::ClzOp::create(builder, type, input);
  case 2:
    return tosa::BitwiseNotOp::create(builder, type, input);
  case 3:
    return tosa::NegateOp::create(builder, type, input,
                                  graph.scalar(bits, graph.zeroPoint(bits)),
                                  graph.scalar(bits, graph.zeroPoint(bits)));
  default:
    return tosa::IdentityOp::create(builder, type, input);
  }
}

/// Bits and shifts, at any width.
static Value makeBitwise(GraphBuilder &graph) {
  Random &random = graph.random;
  ImplicitLocOpBuilder &builder = graph.builder;
  unsigned bits = random.pick<unsigned>({8, 8, 16, 32});
  Value a = anyInput(graph, bits);
  RankedTensorType type = graph.tensor(shapeOf(a), bits);
  unsigned choice = random.between(0, 5);
  if (choice < 3) {
    Value b = makePartner(graph, shapeOf(a), bits);
    shuffle(graph, a, b);
    if (choice == 0)
      return tosa::BitwiseAndOp::create(builder, type, a, b);
    if (choice == 1)
      return tosa::BitwiseOrOp::create(builder, type, a, b);
    return tosa::BitwiseXorOp::create(builder, type, a, b);
  }
  Shape one(shapeOf(a).size(), 1);
  Value amount =
      graph.constant(graph.tensor(one, bits), random.between(0, bits - 1));
  if (choice == 3)
    return tosa::LogicalLeftShiftOp::create(builder, type, a, amount);
  if (choice == 4)
    return tosa::LogicalRightShiftOp::create(builder, type, a, amount);
  return tosa::ArithmeticRightShiftOp::create(builder, type, a, amount,
                                              random.chance(0.5));
}

/// One of two values, by a comparison.
static Value makeSelect(GraphBuilder &graph) {
  Random &random = graph.random;
  ImplicitLocOpBuilder &builder = graph.builder;
  Value a = anyInput(graph, 32), b = makePartner(graph, shapeOf(a), 32);
  RankedTensorType mask = graph.tensor(shapeOf(a), 1);
  shuffle(graph, a, b);
  Value condition;
  if (random.chance(0.5))
    condition = tosa::GreaterOp::create(builder, mask, a, b);
  else
    condition = tosa::GreaterEqualOp::create(builder, mask, a, b);
  if (random.chance(0.2))
    condition = tosa::LogicalNotOp::create(builder, mask, condition);
  unsigned bits = random.pick<unsigned>({8, 16, 32});
  Value x = makePartner(graph, mask.getShape(), bits);
  Value y = makePartner(graph, mask.getShape(), bits);
  return tosa::SelectOp::create(builder, graph.tensor(mask.getShape(), bits),
                                condition, x, y);
}

static Value makeCast(GraphBuilder &graph) {
  unsigned from = graph.random.pick<unsigned>({8, 16, 32});
  unsigned to = graph.random.pick<unsigned>({8, 16, 32});
  if (from == to)
    return {};
  Value input = anyInput(graph, from);
  return tosa::CastOp::create(graph.builder, graph.tensor(shapeOf(input), to),
                              input);
}

static Value makeRescale(GraphBuilder &graph) {
  Random &random = graph.random;
  Value input = anyInput(graph, random.chance(0.7) ? 8 : 16);
  unsigned bits = random.pick<unsigned>({8, 16, 32});
  double scale = bitsOf(input) == 8 ? 0.9 : 1.0 / 260;
  RescaleForm form;
  if (bitsOf(input) != 8 || bits != 8 || !random.chance(0.5))
    return graph.rescale(input, bits, scale);
  // Unsigned bytes between two rescales.
  form.inputZp = graph.zeroPoint(8);
  form.outputUnsigned = true;
  Value middle = graph.rescale(input, 8, scale, form);
  form = {0, graph.zeroPoint(8), true, false};
  return graph.rescale(middle, 8, scale, form);
}

/// A chain of 8-bit operations that may become one table.
static Value makeChain(GraphBuilder &graph) {
  Value value = anyInput(graph, 8);
  for (unsigned i = 0, e = graph.random.between(1, 3); i != e; ++i)
    switch (graph.random.between(0, 2)) {
    case 0:
      value = graph.clamp(value);
      break;
    case 1:
      value = graph.lookUp(value);
      break;
    default:
      value = graph.rescale(value, 8, 1.1);
    }
  return value;
}

static Value makeWideTable(GraphBuilder &graph) {
  Value result = graph.lookUp(anyInput(graph, 16));
  return graph.random.chance(0.5) ? graph.rescale(result, 16, 1.0 / 128)
                                  : result;
}

static Value makeReduce(GraphBuilder &graph) {
  Random &random = graph.random;
  ImplicitLocOpBuilder &builder = graph.builder;
  unsigned choice = random.between(0, 3);
  unsigned bits = choice == 0   ? 32
                  : choice == 3 ? random.pick<unsigned>({8, 16})
                                : random.pick<unsigned>({8, 16, 32});
  Value input = anyInput(graph, bits);
  if (choice == 0 && random.chance(0.5)) // a mean, as exporters write it
    input = graph.rescale(anyInput(graph, 8), 32, 1 << 10);
  Shape shape = shapeOf(input);
  unsigned axis = random.between(0, int64_t(shape.size()) - 1);
  if (choice == 3) {
    shape.erase(shape.begin() + axis);
    if (shape.empty())
      return {};
    return tosa::ArgMaxOp::create(builder, graph.tensor(shape, 32), input,
                                  axis);
  }
  shape[axis] = 1;
  RankedTensorType type = graph.tensor(shape, bits);
  if (choice == 1)
    return tosa::ReduceMaxOp::create(builder, type, input, axis);
  if (choice == 2)
    return tosa::ReduceMinOp::create(builder, type, input, axis);
  Value sum = tosa::ReduceSumOp::create(builder, type, input, axis);
  return random.chance(0.5) ? graph.rescale(sum, 8, 1e-3) : sum;
}

const std::vector<LayerKind> lacuna::differential::pointwiseLayers = {
    {makeResidual, 12}, {makeProduct, 4},   {makeWide, 6},  {makeUnary, 5},
    {makeBitwise, 3},   {makeSelect, 3},    {makeCast, 2},  {makeRescale, 4},
    {makeChain, 5},     {makeWideTable, 2}, {makeReduce, 8}};
