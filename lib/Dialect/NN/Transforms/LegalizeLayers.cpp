// Layers whose operands and results have quantised types, as integer layers:
// the sums are exact, and one rescale brings them to the result's scale.
#include "FloatValues.h"
#include "Legalize.h"
#include "lacuna/Dialect/NN/IR/Location.h"
#include "lacuna/Dialect/NN/IR/MatrixLayer.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace lacuna;
using namespace lacuna::nn;
using quantization::AffineScale;

llvm::Expected<RescaleAttr> nn::makeRescale(Type input, Type output,
                                            ArrayRef<double> factors,
                                            int64_t inputZp, int64_t outputZp) {
  bool isWide = input.isSignlessInteger(48);
  SmallVector<int32_t> multipliers;
  SmallVector<int8_t> shifts;
  for (double factor : factors) {
    auto multiplier = quantization::chooseMultiplier(factor, isWide ? 15 : 31);
    if (!multiplier)
      return multiplier.takeError();
    multipliers.push_back(multiplier->multiplier);
    shifts.push_back(multiplier->shift);
  }
  return RescaleAttr::get(input.getContext(), input, output, multipliers,
                          shifts, inputZp, outputZp, Rounding::Single, false,
                          false, !isWide);
}

Location nn::nameAfter(Location location, StringRef suffix) {
  auto name = location->findInstanceOf<NameLoc>();
  if (!name)
    return location;
  return NameLoc::get(
      StringAttr::get(location.getContext(),
                      name.getName().getValue() + Twine(suffix)),
      name.getChildLoc());
}

ElementwiseOp nn::makeStages(OpBuilder &builder, Location location, Value input,
                             ArrayRef<Attribute> stages) {
  Type result = cast<StageAttrInterface>(stages.back()).getOutputType();
  return ElementwiseOp::create(
      builder, location, tensorTypeOf(input).clone(result),
      ElementwiseKind::Identity, ValueRange(input), stages);
}

RankedTensorType Legalizer::storageTypeOf(Value value) const {
  auto type = tensorTypeOf(value);
  if (auto quantized = dyn_cast<quant::QuantizedType>(type.getElementType()))
    return type.clone(quantized.getStorageType());
  return type;
}

Operation *Legalizer::cloneOnIntegers(Operation *op) {
  OpBuilder builder(op);
  IRMapping mapping;
  for (Value operand : op->getOperands())
    mapping.map(operand, integersOf(operand));
  Operation *clone = builder.clone(*op, mapping);
  clone->getResult(0).setType(storageTypeOf(op->getResult(0)));
  return clone;
}

SmallVector<Attribute> Legalizer::clampsOf(Operation *op) const {
  auto type = quantizedTypeOf(op->getResult(0));
  if (!type)
    return {};
  AffineScale affine = toAffine(type);
  int64_t low = affine.minimum, high = affine.maximum;
  for (Attribute stage : cast<LayerOpInterface>(op).getEpilogueStages())
    if (auto clamp = dyn_cast<ClampAttr>(stage)) {
      low = std::max(low, affine.quantize(clamp.getMinFloat()));
      high = std::min(high, affine.quantize(clamp.getMaxFloat()));
    }
  if (low == affine.minimum && high == affine.maximum)
    return {};
  Type storage = type.getStorageType();
  return {ClampAttr::get(op->getContext(), IntegerAttr::get(storage, low),
                         IntegerAttr::get(storage, std::max(low, high)))};
}

static void setStages(Operation *op, ArrayRef<Attribute> stages) {
  cast<LayerOpInterface>(op).setEpilogueStages(stages);
}

static void setNumber(Operation *op, StringRef name, int64_t value) {
  op->setAttr(name,
              IntegerAttr::get(IntegerType::get(op->getContext(), 64), value));
}

//===----------------------------------------------------------------------===//
// Matrix operations
//===----------------------------------------------------------------------===//

namespace {
/// Scales of weights: one, or one a row; and their zero point.
struct WeightScales {
  SmallVector<double> scales;
  int64_t zeroPoint = 0;
};
} // namespace

static std::optional<WeightScales> scalesOf(Value weights) {
  Type element = tensorTypeOf(weights).getElementType();
  if (auto one = dyn_cast<quant::UniformQuantizedType>(element))
    return WeightScales{{one.getScale()}, one.getZeroPoint()};
  auto many = dyn_cast<quant::UniformQuantizedPerAxisType>(element);
  if (!many || llvm::any_of(many.getZeroPoints(),
                            [](int64_t zero) { return zero != 0; }))
    return std::nullopt;
  return WeightScales{SmallVector<double>(many.getScales()), 0};
}

/// The bias of `layer` as integers of the accumulator `type`, whose unit is
/// `units` (one, or one a row).
static llvm::Expected<Value> makeBias(const MatrixLayer &layer, Type type,
                                      ArrayRef<double> units) {
  auto values = readFloats(layer.getBias());
  if (!values)
    return makeError("its bias is no constant");
  double limit = std::ldexp(1, int(type.getIntOrFloatBitWidth()) - 1);
  std::vector<int64_t> integers;
  for (int64_t row = 0; row != layer.getRows(); ++row) {
    double unit = units[units.size() == 1 ? 0 : row];
    double value = std::round((*values)[values->size() == 1 ? 0 : row] / unit);
    if (!(value >= -limit && value < limit))
      return makeError("the bias of channel " + Twine(row) +
                       " is beyond the accumulator's type at the scale of its "
                       "weights");
    integers.push_back(int64_t(value));
  }
  OpBuilder builder(layer.getOperation());
  return makeIntegerConstant(builder, layer.getBias().getLoc(),
                             {layer.getRows()}, type, integers);
}

llvm::Expected<Value> Legalizer::makeMatrix(Operation *op) {
  MatrixLayer layer = *MatrixLayer::get(op);
  auto input = quantizedTypeOf(op->getOperand(0));
  auto output = quantizedTypeOf(op->getResult(0));
  auto weights = scalesOf(op->getOperand(1));
  if (!input || !output || !weights)
    return makeError("its types are not of one scale for activations, and one "
                     "scale a channel for weights");
  bool isWide = input.getStorageTypeIntegralWidth() == 16;
  if (isWide && weights->zeroPoint)
    return makeError("16-bit activations take weights without a zero point");
  Type accumulator = IntegerType::get(op->getContext(), isWide ? 48 : 32);
  SmallVector<double> units, factors;
  for (double scale : weights->scales) {
    units.push_back(input.getScale() * scale);
    factors.push_back(units.back() / output.getScale());
  }
  auto rescale = makeRescale(accumulator, output.getStorageType(), factors, 0,
                             output.getZeroPoint());
  if (!rescale)
    return rescale.takeError();
  Value bias;
  if (layer.getBias()) {
    auto made = makeBias(layer, accumulator, units);
    if (!made)
      return made.takeError();
    bias = *made;
  }
  Operation *made = cloneOnIntegers(op);
  if (bias)
    made->setOperand(2, bias);
  setNumber(made, "input_zp", input.getZeroPoint());
  setNumber(made, "weight_zp", weights->zeroPoint);
  made->setAttr("acc_type", TypeAttr::get(accumulator));
  SmallVector<Attribute> stages = {*rescale};
  llvm::append_range(stages, clampsOf(op));
  setStages(made, stages);
  return made->getResult(0);
}

//===----------------------------------------------------------------------===//
// Layers that keep their scale
//===----------------------------------------------------------------------===//

llvm::Expected<Value> Legalizer::makePool(PoolOp op) {
  auto type = quantizedTypeOf(op.getInput());
  if (!type || quantizedTypeOf(op.getOutput()) != type)
    return makeError("its input and result have different quantised types");
  Operation *made = cloneOnIntegers(op);
  if (op.getKind() == PoolKind::Avg) {
    setNumber(made, "input_zp", type.getZeroPoint());
    setNumber(made, "output_zp", type.getZeroPoint());
    made->setAttr("acc_type",
                  TypeAttr::get(IntegerType::get(op.getContext(), 32)));
  }
  made->removeAttr("ignore_nan");
  setStages(made, clampsOf(op));
  return made->getResult(0);
}

llvm::Expected<Value> Legalizer::makeMove(Operation *op) {
  auto type = quantizedTypeOf(op->getResult(0));
  for (Value operand : op->getOperands())
    if (isa<quant::QuantizedType>(tensorTypeOf(operand).getElementType()) &&
        quantizedTypeOf(operand) != type)
      return makeError("its inputs and result have different quantised types");
  Operation *made = cloneOnIntegers(op);
  if (auto pad = dyn_cast<PadOp>(op)) {
    double value =
        toDouble(cast<FloatType>(type.getExpressedType()), pad.getValue());
    if (std::isnan(value))
      return makeError("it pads with NaN");
    setNumber(made, "value", toAffine(type).quantize(value));
  }
  return made->getResult(0);
}

llvm::Expected<Value> Legalizer::makeResize(ResizeOp op) {
  auto type = quantizedTypeOf(op.getInput());
  if (!type || quantizedTypeOf(op.getOutput()) != type)
    return makeError("its input and result have different quantised types");
  SmallVector<Attribute> stages;
  if (op.getMode() == ResizeMode::Bilinear) {
    // The sum is of weights that are numerators: it is that much too large, and
    // so is its zero point.
    bool isWide = type.getStorageTypeIntegralWidth() == 16;
    double whole = double(op.getScale()[0]) * double(op.getScale()[2]);
    auto rescale =
        makeRescale(IntegerType::get(op.getContext(), isWide ? 48 : 32),
                    type.getStorageType(), 1 / whole, 0, 0);
    if (!rescale)
      return rescale.takeError();
    stages.push_back(*rescale);
  }
  llvm::append_range(stages, clampsOf(op));
  Operation *made = cloneOnIntegers(op);
  setStages(made, stages);
  return made->getResult(0);
}

llvm::Expected<Value> Legalizer::makeReduce(ReduceOp op) {
  auto input = quantizedTypeOf(op.getInput());
  auto output = quantizedTypeOf(op.getOutput());
  if (!input)
    return makeError("its input has no single scale");
  Operation *made = nullptr;
  SmallVector<Attribute> stages;
  if (op.getKind() == ReduceKind::Sum) {
    OpBuilder builder(op);
    Type i32 = builder.getIntegerType(32);
    auto widen =
        makeRescale(input.getStorageType(), i32, 1.0, input.getZeroPoint(), 0);
    auto narrow = makeRescale(i32, output.getStorageType(),
                              input.getScale() / output.getScale(), 0,
                              output.getZeroPoint());
    if (!widen || !narrow)
      return llvm::joinErrors(widen.takeError(), narrow.takeError());
    Value wide = makeStages(builder, nameAfter(op.getLoc(), ".widen"),
                            integersOf(op.getInput()), Attribute(*widen))
                     .getOutput();
    made = cloneOnIntegers(op);
    made->setOperand(0, wide);
    stages.push_back(*narrow);
  } else {
    if (output && output != input)
      return makeError("its input and result have different quantised types");
    made = cloneOnIntegers(op);
  }
  made->removeAttr("ignore_nan");
  llvm::append_range(stages, clampsOf(op));
  setStages(made, stages);
  return made->getResult(0);
}

//===----------------------------------------------------------------------===//
// Elementwise arithmetic
//===----------------------------------------------------------------------===//

/// Bits below the larger scale at which sums of operands of `bits` bits are
/// made: as many as leave room in 32 bits for two of them.
static int guardBits(unsigned bits) { return bits == 16 ? 13 : 20; }

llvm::Expected<Value> Legalizer::makeSum(ElementwiseOp op) {
  OpBuilder builder(op);
  Type i32 = builder.getIntegerType(32);
  auto output = quantizedTypeOf(op.getOutput());
  double largest = 0;
  int guard = 20;
  for (Value input : op.getInputs()) {
    auto type = quantizedTypeOf(input);
    largest = std::max(largest, type.getScale());
    guard = std::min(guard, guardBits(type.getStorageTypeIntegralWidth()));
  }
  double common = std::ldexp(largest, -guard);
  SmallVector<Attribute> prologue;
  for (Value input : op.getInputs()) {
    auto type = quantizedTypeOf(input);
    auto widen = makeRescale(type.getStorageType(), i32,
                             type.getScale() / common, type.getZeroPoint(), 0);
    if (!widen)
      return widen.takeError();
    prologue.push_back(builder.getArrayAttr(Attribute(*widen)));
  }
  auto narrow =
      makeRescale(i32, output.getStorageType(), common / output.getScale(), 0,
                  output.getZeroPoint());
  if (!narrow)
    return narrow.takeError();
  Operation *made = cloneOnIntegers(op);
  made->setAttr("prologue", builder.getArrayAttr(prologue));
  made->removeAttr("ignore_nan");
  SmallVector<Attribute> stages = {*narrow};
  llvm::append_range(stages, clampsOf(op));
  setStages(made, stages);
  return made->getResult(0);
}

llvm::Expected<Value> Legalizer::makeProduct(ElementwiseOp op) {
  OpBuilder builder(op);
  Type i32 = builder.getIntegerType(32);
  auto output = quantizedTypeOf(op.getOutput());
  double unit = 1;
  SmallVector<Attribute> prologue;
  for (Value input : op.getInputs()) {
    auto type = quantizedTypeOf(input);
    unit *= type.getScale();
    auto widen =
        makeRescale(type.getStorageType(), i32, 1.0, type.getZeroPoint(), 0);
    if (!widen)
      return widen.takeError();
    prologue.push_back(builder.getArrayAttr(Attribute(*widen)));
  }
  auto narrow = makeRescale(i32, output.getStorageType(),
                            unit / output.getScale(), 0, output.getZeroPoint());
  if (!narrow)
    return narrow.takeError();
  Operation *made = cloneOnIntegers(op);
  made->setAttr("prologue", builder.getArrayAttr(prologue));
  SmallVector<Attribute> stages = {*narrow};
  llvm::append_range(stages, clampsOf(op));
  setStages(made, stages);
  return made->getResult(0);
}

llvm::Expected<Value> Legalizer::makeElementwise(ElementwiseOp op) {
  for (Value value : llvm::concat<Value>(SmallVector<Value>(op.getInputs()),
                                         SmallVector<Value>{op.getOutput()}))
    if (!quantizedTypeOf(value))
      return makeError("its inputs and result need one scale each");
  switch (op.getKind()) {
  case ElementwiseKind::Add:
  case ElementwiseKind::Sub:
  case ElementwiseKind::Max:
  case ElementwiseKind::Min:
    return makeSum(op);
  case ElementwiseKind::Mul:
    return makeProduct(op);
  case ElementwiseKind::Identity: {
    auto input = quantizedTypeOf(op.getInputs()[0]);
    auto output = quantizedTypeOf(op.getOutput());
    auto rescale = makeRescale(input.getStorageType(), output.getStorageType(),
                               input.getScale() / output.getScale(),
                               input.getZeroPoint(), output.getZeroPoint());
    if (!rescale)
      return rescale.takeError();
    SmallVector<Attribute> stages;
    if (input != output)
      stages.push_back(*rescale);
    llvm::append_range(stages, clampsOf(op));
    Operation *made = cloneOnIntegers(op);
    setStages(made, stages);
    return made->getResult(0);
  }
  default:
    return makeError("it has no integer form");
  }
}

//===----------------------------------------------------------------------===//
// All layers
//===----------------------------------------------------------------------===//

llvm::Error Legalizer::legalizeLayer(Operation *op) {
  using Made = llvm::Expected<Value>;
  Made made =
      llvm::TypeSwitch<Operation *, Made>(op)
          .Case([&](PoolOp layer) { return makePool(layer); })
          .Case([&](ResizeOp layer) { return makeResize(layer); })
          .Case([&](ReduceOp layer) { return makeReduce(layer); })
          .Case([&](ElementwiseOp layer) { return makeElementwise(layer); })
          .Default([&](Operation *layer) {
            return MatrixLayer::get(layer) ? makeMatrix(layer)
                                           : makeMove(layer);
          });
  if (!made)
    return makeError(
        placeOf(op->getLoc()),
        "layer '" + getLayerName(op) +
            "' can't be made integer: " + llvm::toString(made.takeError()));
  integers[op->getResult(0)] = *made;
  return llvm::Error::success();
}
