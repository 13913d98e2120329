// Layers, domains of values, and ranges.
#include "QuantizePlan.h"
#include "FloatValues.h"
#include "lacuna/Dialect/NN/IR/Location.h"
#include "lacuna/Dialect/NN/IR/MatrixLayer.h"

#include <cmath>

using namespace mlir;
using namespace lacuna;
using namespace lacuna::nn;
using quantization::AffineScale;
using quantization::Range;
using quantization::Symmetry;

llvm::Expected<QuantizePlan>
QuantizePlan::create(func::FuncOp function, const Statistics &statistics,
                     const QuantizeChoice &defaults,
                     const quantization::Policy &policy) {
  QuantizePlan plan(function);
  if (llvm::Error error = plan.choose(defaults, policy))
    return std::move(error);
  plan.joinValues();
  if (llvm::Error error = plan.chooseAffines(statistics))
    return std::move(error);
  return std::move(plan);
}

const QuantizeChoice &QuantizePlan::getChoice(Operation *op) const {
  auto found = choices.find(op);
  return found == choices.end() ? defaults : found->second;
}

QuantForm QuantizePlan::getForm(Operation *op) const {
  return getChoice(op).isFloat ? QuantForm::None : forms.get(op);
}

QuantDomain QuantizePlan::getDomain(Value value) const {
  Operation *op = value.getDefiningOp();
  if (!op || !isa<LayerOpInterface>(op))
    return QuantDomain::Float;
  switch (getForm(op)) {
  case QuantForm::Own:
  case QuantForm::Same:
    return QuantDomain::Integer;
  case QuantForm::Function:
    return QuantDomain::Function;
  default:
    return QuantDomain::Float;
  }
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

static QuantizeChoice choiceOf(const QuantizeChoice &defaults,
                               const quantization::LayerPolicy &said) {
  QuantizeChoice choice = defaults;
  choice.isFloat = said.isFloat;
  choice.weights.bits = said.weightBits.value_or(choice.weights.bits);
  choice.weights.rounding = said.rounding.value_or(choice.weights.rounding);
  choice.weights.scale = said.scale.value_or(choice.weights.scale);
  choice.range.method = said.range.value_or(choice.range.method);
  if (said.activationBits) {
    choice.range.bits = *said.activationBits;
    if (choice.range.bits == 16)
      choice.range.symmetry = Symmetry::Symmetric;
  }
  return choice;
}

llvm::Error QuantizePlan::checkLayer(Operation *op) const {
  if (forms.get(op) != QuantForm::None)
    return llvm::Error::success();
  StringRef kind = op->getName().getStringRef();
  if (auto elementwise = dyn_cast<ElementwiseOp>(op))
    kind = stringifyElementwiseKind(elementwise.getKind());
  return makeError(
      placeOf(op->getLoc()),
      "layer '" + getLayerName(op) + "' (" + kind + ") has no integer form",
      "a policy can let it stay: quantize: {" + getLayerName(op) + ": float}");
}

llvm::Error QuantizePlan::choose(const QuantizeChoice &all,
                                 const quantization::Policy &policy) {
  defaults = all;
  llvm::Error errors = llvm::Error::success();
  for (Operation &op : function.front()) {
    if (!isa<LayerOpInterface>(op))
      continue;
    auto said = policy.find(getLayerName(&op));
    if (said != policy.end())
      choices[&op] = choiceOf(all, said->second);
    if (!getChoice(&op).isFloat)
      errors = llvm::joinErrors(std::move(errors), checkLayer(&op));
  }
  return errors;
}

//===----------------------------------------------------------------------===//
// Ranges
//===----------------------------------------------------------------------===//

/// The operands of a layer of form Same whose scale is its result's.
static SmallVector<Value> movedOperands(Operation *op) {
  if (auto scatter = dyn_cast<ScatterOp>(op))
    return {scatter.getValues(), scatter.getInput()};
  if (isa<ConcatOp>(op))
    return SmallVector<Value>(op->getOperands());
  return {op->getOperand(0)};
}

void QuantizePlan::joinValues() {
  for (Operation &op : function.front()) {
    if (getForm(&op) != QuantForm::Same || !isFloat(op.getResult(0)))
      continue;
    for (Value operand : movedOperands(&op))
      classes.unionSets(op.getResult(0).getAsOpaquePointer(),
                        operand.getAsOpaquePointer());
  }
}

bool QuantizePlan::needsAffine(Value value) const {
  if (!isFloat(value))
    return false;
  if (value.getDefiningOp<ConstantOp>())
    return llvm::any_of(value.getUses(), [&](OpOperand &use) {
      QuantForm form = getForm(use.getOwner());
      return (form == QuantForm::Own || form == QuantForm::Same) &&
             !isBias(use.getOwner(), use.getOperandNumber());
    });
  if (getDomain(value) != QuantDomain::Float)
    return true;
  return llvm::any_of(value.getUsers(), [&](Operation *user) {
    QuantForm form = getForm(user);
    return form == QuantForm::Own || form == QuantForm::Same ||
           form == QuantForm::Function;
  });
}

/// What the last layer before `value` lets through at most.
static Range boundsOf(Value value) {
  Operation *op = value.getDefiningOp();
  if (op && Softmax::match(op))
    return {0, 1};
  auto layer = dyn_cast_or_null<ElementwiseOp>(op);
  if (layer && layer.getEpilogueStages().empty()) {
    if (layer.getKind() == ElementwiseKind::Sigmoid)
      return {0, 1};
    if (layer.getKind() == ElementwiseKind::Tanh)
      return {-1, 1};
  }
  return {0, 0};
}

llvm::Expected<Range>
QuantizePlan::rangeOf(Value value, const Statistics &statistics) const {
  if (auto constant = readFloats(value)) {
    RangeStatistics seen;
    for (double element : *constant) {
      if (!std::isfinite(element))
        return makeError(placeOf(value.getLoc()),
                         "a constant holds a NaN or an infinity, which no "
                         "integer stands for");
      seen.add(element);
    }
    return quantization::chooseRange(seen, {});
  }
  Range bounds = boundsOf(value);
  if (bounds.high > bounds.low)
    return bounds;
  const llvm::StringMap<RangeStatistics> *known = &statistics.results;
  std::string name;
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    known = &statistics.arguments;
    name = getInputName(function, argument.getArgNumber());
  } else {
    name = getLayerName(value.getDefiningOp()).str();
  }
  auto found = known->find(toPrintable(name));
  if (found == known->end())
    return makeError(placeOf(value.getLoc()),
                     "the statistics know nothing of the values of " +
                         Twine(isa<BlockArgument>(value) ? "input" : "layer") +
                         " '" + name + "'",
                     name.empty() ? "a layer needs a name: loc(\"NAME\")"
                                  : "calibrate again (nn-calibrate, or "
                                    "--calibrate)");
  return quantization::chooseRange(found->second, choiceOfValue(value).range);
}

const QuantizeChoice &QuantizePlan::choiceOfValue(Value value) const {
  Operation *op = value.getDefiningOp();
  return op ? getChoice(op) : defaults;
}

llvm::Error QuantizePlan::chooseAffines(const Statistics &statistics) {
  struct Class {
    Range range;
    unsigned bits = 0;
    Symmetry symmetry = Symmetry::Asymmetric;
    Value first;
  };
  llvm::MapVector<void *, Class> found;
  llvm::Error errors = llvm::Error::success();
  auto add = [&](Value value) {
    if (!needsAffine(value))
      return;
    void *key = value.getAsOpaquePointer();
    Class &together =
        found[classes.contains(key) ? classes.getLeaderValue(key) : key];
    if (!together.first)
      together.first = value;
    // What is only moved has the range of what it is moved from.
    Operation *op = value.getDefiningOp();
    if (op && isa<LayerOpInterface>(op) && getForm(op) == QuantForm::Same)
      return;
    auto range = rangeOf(value, statistics);
    if (!range) {
      errors = llvm::joinErrors(std::move(errors), range.takeError());
      return;
    }
    const quantization::RangeOptions &options = choiceOfValue(value).range;
    together.range.low = std::min(together.range.low, range->low);
    together.range.high = std::max(together.range.high, range->high);
    // A constant alone does not decide for what it is joined with.
    if (op && isa<ConstantOp>(op) && together.bits)
      return;
    together.bits = std::max(together.bits, options.bits);
    if (options.symmetry == Symmetry::Symmetric)
      together.symmetry = Symmetry::Symmetric;
  };
  for (BlockArgument argument : function.getArguments())
    add(argument);
  for (Operation &op : function.front())
    for (Value result : op.getResults())
      add(result);
  if (errors)
    return errors;
  for (auto &[key, together] : found) {
    auto affine = quantization::chooseAffine(
        together.range, std::max(together.bits, 8u), together.symmetry);
    if (!affine)
      errors = llvm::joinErrors(
          std::move(errors), makeError(placeOf(together.first.getLoc()),
                                       "the values here can't be quantised: " +
                                           llvm::toString(affine.takeError())));
    else
      affines[key] = *affine;
  }
  return errors;
}

const AffineScale &QuantizePlan::getAffine(Value value) const {
  void *key = value.getAsOpaquePointer();
  auto found =
      affines.find(classes.contains(key) ? classes.getLeaderValue(key) : key);
  assert(found != affines.end() && "asked for before by needsAffine");
  return found->second;
}
