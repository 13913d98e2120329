// The network under construction: tensors for values, one layer after another.
#include "Lowering.h"

#include "Constants.h"
#include "WeightPattern.h"
#include "lacuna/Conversion/NNToSchedule/NNToSchedule.h"
#include "lacuna/Dialect/NN/IR/Boundary.h"
#include "lacuna/Dialect/NN/IR/Location.h"
#include "lacuna/Program/Checks.h"
#include "lacuna/Support/Diagnostics.h"

#include "mlir/IR/Location.h"
#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using namespace lacuna::lowering;

ElementType lowering::elementTypeOf(mlir::Type type) {
  if (type.isF32())
    return ElementType::FP32;
  if (type.isF16())
    return ElementType::FP16;
  if (type.isBF16())
    return ElementType::BF16;
  if (llvm::isa<mlir::Float8E4M3FNType>(type))
    return ElementType::FP8E4M3;
  if (llvm::isa<mlir::Float8E5M2Type>(type))
    return ElementType::FP8E5M2;
  switch (type.getIntOrFloatBitWidth()) {
  case 1:
    return ElementType::I1;
  case 4:
    return ElementType::I4;
  case 16:
    return ElementType::I16;
  case 32:
    return ElementType::I32;
  case 48:
    return ElementType::I48;
  default:
    return ElementType::I8;
  }
}

ElementType lowering::unsignedType(ElementType type) {
  return type == ElementType::I8    ? ElementType::U8
         : type == ElementType::I16 ? ElementType::U16
                                    : type;
}

int64_t lowering::bytesOf(ElementType type) {
  return std::max(1u, getInfo(type).storageBits / 8);
}

Shape lowering::denseStrides(llvm::ArrayRef<int64_t> shape, int64_t unit) {
  Shape strides(shape.size(), unit);
  for (size_t axis = shape.size(); axis-- > 1;)
    strides[axis - 1] = strides[axis] * shape[axis];
  return strides;
}

void lowering::setElementBytes(Binding &binding, int64_t before,
                               int64_t after) {
  auto change = [&](int64_t &stride) { stride = stride / before * after; };
  llvm::for_each(binding.strides, change);
  llvm::for_each(binding.outerStrides, change);
}

llvm::Error lowering::errorAt(mlir::Operation *op, const llvm::Twine &message,
                              const llvm::Twine &hint) {
  std::string name = nn::getLayerName(op).str();
  if (name.empty())
    name = op->getName().getStringRef().str();
  return makeError(nn::placeOf(op->getLoc()), name + ": " + message, hint);
}

unsigned Lowering::addTensor(llvm::StringRef name, TensorRole role,
                             ElementType type, llvm::ArrayRef<int64_t> shape,
                             uint64_t bytes) {
  schedule::Tensor tensor;
  tensor.name = name.str();
  tensor.role = role;
  tensor.type = type;
  tensor.bytes = bytes;
  network.graph.tensors.push_back(std::move(tensor));
  schedule::TensorDetail detail;
  detail.shape.assign(shape.begin(), shape.end());
  network.details.push_back(std::move(detail));
  return network.graph.tensors.size() - 1;
}

unsigned Lowering::addConstant(
    llvm::StringRef name, TensorRole role, ElementType type,
    llvm::ArrayRef<int64_t> shape, uint64_t bytes, mlir::Attribute value,
    llvm::StringRef layout,
    std::function<void(llvm::MutableArrayRef<uint8_t>)> write) {
  auto [entry, isNew] = constants.try_emplace(
      {value.getAsOpaquePointer(), layout.str()}, network.graph.tensors.size());
  if (isNew) {
    unsigned index = addTensor(name, role, type, shape, bytes);
    network.details[index].write = std::move(write);
  }
  return entry->second;
}

unsigned Lowering::tensorOf(mlir::Value value) {
  while (auto view = value.getDefiningOp<nn::ReshapeOp>())
    value = view.getInput();
  auto known = tensors.find(value);
  if (known != tensors.end())
    return known->second;
  nn::ConstantData elements = *constantOf(value);
  mlir::RankedTensorType tensor = tensorTypeOf(value);
  ElementType type = elementTypeOf(tensor.getElementType());
  unsigned index = addConstant(
      "constant", TensorRole::Weights, type, tensor.getShape(),
      tensor.getNumElements() * bytesOf(type), elements.getAttribute(), "dense",
      [elements, type](llvm::MutableArrayRef<uint8_t> to) {
        llvm::ArrayRef<int64_t> shape = elements.getType().getShape();
        writeElements(elements, shape, denseStrides(shape, 1), type,
                      /*packed=*/false, to);
      });
  tensors[value] = index;
  return index;
}

Binding Lowering::bindMap(mlir::Value value, llvm::StringRef field) {
  Binding binding = bind(value);
  binding.field = field.str();
  if (tensorTypeOf(value).getShape()[0] != 1)
    binding.outerStrides = {binding.strides[0]};
  binding.strides.erase(binding.strides.begin());
  return binding;
}

Binding Lowering::bind(mlir::Value value) {
  mlir::RankedTensorType tensor = tensorTypeOf(value);
  Binding binding;
  binding.tensor = tensorOf(value);
  Shape strides = denseStrides(tensor.getShape(),
                               bytesOf(elementTypeOf(tensor.getElementType())));
  binding.strides.assign(strides.begin(), strides.end());
  return binding;
}

static ElementType boundaryType(mlir::Type element, bool isUnsigned) {
  ElementType type = elementTypeOf(element);
  return isUnsigned ? unsignedType(type) : type;
}

/// Elements of constants of one value: more than any honest model has, but a
/// line of text may ask for more.
constexpr int64_t kMostSplatElements = int64_t(1) << 28;

/// Whether `type` is one that a value of the nn dialect may have. Layers'
/// verifiers see to their own; an argument may go to no layer at all.
static bool isTensor(mlir::Type type) {
  auto tensor = llvm::dyn_cast<mlir::RankedTensorType>(type);
  if (!tensor || !tensor.hasStaticShape() || tensor.getEncoding())
    return false;
  mlir::Type element = tensor.getElementType();
  bool isInteger = element.isSignlessInteger() &&
                   llvm::is_contained({1u, 4u, 8u, 16u, 32u, 48u},
                                      element.getIntOrFloatBitWidth());
  if (!isInteger &&
      !llvm::isa<mlir::Float32Type, mlir::Float16Type, mlir::BFloat16Type,
                 mlir::Float8E4M3FNType, mlir::Float8E5M2Type>(element))
    return false;
  int64_t elements = 1;
  for (int64_t extent : tensor.getShape())
    if (extent < 1 || llvm::MulOverflow(elements, extent, elements) ||
        elements > std::numeric_limits<int32_t>::max())
      return false;
  return true;
}

llvm::Error Lowering::checkArguments() {
  for (mlir::BlockArgument argument : function.getArguments()) {
    if (isTensor(argument.getType()))
      continue;
    std::string type;
    llvm::raw_string_ostream(type) << argument.getType();
    return makeError(
        nn::placeOf(argument.getLoc()),
        "input " + llvm::Twine(argument.getArgNumber()) + " of type '" + type +
            "' is no static tensor of i1, i4, i8, i16, i32, i48, "
            "f32, f16, bf16, f8E4M3FN or f8E5M2 with 1 to 2^31 - 1 "
            "elements");
  }
  return llvm::Error::success();
}

void Lowering::addArguments() {
  for (mlir::BlockArgument argument : function.getArguments()) {
    unsigned number = argument.getArgNumber();
    mlir::RankedTensorType tensor = tensorTypeOf(argument);
    bool isUnsigned =
        bool(function.getArgAttr(number, nn::NNDialect::unsignedAttrName));
    ElementType type = boundaryType(tensor.getElementType(), isUnsigned);
    unsigned index =
        addTensor(nn::getInputName(function, number), TensorRole::Input, type,
                  tensor.getShape(), tensor.getNumElements() * bytesOf(type));
    network.details[index].quantization =
        nn::getInputQuantization(function, number);
    tensors[argument] = index;
    network.inputs.push_back(index);
  }
}

void Lowering::nameLayer(mlir::Operation *op) {
  schedule::LayerName name;
  name.name = toPrintable(nn::getLayerName(op));
  if (name.name.empty()) {
    llvm::StringRef kind = op->getName().stripDialect();
    name.name = (kind + "_" + llvm::Twine(ordinals[kind]++)).str();
  }
  name.location = toPrintable(nn::placeOf(op->getLoc()).str());
  layer = network.layers.size();
  network.layers.push_back(std::move(name));
}

void Lowering::assignResult(nn::LayerOpInterface op) {
  mlir::Value result = op->getResult(0);
  mlir::RankedTensorType tensor = tensorTypeOf(result);
  ElementType type = elementTypeOf(tensor.getElementType());
  tensors[result] =
      addTensor(network.layers[layer].name, TensorRole::Activation, type,
                tensor.getShape(), tensor.getNumElements() * bytesOf(type));
}

/// The first of a function's results that a layer computes lies where the layer
/// writes it; an argument, a constant or a result that is given twice is
/// copied.
llvm::Error Lowering::addOutputs() {
  llvm::Error errors = llvm::Error::success();
  mlir::Operation *terminator = function.front().getTerminator();
  for (mlir::OpOperand &operand : terminator->getOpOperands()) {
    unsigned number = operand.getOperandNumber();
    mlir::RankedTensorType tensor = tensorTypeOf(operand.get());
    bool isUnsigned =
        bool(function.getResultAttr(number, nn::NNDialect::unsignedAttrName));
    ElementType type = boundaryType(tensor.getElementType(), isUnsigned);
    std::string name = nn::getOutputName(function, number);
    unsigned index = tensorOf(operand.get());
    if (network.graph.tensors[index].role == TensorRole::Activation) {
      schedule::Tensor &result = network.graph.tensors[index];
      result.role = TensorRole::Output;
      result.name = name;
      result.type = type;
      network.details[index].shape.assign(tensor.getShape().begin(),
                                          tensor.getShape().end());
    } else {
      nameLayer(terminator);
      network.layers.back().name = "copy_to_" + name;
      unsigned copy =
          addTensor(name, TensorRole::Output, type, tensor.getShape(),
                    tensor.getNumElements() * bytesOf(type));
      errors = llvm::joinErrors(std::move(errors),
                                copyTensor(*this, terminator, index, copy));
      index = copy;
    }
    network.details[index].quantization =
        nn::getOutputQuantization(function, number);
    network.outputs.push_back(index);
  }
  return errors;
}

std::string
Lowering::hintAt(llvm::function_ref<bool(const Machine &)> suffices) {
  if (!others) {
    others.emplace();
    for (const MachineFile &file : listMachines()) {
      llvm::Expected<Machine> other = loadMachine(file.path);
      if (other)
        others->push_back(std::move(*other));
      else
        llvm::consumeError(other.takeError());
    }
  }
  for (const Machine &other : *others)
    if (suffices(other))
      return "machine '" + other.name + "' can (--machine " + other.name + ")";
  return "'lacuna machine show' lists the types of each engine";
}

/// Whether `machine` has every instruction of `problem`.
static bool canRun(const Machine &machine, const Problem &problem) {
  return llvm::all_of(problem.stages, [&](const Stage &stage) {
    llvm::Error error = checkRules(stage.instruction, machine);
    bool fits = !error;
    llvm::consumeError(std::move(error));
    return fits;
  });
}

llvm::Error Lowering::add(mlir::Operation *op, Problem problem) {
  chooseWeightPattern(*this, problem);
  for (Stage &stage : problem.stages)
    if (llvm::Error error = checkRules(stage.instruction, machine))
      return errorAt(
          op,
          "machine '" + machine.name +
              "' cannot run it: " + llvm::toString(std::move(error)),
          hintAt([&](const Machine &other) { return canRun(other, problem); }));
  for (const Stage &stage : problem.stages)
    for (const Binding &binding : stage.bindings)
      if (!binding.isIntermediate())
        ++network.details[binding.tensor].uses;
  problem.id = network.graph.layers.size();
  network.layerOf.push_back(layer);
  problem.name = network.layers[layer].name;
  problem.location = network.layers[layer].location;
  network.graph.layers.push_back(std::move(problem));
  return llvm::Error::success();
}

static Registry makeRegistry() {
  Registry registry;
  registerMatrix(registry);
  registerVolume(registry);
  registerTransposed(registry);
  registerPool(registry);
  registerElementwise(registry);
  registerReduce(registry);
  registerMove(registry);
  registerIndexed(registry);
  registerResize(registry);
  return registry;
}

llvm::Expected<schedule::Network> Lowering::run() {
  Registry registry = makeRegistry();
  llvm::Error errors = llvm::Error::success();
  auto report = [&](llvm::Error error) {
    errors = llvm::joinErrors(std::move(errors), std::move(error));
  };
  if (llvm::Error error = checkArguments())
    return std::move(error);
  addArguments();
  int64_t splatElements = 0;
  for (mlir::Operation &op : function.front().without_terminator()) {
    if (auto constant = llvm::dyn_cast<nn::ConstantOp>(op)) {
      std::optional<nn::ConstantData> elements =
          constantOf(constant.getOutput());
      if (!elements)
        report(errorAt(
            &op, "the constant is not stored as dense integers or floats"));
      else if (elements->isSplat())
        splatElements += elements->size();
      if (splatElements > kMostSplatElements)
        return llvm::joinErrors(
            std::move(errors),
            errorAt(&op, "the constants of one value up to here have more than "
                         "2^28 elements"));
      continue;
    }
    auto layerOp = llvm::dyn_cast<nn::LayerOpInterface>(op);
    if (!layerOp) {
      report(errorAt(&op, "is no layer of the nn dialect",
                     "convert the module with lacuna-tosa-to-nn first"));
      continue;
    }
    if (llvm::isa<nn::ReshapeOp>(op))
      continue;
    nameLayer(&op);
    assignResult(layerOp);
    LowerFunction lower = registry.lookup(op.getName().getStringRef());
    report(lower ? lower(&op, *this)
                 : errorAt(&op, "no instruction of the machine does " +
                                    op.getName().getStringRef()));
  }
  if (errors)
    return std::move(errors);
  if (llvm::Error error = addOutputs())
    return std::move(error);
  return std::move(network);
}

llvm::Expected<schedule::Network>
lacuna::buildNetwork(mlir::func::FuncOp function, const Machine &machine) {
  return Lowering(function, machine).run();
}
