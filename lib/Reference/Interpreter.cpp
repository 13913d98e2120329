// Runs a function layer by layer: operands, limits, dispatch, epilogues, the
// hook, and the boundary with its unsigned types.
#include "lacuna/Reference/Interpreter.h"
#include "lacuna/Dialect/NN/IR/Location.h"

#include "Operators.h"
#include "lacuna/Reference/Arithmetic.h"

#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using namespace lacuna::reference;

llvm::Error reference::errorAt(mlir::Operation *op, const llvm::Twine &message,
                               const llvm::Twine &hint) {
  llvm::StringRef name = nn::getLayerName(op);
  if (name.empty())
    name = op->getName().getStringRef();
  return makeError(nn::placeOf(op->getLoc()), name + ": " + message, hint);
}

static int64_t countElements(mlir::Type type) {
  return llvm::cast<mlir::ShapedType>(type).getNumElements();
}

Tensor reference::makeResult(nn::LayerOpInterface layer) {
  auto type = llvm::cast<mlir::ShapedType>(layer->getResult(0).getType());
  return Tensor(type.getShape(), *elementTypeOf(layer.getComputeType()));
}

/// The result of `op` before its epilogue. Every layer of the dialect is
/// listed; checkLayers has found the others.
static llvm::Expected<Tensor> compute(mlir::Operation *op, Operands operands) {
  using namespace nn;
  return llvm::TypeSwitch<mlir::Operation *, llvm::Expected<Tensor>>(op)
      .Case<Conv2DOp, DepthwiseConv2DOp, Conv3DOp, TransposeConv2DOp, MatMulOp,
            PoolOp, ElementwiseOp, ReduceOp, ReshapeOp, PadOp, SliceOp,
            ConcatOp, TransposeOp, ReverseOp, TileOp, GatherOp, ScatterOp,
            ResizeOp>([&](auto layer) { return evaluate(layer, operands); })
      .Default([](mlir::Operation *other) {
        return errorAt(other, "the reference interpreter has no such layer");
      });
}

/// The result of `layer`: prologues, the computation itself, epilogue.
static llvm::Expected<Tensor>
runLayer(nn::LayerOpInterface layer,
         llvm::MutableArrayRef<const Tensor *> operands) {
  std::vector<Tensor> staged;
  staged.reserve(operands.size());
  for (auto [i, operand] : llvm::enumerate(operands)) {
    llvm::ArrayRef<mlir::Attribute> stages = layer.getPrologueStages(i);
    if (stages.empty())
      continue;
    staged.push_back(applyStages(stages, *operand));
    operand = &staged.back();
  }
  llvm::Expected<Tensor> result = compute(layer, operands);
  if (!result)
    return result;
  return applyStages(layer.getEpilogueStages(), std::move(*result));
}

/// What `layer` computes: multiply-accumulates, window elements, or elements.
static int64_t workOf(nn::LayerOpInterface layer) {
  int64_t work = countElements(layer->getResult(0).getType());
  for (mlir::Value operand : layer->getOperands())
    work += countElements(operand.getType());
  work = llvm::SaturatingAdd<uint64_t>(work, layer.getMacs());
  if (auto pool = llvm::dyn_cast<nn::PoolOp>(layer.getOperation()))
    for (int64_t size : pool.getKernel())
      work = llvm::SaturatingMultiply<uint64_t>(work, size);
  return std::min<uint64_t>(work, INT64_MAX);
}

llvm::Error Interpreter::checkLayers() const {
  llvm::Error errors = llvm::Error::success();
  auto report = [&](llvm::Error error) {
    errors = llvm::joinErrors(std::move(errors), std::move(error));
  };
  for (mlir::Operation &op : function.front().without_terminator()) {
    if (llvm::isa<nn::ConstantOp>(op))
      continue;
    auto layer = llvm::dyn_cast<nn::LayerOpInterface>(op);
    if (!layer)
      report(errorAt(&op, "the reference interpreter runs nn layers alone",
                     "convert the module with convert-tosa-to-nn first"));
    else if (llvm::any_of(llvm::concat<const mlir::Type>(
                              llvm::to_vector(op.getOperandTypes()),
                              llvm::to_vector(op.getResultTypes())),
                          [](mlir::Type type) {
                            return !elementTypeOf(
                                mlir::getElementTypeOrSelf(type));
                          }))
      report(errorAt(&op, "has elements of an unknown type"));
    else if (workOf(layer) > maxLayerWork)
      report(errorAt(&op, "needs more than 2^40 steps"));
  }
  return errors;
}

static llvm::Error tooManyElements(mlir::Operation *op) {
  return errorAt(op, "the tensors alive here have more than 2^28 elements");
}

llvm::Error Interpreter::readConstants() {
  for (auto op : function.getOps<nn::ConstantOp>()) {
    constantElements += countElements(op.getType());
    if (constantElements > maxLiveElements)
      return tooManyElements(op);
    std::optional<Tensor> tensor = tensorOf(op.getValue());
    if (!tensor)
      return errorAt(op, "the constant is not stored as dense elements");
    constants.try_emplace(op.getOutput(), std::move(*tensor));
  }
  return llvm::Error::success();
}

llvm::Expected<std::vector<BoundaryType>>
Interpreter::readBoundary(llvm::ArrayRef<mlir::Type> types,
                          bool isInput) const {
  std::vector<BoundaryType> boundary;
  int64_t elements = 0;
  for (auto [i, type] : llvm::enumerate(types)) {
    auto tensor = llvm::dyn_cast<mlir::RankedTensorType>(type);
    std::optional<ElementType> element;
    if (tensor && tensor.hasStaticShape())
      element = elementTypeOf(tensor.getElementType());
    if (!element)
      return makeError(nn::placeOf(function.getLoc()),
                       llvm::Twine(isInput ? "argument " : "result ") +
                           llvm::Twine(i) +
                           " is not a static tensor of known elements");
    elements += tensor.getNumElements();
    if (elements > maxLiveElements)
      return makeError(nn::placeOf(function.getLoc()),
                       "arguments or results have more than 2^28 elements");
    llvm::StringRef name = nn::NNDialect::unsignedAttrName;
    bool isUnsigned = isInput ? bool(function.getArgAttr(i, name))
                              : bool(function.getResultAttr(i, name));
    if (isUnsigned && element == ElementType::I8)
      element = ElementType::U8;
    if (isUnsigned && element == ElementType::I16)
      element = ElementType::U16;
    boundary.push_back({Shape(tensor.getShape()), *element});
  }
  return boundary;
}

llvm::Expected<Interpreter> Interpreter::create(mlir::func::FuncOp function) {
  if (!function.getBody().hasOneBlock())
    return makeError(nn::placeOf(function.getLoc()),
                     "function @" + function.getName() +
                         " has no body of one block");
  Interpreter interpreter(function);
  if (llvm::Error error = interpreter.checkLayers())
    return std::move(error);
  if (llvm::Error error = interpreter.readConstants())
    return std::move(error);
  auto inputs = interpreter.readBoundary(function.getArgumentTypes(), true);
  if (!inputs)
    return inputs.takeError();
  auto outputs = interpreter.readBoundary(function.getResultTypes(), false);
  if (!outputs)
    return outputs.takeError();
  interpreter.inputs = std::move(*inputs);
  interpreter.outputs = std::move(*outputs);
  return std::move(interpreter);
}

/// `tensor` read as `type` of the same width: T1's change of signedness.
static Tensor reinterpret(Tensor tensor, ElementType type) {
  unsigned bits = getInfo(type).bits;
  if (tensor.type != type)
    for (int64_t &value : tensor.values)
      value =
          getInfo(type).isSigned ? wrap(value, bits) : zeroExtend(value, bits);
  tensor.type = type;
  return tensor;
}

llvm::Expected<std::vector<Tensor>>
Interpreter::run(std::vector<Tensor> arguments, LayerHook hook,
                 OperandHook operandHook) const {
  llvm::DenseMap<mlir::Value, Tensor> live;
  llvm::DenseMap<mlir::Value, unsigned> usesLeft;
  int64_t liveElements = constantElements;

  auto keep = [&](mlir::Value value, Tensor tensor) {
    liveElements += int64_t(tensor.values.size());
    usesLeft[value] = std::distance(value.use_begin(), value.use_end());
    live[value] = std::move(tensor);
  };
  auto release = [&](mlir::Value value) {
    auto it = live.find(value);
    if (it == live.end() || --usesLeft[value] > 0)
      return;
    liveElements -= int64_t(it->second.values.size());
    live.erase(it);
  };
  auto read = [&](mlir::Value value) -> const Tensor * {
    auto constant = constants.find(value);
    return constant != constants.end() ? &constant->second
                                       : &live.find(value)->second;
  };

  for (auto [parameter, argument] :
       llvm::zip_equal(function.getArguments(), arguments)) {
    auto type = llvm::cast<mlir::ShapedType>(parameter.getType());
    keep(parameter, reinterpret(std::move(argument),
                                *elementTypeOf(type.getElementType())));
  }

  for (mlir::Operation &op : function.front().without_terminator()) {
    auto layer = llvm::dyn_cast<nn::LayerOpInterface>(op);
    if (!layer)
      continue; // a constant
    mlir::Value output = op.getResult(0);
    if (liveElements + countElements(output.getType()) > maxLiveElements)
      return tooManyElements(&op);

    llvm::SmallVector<const Tensor *> operands =
        llvm::map_to_vector(op.getOperands(), read);
    if (operandHook && !operandHook(&op, operands))
      return std::vector<Tensor>();
    llvm::Expected<Tensor> result = runLayer(layer, operands);
    if (!result)
      return result.takeError();
    if (hook)
      hook(&op, *result);

    for (mlir::Value operand : op.getOperands())
      release(operand);
    if (!output.use_empty())
      keep(output, std::move(*result));
  }

  std::vector<Tensor> results;
  mlir::Operation *terminator = function.front().getTerminator();
  for (auto [value, boundary] :
       llvm::zip_equal(terminator->getOperands(), outputs))
    results.push_back(reinterpret(*read(value), boundary.type));
  return results;
}
