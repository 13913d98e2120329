// Registration of the nn dialect, its attribute checks on functions, and what
// holds for every layer.

#include "Verify.h"
#include "lacuna/Dialect/NN/IR/NN.h"
#include "lacuna/Support/Diagnostics.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace lacuna::nn;

#include "lacuna/Dialect/NN/IR/NNDialect.cpp.inc"
#include "lacuna/Dialect/NN/IR/NNEnums.cpp.inc"

#include "lacuna/Dialect/NN/IR/NNAttrInterfaces.cpp.inc"
#include "lacuna/Dialect/NN/IR/NNOpInterfaces.cpp.inc"

#define GET_OP_CLASSES
#include "lacuna/Dialect/NN/IR/NNOps.cpp.inc"

void NNDialect::initialize() {
  registerAttributes();
  addOperations<
#define GET_OP_LIST
#include "lacuna/Dialect/NN/IR/NNOps.cpp.inc"
      >();
}

Operation *NNDialect::materializeConstant(OpBuilder &builder, Attribute value,
                                          Type type, Location loc) {
  auto elements = dyn_cast<ElementsAttr>(value);
  if (!elements || elements.getType() != type)
    return nullptr;
  return ConstantOp::create(builder, loc, elements);
}

LogicalResult NNDialect::verifyOperationAttribute(Operation *op,
                                                  NamedAttribute attribute) {
  if (attribute.getName() == unsignedAttrName)
    return op->emitOpError() << "attribute " << attribute.getName()
                             << " belongs on a function's argument or result";
  if (attribute.getName() == kScheduleAttrName) {
    auto list = dyn_cast<ArrayAttr>(attribute.getValue());
    if (!list || !llvm::all_of(list, llvm::IsaPred<ScheduleAttr>))
      return op->emitOpError() << "attribute " << attribute.getName()
                               << " is a list of #nn.schedule";
    return success();
  }
  if (attribute.getName() == kPredictedAttrName)
    return success();
  if (attribute.getName() == kOriginAttrName) {
    auto list = dyn_cast<ArrayAttr>(attribute.getValue());
    if (!list || !llvm::all_of(list, llvm::IsaPred<StringAttr>))
      return op->emitOpError()
             << "attribute " << attribute.getName() << " is a list of hashes";
    return success();
  }
  return op->emitOpError() << "has the unknown attribute "
                           << attribute.getName();
}

/// What integers at the boundary stand for.
static LogicalResult verifyQuantization(Operation *op, NamedAttribute attribute,
                                        Type type) {
  StringRef name = attribute.getName();
  auto tensor = dyn_cast<RankedTensorType>(type);
  Type element = tensor ? tensor.getElementType() : Type();
  if (!element || !(element.isInteger(8) || element.isInteger(16)))
    return op->emitOpError()
           << name << " applies to tensors of i8 and i16, not to " << type;
  bool fits = false;
  if (name == kScaleAttrName) {
    auto scale = dyn_cast<FloatAttr>(attribute.getValue());
    fits = scale && scale.getType().isF32() && scale.getValue().isNormal() &&
           !scale.getValue().isNegative();
  } else if (name == kZeroPointAttrName) {
    auto zero = dyn_cast<IntegerAttr>(attribute.getValue());
    fits = zero && zero.getType().isSignlessInteger(64) &&
           llvm::isIntN(element.getIntOrFloatBitWidth(), zero.getInt());
  } else {
    auto source = dyn_cast<TypeAttr>(attribute.getValue());
    fits = source && source.getValue().isF32();
  }
  if (!fits)
    return op->emitOpError()
           << name << " can't be " << attribute.getValue()
           << ": a scale is a positive normal f32, a zero point an i64 in the "
              "element's range, the source f32";
  return success();
}

/// `nn.unsigned` is a unit attribute of a tensor of i8 or i16.
static LogicalResult verifyBoundary(Operation *op, NamedAttribute attribute,
                                    Type type) {
  StringRef name = attribute.getName();
  if (name == kScaleAttrName || name == kZeroPointAttrName ||
      name == kSourceAttrName)
    return verifyQuantization(op, attribute, type);
  if (attribute.getName() != NNDialect::unsignedAttrName)
    return op->emitOpError() << "unknown attribute " << attribute.getName();
  if (!isa<UnitAttr>(attribute.getValue()))
    return op->emitOpError() << attribute.getName() << " is a unit attribute";
  auto tensor = dyn_cast<RankedTensorType>(type);
  // ui8 and ui16 are what the attribute is taken from, before types become
  // signless.
  if (!tensor ||
      !(tensor.getElementType().isInteger(8) ||
        tensor.getElementType().isInteger(16)) ||
      tensor.getElementType().isSignedInteger())
    return op->emitOpError()
           << attribute.getName()
           << " applies to tensors of i8 and i16, not to " << type;
  return success();
}

LogicalResult NNDialect::verifyRegionArgAttribute(Operation *op, unsigned,
                                                  unsigned index,
                                                  NamedAttribute attribute) {
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (!function)
    return op->emitOpError() << attribute.getName() << " needs a function";
  return verifyBoundary(op, attribute, function.getArgumentTypes()[index]);
}

LogicalResult NNDialect::verifyRegionResultAttribute(Operation *op, unsigned,
                                                     unsigned index,
                                                     NamedAttribute attribute) {
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (!function)
    return op->emitOpError() << attribute.getName() << " needs a function";
  return verifyBoundary(op, attribute, function.getResultTypes()[index]);
}

Type lacuna::nn::getComputeElement(Type type) {
  Type element = cast<ShapedType>(type).getElementType();
  auto quantized = dyn_cast<quant::QuantizedType>(element);
  return quantized ? quantized.getExpressedType() : element;
}

/// A layer has quantised types everywhere where it would have floats (but for a
/// bias), or nowhere.
static LogicalResult verifyQuantized(Operation *op) {
  unsigned quantized = 0, floats = 0;
  auto count = [&](Type type) {
    Type element = cast<RankedTensorType>(type).getElementType();
    quantized += isa<quant::QuantizedType>(element);
    floats += isa<FloatType>(element);
  };
  bool hasBias =
      isa<Conv2DOp, Conv3DOp, DepthwiseConv2DOp, TransposeConv2DOp>(op);
  for (auto [index, type] : llvm::enumerate(op->getOperandTypes()))
    if (index != 2 || !hasBias)
      count(type);
  count(op->getResult(0).getType());
  if (quantized && floats)
    return op->emitOpError("has quantised types and floats; casts (quant.qcast "
                           "and quant.dcast) stand between them");
  return success();
}

LogicalResult lacuna::nn::verifyLayer(Operation *op) {
  for (auto [index, type] : llvm::enumerate(op->getOperandTypes()))
    if (failed(verifyShape(op, ("operand " + Twine(index)).str(), type)))
      return failure();
  Type resultType = op->getResult(0).getType();
  if (failed(verifyShape(op, "result", resultType)))
    return failure();

  if (failed(verifyQuantized(op)))
    return failure();

  auto layer = cast<LayerOpInterface>(op);
  auto result = cast<RankedTensorType>(resultType);
  Type element = layer.getComputeType();
  for (auto [index, attribute] : llvm::enumerate(layer.getEpilogueStages())) {
    auto stage = cast<StageAttrInterface>(attribute);
    if (stage.getInputType() != element)
      return op->emitOpError()
             << "epilogue stage " << index << " takes " << stage.getInputType()
             << " but is given " << element;
    int64_t channels = stage.getChannels();
    int64_t last = result.getRank() ? result.getShape().back() : 1;
    if (channels != 1 && channels != last)
      return op->emitOpError() << "epilogue stage " << index << " has "
                               << channels << " channels but the result's last"
                               << " axis has " << last;
    element = stage.getOutputType();
  }
  if (element != getComputeElement(result))
    return op->emitOpError()
           << "epilogue gives " << element << " but the result has elements of "
           << result.getElementType();
  return success();
}

StringRef lacuna::nn::getLayerName(Operation *op) {
  if (auto named = op->getLoc()->findInstanceOf<NameLoc>())
    return named.getName().strref();
  return "";
}

static std::string getPortName(Attribute given, StringRef prefix,
                               unsigned number) {
  auto name = dyn_cast_if_present<StringAttr>(given);
  if (name && !name.empty())
    return lacuna::toPrintable(name.strref());
  return (prefix + Twine(number)).str();
}

constexpr llvm::StringLiteral portNameAttr = "tosa.tensor_name";

std::string lacuna::nn::getInputName(func::FuncOp function, unsigned number) {
  return getPortName(function.getArgAttr(number, portNameAttr), "input",
                     number);
}

std::string lacuna::nn::getOutputName(func::FuncOp function, unsigned number) {
  return getPortName(function.getResultAttr(number, portNameAttr), "output",
                     number);
}
