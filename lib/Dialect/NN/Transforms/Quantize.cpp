// nn-quantize: quantised types for the values of a float function.
#include "Errors.h"
#include "FloatValues.h"
#include "QuantizeWeights.h"
#include "lacuna/Dialect/NN/IR/Location.h"
#include "lacuna/Dialect/NN/Transforms/Calibration.h"
#include "lacuna/Dialect/NN/Transforms/Passes.h"

#include "mlir/IR/Remarks.h"

namespace lacuna::nn {
#define GEN_PASS_DEF_QUANTIZE
#include "lacuna/Dialect/NN/Transforms/Passes.h.inc"
} // namespace lacuna::nn

using namespace mlir;
using namespace lacuna;
using namespace lacuna::nn;
using quantization::AffineScale;
using quantization::Symmetry;

//===----------------------------------------------------------------------===//
// Types of values
//===----------------------------------------------------------------------===//

namespace {
/// Gives the values of a function the types of a plan.
class Typer {
public:
  Typer(func::FuncOp function, const QuantizePlan &plan)
      : function(function), plan(plan) {}

  void run();

private:
  void typeLayer(Operation *op);
  /// `value` with integers.
  Value toInteger(Value value);
  /// `value` as the float that its integers stand for.
  Value toFloat(Value value);
  Type typeOf(Value value) const {
    auto tensor = tensorTypeOf(value);
    return tensor.clone(
        toQuantizedType(plan.getAffine(value), tensor.getElementType()));
  }
  void keepFloat(Operation *op);

  func::FuncOp function;
  const QuantizePlan &plan;
  /// Domains of the values, before their types change.
  llvm::DenseMap<Value, QuantDomain> domains;
  llvm::DenseMap<Value, Value> integers, floats;
};
} // namespace

Value Typer::toInteger(Value value) {
  if (domains.lookup(value) == QuantDomain::Integer)
    return value;
  Value &made = integers[value];
  if (made)
    return made;
  OpBuilder builder(function.getContext());
  builder.setInsertionPointAfterValue(value);
  Type type = typeOf(value);
  auto constant = readFloats(value);
  if (!constant)
    return made = quant::QuantizeCastOp::create(builder, value.getLoc(), type,
                                                value);
  const AffineScale &affine = plan.getAffine(value);
  std::vector<int64_t> elements;
  for (double element : *constant)
    elements.push_back(affine.quantize(element));
  Value stored = makeIntegerConstant(
      builder, value.getLoc(), tensorTypeOf(value).getShape(),
      builder.getIntegerType(affine.bits), elements);
  return made = quant::StorageCastOp::create(builder, value.getLoc(), type,
                                             stored);
}

Value Typer::toFloat(Value value) {
  Value integer = toInteger(value);
  Value &made = floats[value];
  if (made)
    return made;
  OpBuilder builder(function.getContext());
  builder.setInsertionPointAfterValue(integer);
  auto type = tensorTypeOf(integer);
  Type expressed =
      cast<quant::QuantizedType>(type.getElementType()).getExpressedType();
  return made = quant::DequantizeCastOp::create(builder, value.getLoc(),
                                                type.clone(expressed), integer);
}

void Typer::typeLayer(Operation *op) {
  for (OpOperand &operand : op->getOpOperands())
    if (isFloat(operand.get()) && !isBias(op, operand.getOperandNumber()))
      operand.set(toInteger(operand.get()));
  Value result = op->getResult(0);
  if (isFloat(result))
    result.setType(cast<TensorType>(typeOf(result)));
}

/// A layer that stays float, a function, or the terminator.
void Typer::keepFloat(Operation *op) {
  bool isFunction =
      isa<LayerOpInterface>(op) && plan.getForm(op) == QuantForm::Function;
  for (OpOperand &operand : op->getOpOperands()) {
    Value value = operand.get();
    auto found = domains.find(value);
    if (found == domains.end() || value.getDefiningOp<ConstantOp>())
      continue;
    QuantDomain domain = found->second;
    bool isDirect = isFunction ? domain == QuantDomain::Function
                               : domain == QuantDomain::Float;
    if (!isDirect)
      operand.set(toFloat(value));
  }
}

void Typer::run() {
  Block &block = function.front();
  SmallVector<Operation *> operations;
  for (BlockArgument argument : block.getArguments())
    if (isFloat(argument))
      domains[argument] = QuantDomain::Float;
  for (Operation &op : block) {
    operations.push_back(&op);
    for (Value result : op.getResults())
      if (isFloat(result))
        domains[result] = plan.getDomain(result);
  }
  for (Operation *op : operations) {
    QuantForm form = plan.getForm(op);
    if (form == QuantForm::Own || form == QuantForm::Same)
      typeLayer(op);
    else if (isa<LayerOpInterface>(op) || op->hasTrait<OpTrait::IsTerminator>())
      keepFloat(op);
  }
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

namespace {
class QuantizePass : public nn::impl::QuantizeBase<QuantizePass> {
public:
  using QuantizeBase::QuantizeBase;

  void runOnOperation() override {
    if (llvm::Error error = run()) {
      (void)emitLocated(getOperation(), std::move(error));
      signalPassFailure();
    }
  }

private:
  llvm::Error run();
  llvm::Expected<QuantizeChoice> readOptions() const;
  llvm::Expected<quantization::Policy> readPolicy();
  llvm::Expected<Statistics> findStatistics();
  llvm::Error quantizeLayers(const QuantizePlan &plan,
                             const Statistics &statistics);
};
} // namespace

/// The value of option `name`, or an error with what there is.
template <typename Value>
static llvm::Error readWord(StringRef name, StringRef word,
                            std::optional<Value> found, StringRef all,
                            Value &value) {
  if (!found)
    return makeError(name + "=" + word + " is unknown", "there are " + all);
  value = *found;
  return llvm::Error::success();
}

llvm::Expected<QuantizeChoice> QuantizePass::readOptions() const {
  QuantizeChoice choice;
  unsigned activationBits = 8;
  auto errors =
      readWord("weights", weights, quantization::weightBitsFromName(weights),
               "i8, i4 and i2", choice.weights.bits);
  auto also = [&](llvm::Error error) {
    errors = llvm::joinErrors(std::move(errors), std::move(error));
  };
  also(readWord("activations", activations,
                quantization::activationBitsFromName(activations), "i8 and i16",
                activationBits));
  also(readWord("range", range, quantization::rangeMethodFromName(range),
                "minmax, percentile, mse and kl", choice.range.method));
  also(readWord("method", method, quantization::roundingFromName(method),
                "nearest, adaround and gptq", choice.weights.rounding));
  if (scale.empty())
    choice.weights.scale = choice.weights.bits < 8
                               ? quantization::ScaleMethod::MSE
                               : quantization::ScaleMethod::MinMax;
  else
    also(readWord("scale", scale, quantization::scaleMethodFromName(scale),
                  "minmax and mse", choice.weights.scale));
  if (per != "channel" && per != "tensor")
    also(makeError("per=" + per + " is unknown",
                   "scales of weights are per channel or per tensor: sums of "
                   "parts of a channel would need accumulators of their own"));
  if (!(percentile > 50 && percentile <= 100))
    also(makeError("percentile is above 50 and at most 100"));
  if (!(damping > 0 && damping <= 1000))
    also(makeError("damping is above 0 and at most 1000"));
  if (errors)
    return std::move(errors);
  choice.range.bits = activationBits;
  choice.range.percentile = percentile;
  choice.range.symmetry = symmetric || activationBits == 16
                              ? Symmetry::Symmetric
                              : Symmetry::Asymmetric;
  choice.weights.perChannel = per == "channel";
  choice.weights.damping = damping;
  choice.weights.correctBias = biasCorrection;
  return choice;
}

llvm::Expected<quantization::Policy> QuantizePass::readPolicy() {
  if (policy.empty())
    return quantization::Policy();
  SmallVector<StringRef> names;
  for (Operation &op : getOperation().front())
    if (isa<LayerOpInterface>(op) && !getLayerName(&op).empty())
      names.push_back(getLayerName(&op));
  return quantization::readPolicy(policy, names);
}

llvm::Expected<Statistics> QuantizePass::findStatistics() {
  if (stats.empty()) {
    auto left = getCachedAnalysis<CalibrationResult>();
    if (left && left->get().statistics)
      return *left->get().statistics;
    return makeError(placeOf(getOperation().getLoc()),
                     "to quantise a model, the ranges of its values must be "
                     "known",
                     "give samples (--calibrate X.npy, or nn-calibrate before "
                     "this pass) or their statistics (stats=FILE)");
  }
  return readStatistics(getOperation(), stats);
}

llvm::Error QuantizePass::quantizeLayers(const QuantizePlan &plan,
                                         const Statistics &statistics) {
  llvm::Error errors = llvm::Error::success();
  for (const MatrixLayer &layer : getMatrixLayers(getOperation())) {
    Operation *op = layer.getOperation();
    if (plan.getForm(op) != QuantForm::Own ||
        !readFloats(cast<LayerOpInterface>(op).getWeightsOperand()->get()))
      continue;
    auto text = quantizeWeights(layer, plan.getAffine(op->getOperand(0)),
                                statistics, plan.getChoice(op));
    if (!text) {
      errors = llvm::joinErrors(std::move(errors), text.takeError());
      continue;
    }
    ++layers;
    remark::passed(
        op->getLoc(),
        remark::RemarkOpts::name("Quantized").category("nn-quantize"))
        << *text;
  }
  return errors;
}

llvm::Error QuantizePass::run() {
  func::FuncOp function = getOperation();
  auto defaults = readOptions();
  if (!defaults)
    return defaults.takeError();
  auto said = readPolicy();
  if (!said)
    return said.takeError();
  auto isFloatLayer = [](Operation &op) {
    return isa<LayerOpInterface>(op) &&
           (isFloat(op.getResult(0)) ||
            llvm::any_of(op.getOperands(),
                         [](Value value) { return nn::isFloat(value); }));
  };
  if (llvm::none_of(function.front(), isFloatLayer)) {
    remark::missed(function.getLoc(),
                   remark::RemarkOpts::name("Kept").category("nn-quantize"))
        << "the model has no floats: nothing to quantise";
    markAllAnalysesPreserved();
    return llvm::Error::success();
  }
  auto statistics = findStatistics();
  if (!statistics)
    return statistics.takeError();
  convertProducts(function, *statistics);
  auto plan = QuantizePlan::create(function, *statistics, *defaults, *said);
  if (!plan)
    return plan.takeError();
  if (llvm::Error error = quantizeLayers(*plan, *statistics))
    return error;
  Typer(function, *plan).run();
  return llvm::Error::success();
}
