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

/// `nn.unsigned` is a unit attribute of a tensor of i8 or i16.
static LogicalResult verifyBoundary(Operation *op, NamedAttribute attribute,
                                    Type type) {
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

LogicalResult lacuna::nn::verifyLayer(Operation *op) {
  for (auto [index, type] : llvm::enumerate(op->getOperandTypes()))
    if (failed(verifyShape(op, ("operand " + Twine(index)).str(), type)))
      return failure();
  Type resultType = op->getResult(0).getType();
  if (failed(verifyShape(op, "result", resultType)))
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
  if (element != result.getElementType())
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
