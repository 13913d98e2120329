// Values, constants and rescales of random networks.
#include "GraphBuilder.h"

#include "Constants.h"
#include "RandomFloat.h"

#include <cmath>

using namespace mlir;
using namespace lacuna::differential;

GraphBuilder::GraphBuilder(MLIRContext *context, uint64_t seed,
                           const GraphOptions &options)
    : random(seed, /*stream=*/2), options(options), isLarge(random.chance(0.1)),
      hasSpecials(!options.floats.empty() && random.chance(0.25)),
      module(ModuleOp::create(UnknownLoc::get(context))),
      builder(UnknownLoc::get(context), context) {
  builder.setInsertionPointToEnd(module->getBody());
  function =
      func::FuncOp::create(builder, "main", builder.getFunctionType({}, {}));
  builder.setInsertionPointToEnd(function.addEntryBlock());
}

bool lacuna::differential::isCast(Type from, Type to) {
  bool floats = isa<FloatType>(from) && isa<FloatType>(to);
  if (from == to || (!isa<FloatType>(from) && !isa<FloatType>(to)))
    return false;
  if (!floats)
    return isa<FloatType>(from) ? isWiderThanByte(from) : isWiderThanByte(to);
  return from.getIntOrFloatBitWidth() != to.getIntOrFloatBitWidth();
}

int64_t GraphBuilder::extent(int64_t most) {
  return random.chance(0.15) ? 1 : random.betweenLog(1, most);
}

Shape GraphBuilder::randomShape(unsigned rank) {
  int64_t batch = random.chance(0.7) ? 1 : random.between(2, 3);
  bool isLong = random.chance(0.15);
  Shape shape;
  if (rank == 6)
    shape = {batch, extent(3), extent(4), extent(6), extent(6), extent(12)};
  else if (rank == 5)
    shape = {batch, extent(6), extent(8), extent(8), extent(24)};
  else if (rank == 4 && isLong)
    shape = {batch, random.between(1, 3), random.betweenLog(16, 200),
             extent(16)};
  else if (rank == 4)
    shape = {batch, extent(20), extent(20), extent(isLarge ? 160 : 24)};
  else if (rank == 3)
    shape = {batch, extent(24), extent(maxChannels())};
  else if (rank == 2)
    shape = {extent(24), extent(isLong ? 400 : 64)};
  else
    shape = {extent(isLong ? 900 : 64)};
  return shape;
}

int64_t GraphBuilder::element(unsigned bits) {
  if (bits == 1)
    return random.between(0, 1);
  int64_t greatest = (int64_t(1) << (bits - 1)) - 1;
  if (random.chance(0.05))
    return random.pick<int64_t>({greatest, -greatest - 1, 0, 1, -1});
  int64_t most = std::min<int64_t>(greatest, 1 << 20);
  return random.between(-most - 1, most);
}

Type GraphBuilder::anyFloat(llvm::function_ref<bool(Type)> suits) {
  SmallVector<Type> types;
  for (lacuna::ElementType element : options.floats)
    if (Type type = floatTypeOf(element, builder.getContext()); suits(type))
      types.push_back(type);
  return types.empty() ? Type() : random.pick(ArrayRef<Type>(types));
}

Type GraphBuilder::anyType(std::initializer_list<unsigned> bits) {
  if (prefersFloats())
    return anyFloat([](Type) { return true; });
  return integer(random.pick(bits));
}

int64_t GraphBuilder::element(Type type) {
  auto floats = dyn_cast<FloatType>(type);
  if (!floats)
    return element(type.getIntOrFloatBitWidth());
  return randomFloat(floats.getFloatSemantics(), random, hasSpecials);
}

Value GraphBuilder::zeroPointOf(Type type) {
  if (isa<FloatType>(type))
    return scalar(type, 0);
  return scalar(type, zeroPoint(type.getIntOrFloatBitWidth()));
}

tosa::NanPropagationModeAttr GraphBuilder::nanMode() {
  bool ignores = !options.floats.empty() && random.chance(0.4);
  return tosa::NanPropagationModeAttr::get(
      builder.getContext(), ignores ? tosa::NanPropagationMode::IGNORE
                                    : tosa::NanPropagationMode::PROPAGATE);
}

Value GraphBuilder::argument(Type type) {
  return function.front().addArgument(type, builder.getLoc());
}

Value GraphBuilder::constant(RankedTensorType type, ArrayRef<int64_t> values) {
  return tosa::ConstOp::create(builder, type, constantAttribute(type, values));
}

Value GraphBuilder::scalar(Type element, int64_t value) {
  return constant(RankedTensorType::get({1}, element), value);
}

Value GraphBuilder::shape(ArrayRef<int64_t> extents) {
  return tosa::ConstShapeOp::create(
      builder, tosa::shapeType::get(builder.getContext(), extents.size()),
      builder.getIndexTensorAttr(extents));
}

/// Zeros anywhere, or where a pattern N:4 along each first coordinate has them.
void GraphBuilder::addZeros(ArrayRef<int64_t> shape,
                            MutableArrayRef<int64_t> elements) {
  if (random.chance(0.5))
    return;
  double share = random.pick<double>({0.3, 0.6, 0.95});
  int64_t nonzeros = random.pick<int64_t>({1, 2, 4, 4});
  int64_t channel = shape.empty() ? 1 : elements.size() / shape.front();
  for (auto [index, value] : llvm::enumerate(elements))
    if (nonzeros < 4 ? int64_t(index) % channel % 4 >= nonzeros
                     : random.chance(share))
      value = 0;
}

Value GraphBuilder::data(ArrayRef<int64_t> shape, Type elementType,
                         double argumentChance) {
  RankedTensorType type = tensor(shape, elementType);
  if (random.chance(argumentChance))
    return argument(type);
  if (random.chance(0.1))
    return constant(type, element(elementType)); // the same everywhere
  SmallVector<int64_t> elements(type.getNumElements());
  for (int64_t &value : elements)
    value = element(elementType);
  addZeros(shape, elements);
  return constant(type, elements);
}

/// The nearest multiplier and shift to `scale`, with `bits` bits.
static std::pair<int64_t, int64_t> scaleOf(double scale, unsigned bits) {
  int exponent;
  double mantissa = std::frexp(scale, &exponent);
  int64_t multiplier = std::llround(std::ldexp(mantissa, bits - 1));
  int64_t shift = int64_t(bits) - 1 - exponent;
  if (multiplier == int64_t(1) << (bits - 1))
    multiplier /= 2, --shift;
  return {multiplier, std::clamp<int64_t>(shift, 2, 62)};
}

Value GraphBuilder::rescale(Value input, unsigned bits, double scale,
                            const RescaleForm &form) {
  bool scale32 = bitsOf(input) != 48 && random.chance(0.9);
  using Rounding = tosa::RoundingMode;
  Rounding rounding =
      scale32 ? random.pick({Rounding::SINGLE_ROUND, Rounding::DOUBLE_ROUND,
                             Rounding::INEXACT_ROUND})
              : random.pick({Rounding::SINGLE_ROUND, Rounding::INEXACT_ROUND});
  Shape shape = shapeOf(input);
  bool perChannel = !shape.empty() && random.chance(0.4);
  int64_t count = perChannel ? shape.back() : 1;
  unsigned scaleBits = scale32 ? 32 : 16;
  SmallVector<int64_t> multipliers, shifts;
  for (int64_t i = 0; i != count; ++i) {
    auto [multiplier, shift] =
        scaleOf(scale * (0.5 + random.fraction()), scaleBits);
    if (random.chance(0.02)) { // anything legal
      multiplier = random.between(0, (int64_t(1) << (scaleBits - 1)) - 1);
      shift = random.between(2, 62);
    } else if (random.chance(0.02)) {
      multiplier = 0;
    }
    multipliers.push_back(multiplier);
    shifts.push_back(shift);
  }
  auto elementOf = [&](unsigned width, bool isUnsigned) -> Type {
    return isUnsigned ? builder.getIntegerType(width, /*isSigned=*/false)
                      : integer(width);
  };
  Value multiplier = constant(tensor({count}, scaleBits), multipliers);
  Value shift = constant(tensor({count}, 8), shifts);
  bool readsUnsigned = typeOf(input).getElementType().isUnsignedInteger();
  Value inputZp = scalar(elementOf(bitsOf(input), readsUnsigned), form.inputZp);
  Value outputZp = scalar(elementOf(bits, false), form.outputZp);
  return tosa::RescaleOp::create(
      builder, tensor(shape, bits), input, multiplier, shift, inputZp, outputZp,
      scale32, rounding, perChannel, form.inputUnsigned, form.outputUnsigned);
}

Value GraphBuilder::rescale(Value input, unsigned bits, double scale) {
  RescaleForm form;
  form.inputZp = zeroPoint(bitsOf(input));
  form.outputZp = zeroPoint(bits);
  return rescale(input, bits, scale, form);
}

/// Between two numbers, or from one on.
Value GraphBuilder::clampFloats(Value input) {
  auto type = cast<FloatType>(elementOf(input));
  auto limit = [&] {
    for (;;) {
      APFloat value(type.getFloatSemantics(),
                    APInt(type.getWidth(), uint64_t(element(type))));
      if (!value.isNaN())
        return value;
    }
  };
  APFloat low =
      random.chance(0.4) ? APFloat::getZero(type.getFloatSemantics()) : limit();
  APFloat high = limit();
  if (low > high)
    std::swap(low, high);
  return tosa::ClampOp::create(builder, input.getType(), input,
                               FloatAttr::get(type, low),
                               FloatAttr::get(type, high), nanMode());
}

Value GraphBuilder::clamp(Value input) {
  if (bitsOf(input) == 0)
    return clampFloats(input);
  int64_t low = element(bitsOf(input)), high = element(bitsOf(input));
  if (low > high)
    std::swap(low, high);
  Type element = typeOf(input).getElementType();
  return tosa::ClampOp::create(builder, input.getType(), input,
                               builder.getIntegerAttr(element, low),
                               builder.getIntegerAttr(element, high));
}

Value GraphBuilder::lookUp(Value input) {
  bool narrow = bitsOf(input) == 8;
  int64_t entries = narrow ? 256 : 513;
  SmallVector<int64_t> table(entries);
  for (int64_t &entry : table)
    entry = element(bitsOf(input)) / (narrow ? 1 : 2);
  return tosa::TableOp::create(
      builder, tensor(shapeOf(input), narrow ? 8 : 32), input,
      constant(tensor({entries}, bitsOf(input)), table));
}

Value GraphBuilder::transpose(Value input, ArrayRef<int32_t> order) {
  Shape from = shapeOf(input), to;
  for (int32_t axis : order)
    to.push_back(from[axis]);
  return tosa::TransposeOp::create(builder, tensor(to, elementOf(input)), input,
                                   order);
}

Value GraphBuilder::reshape(Value input, ArrayRef<int64_t> extents) {
  return tosa::ReshapeOp::create(builder, tensor(extents, elementOf(input)),
                                 input, shape(extents));
}

Value GraphBuilder::find(llvm::function_ref<bool(Value)> suits) {
  SmallVector<Value> found;
  llvm::copy_if(values, std::back_inserter(found), suits);
  if (found.empty())
    return {};
  return random.chance(0.6) ? found.back() : random.pick(ArrayRef(found));
}

Value GraphBuilder::input(unsigned rank, Type element) {
  Value found = find([&](Value value) {
    return typeOf(value).getRank() == int64_t(rank) &&
           elementOf(value) == element;
  });
  if (found && random.chance(0.9))
    return found;
  Shape shape = randomShape(rank);
  if (element.isInteger(8) &&
      random.chance(0.1)) { // unsigned outside, signed inside
    Type type = RankedTensorType::get(
        shape, builder.getIntegerType(8, /*isSigned=*/false));
    RescaleForm form;
    form.inputZp = random.between(0, 255);
    form.outputZp = zeroPoint(8);
    form.inputUnsigned = true;
    values.push_back(rescale(argument(type), 8, 0.9, form));
  } else {
    values.push_back(argument(tensor(shape, element)));
  }
  return values.back();
}

/// Now and then an unsigned result.
Value GraphBuilder::asResult(Value value) {
  if (bitsOf(value) != 8 || !random.chance(0.1))
    return value;
  auto type = RankedTensorType::get(
      shapeOf(value), builder.getIntegerType(8, /*isSigned=*/false));
  int64_t zeroPoint = random.between(0, 255);
  Value one = scalar(32, int64_t(1) << 30), shift = scalar(8, 30);
  return tosa::RescaleOp::create(
      builder, type, value, one, shift, scalar(8, this->zeroPoint(8)),
      scalar(type.getElementType(), zeroPoint), /*scale32=*/true,
      tosa::RoundingMode::SINGLE_ROUND, /*per_channel=*/false,
      /*input_unsigned=*/false, /*output_unsigned=*/true);
}

OwningOpRef<ModuleOp> GraphBuilder::finish() {
  SmallVector<Value> results;
  for (Value value : values)
    if (value.use_empty() || random.chance(0.03))
      results.push_back(asResult(value));
  if (random.chance(0.03))
    results.push_back(results.front()); // given twice
  func::ReturnOp::create(builder, results);
  function.setFunctionType(builder.getFunctionType(
      function.front().getArgumentTypes(), ValueRange(results).getTypes()));
  return std::move(module);
}
