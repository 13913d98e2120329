// Functions of floats between integers: trees of elementwise layers as tables,
// and the softmax with a table and an integer division.
#include "FloatValues.h"
#include "Legalize.h"
#include "lacuna/Dialect/NN/IR/ConstantData.h"
#include "lacuna/Dialect/NN/IR/Location.h"
#include "lacuna/Reference/Interpreter.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace lacuna;
using namespace lacuna::nn;
using quantization::AffineScale;

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

/// A function of a row of floats that computes what `tree` makes of `variable`.
static OwningOpRef<func::FuncOp> makeRowFunction(Value variable, Value root,
                                                 ArrayRef<Operation *> tree,
                                                 int64_t length) {
  OpBuilder builder(root.getContext());
  auto rowOf = [&](Value value, int64_t count) {
    return RankedTensorType::get({count}, tensorTypeOf(value).getElementType());
  };
  auto function = func::FuncOp::create(
      root.getLoc(), "table",
      builder.getFunctionType(rowOf(variable, length), rowOf(root, length)));
  builder.setInsertionPointToStart(function.addEntryBlock());
  IRMapping mapping;
  mapping.map(variable, function.getArgument(0));
  for (Operation *op : tree) {
    for (Value input : op->getOperands())
      if (!mapping.contains(input)) {
        auto constant = input.getDefiningOp<ConstantOp>();
        auto data = *ConstantData::get(constant.getValue());
        auto element = DenseElementsAttr::getFromRawBuffer(
            rowOf(input, 1),
            data.getBytes().take_front(data.getElementBytes()));
        mapping.map(
            input,
            ConstantOp::create(builder, input.getLoc(), element).getOutput());
      }
    Operation *clone = builder.clone(*op, mapping);
    clone->getResult(0).setType(rowOf(op->getResult(0), length));
  }
  func::ReturnOp::create(builder, root.getLoc(), mapping.lookup(root));
  return function;
}

/// What `tree` makes of each of `inputs`, by the reference interpreter.
static llvm::Expected<std::vector<double>> evaluate(Value variable, Value root,
                                                    ArrayRef<Operation *> tree,
                                                    ArrayRef<double> inputs) {
  auto function = makeRowFunction(variable, root, tree, inputs.size());
  auto interpreter = reference::Interpreter::create(*function);
  if (!interpreter)
    return interpreter.takeError();
  auto type = cast<FloatType>(tensorTypeOf(variable).getElementType());
  reference::Tensor row(int64_t(inputs.size()),
                        *reference::elementTypeOf(type));
  for (auto [bits, value] : llvm::zip_equal(row.values, inputs)) {
    APFloat number(value);
    bool unused = false;
    number.convert(type.getFloatSemantics(), APFloat::rmNearestTiesToEven,
                   &unused);
    bits = int64_t(number.bitcastToAPInt().getZExtValue());
  }
  auto results = interpreter->run({std::move(row)});
  if (!results)
    return results.takeError();
  auto resultType = cast<FloatType>(tensorTypeOf(root).getElementType());
  std::vector<double> values;
  for (int64_t bits : results->front().values) {
    values.push_back(toDouble(resultType, bits));
    if (std::isnan(values.back()))
      return makeError("it gives NaN for " +
                       Twine(std::to_string(inputs[values.size() - 1])));
  }
  return values;
}

static DenseElementsAttr tableOf(Type type, ArrayRef<int64_t> entries) {
  SmallVector<APInt> values;
  for (int64_t entry : entries)
    values.push_back(APInt(type.getIntOrFloatBitWidth(), uint64_t(entry),
                           /*isSigned=*/true));
  return DenseElementsAttr::get(
      RankedTensorType::get(int64_t(entries.size()), type), values);
}

/// Stages from i16 by a table of 513 entries and a rescale to `output`.
static llvm::Expected<SmallVector<Attribute>>
makeWideTable(MLIRContext *context, ArrayRef<double> values,
              quant::UniformQuantizedType output) {
  Type i16 = IntegerType::get(context, 16), i32 = IntegerType::get(context, 32);
  double largest = 0;
  for (double value : values)
    largest = std::max(largest, std::min(std::abs(value),
                                         double(toAffine(output).maximum + 1) *
                                             256 * output.getScale()));
  double unit = largest > 0 ? largest / 32767 : 1;
  SmallVector<int64_t> entries;
  for (double value : values)
    entries.push_back(
        int64_t(std::clamp(std::round(value / unit), -32767.0, 32767.0)));
  // The interpolated value has seven bits of fraction.
  auto rescale =
      makeRescale(i32, output.getStorageType(), unit / 128 / output.getScale(),
                  0, output.getZeroPoint());
  if (!rescale)
    return rescale.takeError();
  return SmallVector<Attribute>{
      TableAttr::get(context, i16, i32, tableOf(i16, entries)), *rescale};
}

llvm::Expected<Value> Legalizer::makeTable(quant::QuantizeCastOp qcast,
                                           Value variable,
                                           ArrayRef<Operation *> tree) {
  auto leaf = variable.getDefiningOp<quant::DequantizeCastOp>();
  auto input =
      leaf ? quantizedTypeOf(leaf.getInput()) : quant::UniformQuantizedType();
  auto output = quantizedTypeOf(qcast.getResult());
  if (!input || !output)
    return Value();
  AffineScale from = toAffine(input), to = toAffine(output);
  std::vector<double> points;
  if (from.bits == 8)
    for (int64_t code = -128; code != 128; ++code)
      points.push_back(from.dequantize(code));
  else
    for (int64_t code = -32768; code <= 32768; code += 128)
      points.push_back(from.dequantize(code));
  auto values = evaluate(variable, qcast.getInput(), tree, points);
  if (!values)
    return values.takeError();
  MLIRContext *context = qcast.getContext();
  SmallVector<Attribute> stages;
  if (from.bits == 8) {
    SmallVector<int64_t> entries;
    for (double value : *values)
      entries.push_back(to.quantize(value));
    stages.push_back(TableAttr::get(context, input.getStorageType(),
                                    output.getStorageType(),
                                    tableOf(output.getStorageType(), entries)));
  } else {
    auto wide = makeWideTable(context, *values, output);
    if (!wide)
      return wide.takeError();
    stages = std::move(*wide);
  }
  OpBuilder builder(qcast);
  Operation *root = qcast.getInput().getDefiningOp();
  return makeStages(builder, root->getLoc(), integersOf(leaf.getInput()),
                    stages)
      .getOutput();
}

//===----------------------------------------------------------------------===//
// Softmax
//===----------------------------------------------------------------------===//

/// The difference from the largest element that `code` stands for in the table
/// of a softmax of integers of `bits` bits. Of 8 bits, all 256 fit; of 16,
/// every second does, and what is above 0 doesn't occur.
static int64_t differenceAt(unsigned bits, int64_t code) {
  return bits == 8 ? code - 127 : 2 * std::min<int64_t>(code, 0);
}

/// Stages that turn the difference from the largest element (i32, at most 0) of
/// integers of `input` into `exp` of what they stand for, as i32; the table
/// holds `one` for 1.
static llvm::Expected<SmallVector<Attribute>>
makePowers(quant::UniformQuantizedType input, ElementwiseOp exp, double one) {
  MLIRContext *context = input.getContext();
  unsigned bits = input.getStorageTypeIntegralWidth();
  Type narrow = input.getStorageType(), i32 = IntegerType::get(context, 32);
  int64_t step = bits == 8 ? 1 : 128, end = bits == 8 ? 127 : 32768;
  std::vector<double> points;
  for (int64_t code = llvm::minIntN(bits); code <= end; code += step)
    points.push_back(input.getScale() * double(differenceAt(bits, code)));
  auto powers =
      evaluate(exp.getInputs()[0], exp.getOutput(), exp.getOperation(), points);
  if (!powers)
    return powers.takeError();
  SmallVector<int64_t> entries;
  for (double power : *powers)
    entries.push_back(int64_t(std::round(one * std::clamp(power, 0.0, 1.0))));
  auto move = bits == 8 ? makeRescale(i32, narrow, 1.0, 0, 127)
                        : makeRescale(i32, narrow, 0.5, 0, 0);
  if (!move)
    return move.takeError();
  return SmallVector<Attribute>{
      *move, TableAttr::get(context, narrow, i32,
                            tableOf(bits == 8 ? i32 : narrow, entries))};
}

llvm::Expected<Value> Legalizer::makeSoftmax(quant::QuantizeCastOp qcast,
                                             const Softmax &softmax) {
  auto leaf = softmax.input.getDefiningOp<quant::DequantizeCastOp>();
  auto input =
      leaf ? quantizedTypeOf(leaf.getInput()) : quant::UniformQuantizedType();
  auto output = quantizedTypeOf(qcast.getResult());
  if (!input || !output)
    return Value();
  OpBuilder builder(qcast);
  Value value = integersOf(leaf.getInput());
  auto type = tensorTypeOf(value);
  Type i32 = builder.getIntegerType(32);
  int64_t length = type.getShape()[softmax.axis];
  // Powers have as many bits as let `length` of them add up in 31, and one be
  // multiplied by 2^quotientBits before it is divided by their sum. Entries of
  // 16 bits have 15, and interpolation adds 7.
  bool isWide = input.getStorageTypeIntegralWidth() == 16;
  int quotientBits = output.getStorageTypeIntegralWidth() == 16 ? 16 : 12;
  int powerBits =
      std::min<int>(30 - quotientBits, 30 - int(llvm::Log2_64_Ceil(length)));
  if (powerBits < 8)
    return makeError("a softmax of " + Twine(length) +
                     " elements has no integer form: their sum would need more "
                     "than 31 bits");
  double one = isWide ? std::min(std::ldexp(1, powerBits - 7), 32767.0)
                      : std::ldexp(1, powerBits);
  auto exp = cast<ElementwiseOp>(softmax.operations[2]);
  auto powers = makePowers(input, exp, one);
  if (!powers)
    return powers.takeError();
  auto widen = makeRescale(input.getStorageType(), i32, 1.0, 0, 0);
  auto enlarge = makeRescale(i32, i32, std::ldexp(1, quotientBits), 0, 0);
  auto narrow = makeRescale(i32, output.getStorageType(),
                            std::ldexp(1, -quotientBits) / output.getScale(), 0,
                            output.getZeroPoint());
  if (!widen || !enlarge || !narrow)
    return llvm::joinErrors(
        widen.takeError(),
        llvm::joinErrors(enlarge.takeError(), narrow.takeError()));
  auto locationOf = [&](unsigned part) {
    return softmax.operations[part]->getLoc();
  };
  auto reduce = [&](ReduceKind kind, Value from, unsigned part) -> Value {
    SmallVector<int64_t> shape(tensorTypeOf(from).getShape());
    shape[softmax.axis] = 1;
    return ReduceOp::create(
        builder, locationOf(part), tensorTypeOf(from).clone(shape), kind, from,
        softmax.axis, /*ignore_nan=*/false, builder.getArrayAttr({}));
  };
  Value largest = reduce(ReduceKind::Max, value, 0);
  auto less = ElementwiseOp::create(builder, locationOf(1), type.clone(i32),
                                    ElementwiseKind::Sub,
                                    ValueRange{value, largest}, *powers);
  ArrayAttr wide = builder.getArrayAttr(Attribute(*widen));
  less.setPrologueAttr(builder.getArrayAttr({wide, wide}));
  Value sum = reduce(ReduceKind::Sum, less.getOutput(), 3);
  auto share = ElementwiseOp::create(
      builder, locationOf(5), type.clone(output.getStorageType()),
      ElementwiseKind::IntDiv, ValueRange{less.getOutput(), sum},
      Attribute(*narrow));
  share.setPrologueAttr(builder.getArrayAttr(
      {builder.getArrayAttr(Attribute(*enlarge)), builder.getArrayAttr({})}));
  return share.getOutput();
}

llvm::Expected<Value> Legalizer::makeFunction(quant::QuantizeCastOp qcast,
                                              const QuantForms &forms) {
  Value root = qcast.getInput();
  Operation *op = root.getDefiningOp();
  if (!op)
    return Value();
  if (auto softmax = Softmax::match(op))
    return makeSoftmax(qcast, *softmax);
  Value variable = forms.getVariable(root);
  if (variable == root)
    return Value();
  return makeTable(qcast, variable, forms.getTree(root));
}
