// Verifiers of elementwise layers and reductions.

#include "Verify.h"
#include "lacuna/Dialect/NN/IR/NN.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace lacuna::nn;

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

void ElementwiseOp::build(OpBuilder &builder, OperationState &state,
                          RankedTensorType type, ElementwiseKind kind,
                          ValueRange inputs, ArrayRef<Attribute> epilogue) {
  state.addTypes(type);
  state.addOperands(inputs);
  Properties &properties = state.getOrAddProperties<Properties>();
  properties.kind = ElementwiseKindAttr::get(builder.getContext(), kind);
  properties.epilogue = builder.getArrayAttr(epilogue);
}

ArrayRef<Attribute> ElementwiseOp::getPrologueStages(unsigned operand) {
  if (getPrologue().empty())
    return {};
  return cast<ArrayAttr>(getPrologue()[operand]).getValue();
}

Type ElementwiseOp::getPrologueType(unsigned index) {
  ArrayRef<Attribute> stages = getPrologueStages(index);
  if (!stages.empty())
    return cast<StageAttrInterface>(stages.back()).getOutputType();
  return elementOf(getInputs()[index]);
}

static unsigned arityOf(ElementwiseKind kind) {
  switch (kind) {
  case ElementwiseKind::Identity:
  case ElementwiseKind::Abs:
  case ElementwiseKind::Negate:
  case ElementwiseKind::BitwiseNot:
  case ElementwiseKind::LogicalNot:
  case ElementwiseKind::Clz:
  case ElementwiseKind::Cast:
  case ElementwiseKind::Ceil:
  case ElementwiseKind::Floor:
  case ElementwiseKind::Reciprocal:
  case ElementwiseKind::Rsqrt:
  case ElementwiseKind::Exp:
  case ElementwiseKind::Log:
  case ElementwiseKind::Sigmoid:
  case ElementwiseKind::Tanh:
  case ElementwiseKind::Erf:
  case ElementwiseKind::Sin:
  case ElementwiseKind::Cos:
    return 1;
  case ElementwiseKind::Select:
    return 3;
  default:
    return 2;
  }
}

static bool isByteToWord(Type type) {
  return type.isInteger(8) || type.isInteger(16) || type.isInteger(32);
}

/// Whether elements of `type` can be cast, to any other such type.
static bool canBeCast(Type type) {
  return type.isInteger(1) || isByteToWord(type) || isa<FloatType>(type);
}

/// Whether the inputs after their prologues (all of `type`, for select the last
/// two) and the element type computed from them go with the kind, as TOSA 1.0
/// has it; what it has for floats goes for those of 8 bits too.
static bool typesFit(ElementwiseKind kind, Type type, Type result) {
  bool floats = isa<FloatType>(type) && result == type;
  switch (kind) {
  case ElementwiseKind::Identity:
  case ElementwiseKind::Select:
    return type == result;
  case ElementwiseKind::Add:
  case ElementwiseKind::Sub:
  case ElementwiseKind::Abs:
    return floats || (type.isInteger(32) && result == type);
  case ElementwiseKind::IntDiv:
  case ElementwiseKind::Clz:
    return type.isInteger(32) && result == type;
  case ElementwiseKind::Mul:
    return floats || (isByteToWord(type) && result.isInteger(32));
  case ElementwiseKind::Max:
  case ElementwiseKind::Min:
  case ElementwiseKind::Negate:
    return floats || (isByteToWord(type) && result == type);
  case ElementwiseKind::BitwiseNot:
  case ElementwiseKind::BitwiseAnd:
  case ElementwiseKind::BitwiseOr:
  case ElementwiseKind::BitwiseXor:
  case ElementwiseKind::LogicalLeftShift:
  case ElementwiseKind::LogicalRightShift:
  case ElementwiseKind::ArithmeticRightShift:
    return isByteToWord(type) && result == type;
  case ElementwiseKind::LogicalNot:
  case ElementwiseKind::LogicalAnd:
  case ElementwiseKind::LogicalOr:
  case ElementwiseKind::LogicalXor:
    return type.isInteger(1) && result == type;
  case ElementwiseKind::Equal:
  case ElementwiseKind::Greater:
  case ElementwiseKind::GreaterEqual:
    return (type.isInteger(32) || isa<FloatType>(type)) && result.isInteger(1);
  case ElementwiseKind::Cast:
    return canBeCast(type) && canBeCast(result) && type != result;
  case ElementwiseKind::Ceil:
  case ElementwiseKind::Floor:
  case ElementwiseKind::Reciprocal:
  case ElementwiseKind::Rsqrt:
  case ElementwiseKind::Exp:
  case ElementwiseKind::Log:
  case ElementwiseKind::Pow:
  case ElementwiseKind::Sigmoid:
  case ElementwiseKind::Tanh:
  case ElementwiseKind::Erf:
  case ElementwiseKind::Sin:
  case ElementwiseKind::Cos:
    return floats;
  }
  llvm_unreachable("all kinds are handled");
}

/// Result shape of broadcasting, or a message.
static LogicalResult verifyBroadcast(ElementwiseOp op) {
  SmallVector<int64_t> shape(shapeOf(op.getInputs()[0]));
  for (Value input : op.getInputs().drop_front()) {
    ArrayRef<int64_t> other = shapeOf(input);
    if (other.size() != shape.size())
      return op.emitOpError() << "inputs have ranks " << shape.size() << " and "
                              << other.size() << "; one rank is needed";
    for (auto [into, dim] : llvm::zip_equal(shape, other)) {
      if (into == 1)
        into = dim;
      else if (dim != 1 && dim != into)
        return op.emitOpError()
               << "cannot broadcast dimensions " << into << " and " << dim;
    }
  }
  return verifyResultShape(op, shape);
}

static LogicalResult verifyPrologue(ElementwiseOp op) {
  ArrayAttr prologue = op.getPrologue();
  if (prologue.empty())
    return success();
  if (prologue.size() != op.getInputs().size())
    return op.emitOpError() << "has a prologue for " << prologue.size()
                            << " inputs but takes " << op.getInputs().size();
  for (auto [index, input] : llvm::enumerate(op.getInputs())) {
    Type element = elementOf(input);
    for (Attribute attribute : op.getPrologueStages(index)) {
      auto stage = cast<StageAttrInterface>(attribute);
      if (stage.getInputType() != element)
        return op.emitOpError()
               << "prologue of input " << index << " takes "
               << stage.getInputType() << " but is given " << element;
      if (stage.getChannels() != 1)
        return op.emitOpError()
               << "prologue of input " << index << " must have one multiplier";
      element = stage.getOutputType();
    }
  }
  return success();
}

/// Attributes that one kind alone uses.
static LogicalResult verifyExtras(ElementwiseOp op, Type type) {
  ElementwiseKind kind = op.getKind();
  int64_t shift = op.getShift();
  bool shifts = kind == ElementwiseKind::Mul && type.isInteger(32);
  if (shifts ? shift < 0 || shift > 63 : shift != 0)
    return op.emitOpError()
           << "shift " << shift << " is outside 0 ... " << (shifts ? 63 : 0)
           << " for " << stringifyElementwiseKind(kind) << " of " << type;
  if (op.getRound() && kind != ElementwiseKind::ArithmeticRightShift)
    return op.emitOpError("only arithmetic_right_shift rounds");
  bool compares = kind == ElementwiseKind::Max || kind == ElementwiseKind::Min;
  if (op.getIgnoreNan() && !(compares && isa<FloatType>(type)))
    return op.emitOpError("only max and min of floats ignore NaNs");
  if (kind != ElementwiseKind::Negate && (op.getInputZp() || op.getOutputZp()))
    return op.emitOpError("only negate has zero points");
  if (failed(verifyZeroPoint(op, "input_zp", op.getInputZp(), type)))
    return failure();
  return verifyZeroPoint(op, "output_zp", op.getOutputZp(), type);
}

LogicalResult ElementwiseOp::verify() {
  ElementwiseKind kind = getKind();
  if (getInputs().size() != arityOf(kind))
    return emitOpError() << stringifyElementwiseKind(kind) << " takes "
                         << arityOf(kind) << " inputs, not "
                         << getInputs().size();
  if (failed(verifyPrologue(*this)) || failed(verifyBroadcast(*this)))
    return failure();
  unsigned first = kind == ElementwiseKind::Select ? 1 : 0;
  if (first == 1 && !getPrologueType(0).isInteger(1))
    return emitOpError() << "condition must be i1, not " << getPrologueType(0);
  Type type = getPrologueType(first);
  for (unsigned i = first + 1, e = getInputs().size(); i < e; ++i)
    if (getPrologueType(i) != type)
      return emitOpError() << "inputs have element types " << type << " and "
                           << getPrologueType(i);
  if (!typesFit(kind, type, getComputeType()))
    return emitOpError() << stringifyElementwiseKind(kind) << " of " << type
                         << " giving " << getComputeType() << " is not defined";
  return verifyExtras(*this, type);
}

//===----------------------------------------------------------------------===//
// Reduction
//===----------------------------------------------------------------------===//

LogicalResult ReduceOp::verify() {
  SmallVector<int64_t> shape(shapeOf(getInput()));
  int64_t axis = getAxis();
  if (failed(verifyAxis(*this, axis, shape.size())))
    return failure();
  if (getKind() == ReduceKind::ArgMax)
    shape.erase(shape.begin() + axis);
  else
    shape[axis] = 1;
  if (failed(verifyResultShape(*this, shape)))
    return failure();

  Type type = elementOf(getInput()), result = getComputeType();
  bool fits = false, isFloat = isa<FloatType>(type), compares = false;
  switch (getKind()) {
  case ReduceKind::Sum:
  case ReduceKind::Product:
    fits = isFloat ? result.isF32() : type.isInteger(32) && result == type;
    break;
  case ReduceKind::Max:
  case ReduceKind::Min:
    fits = (isFloat || isByteToWord(type)) && result == type;
    compares = true;
    break;
  case ReduceKind::All:
  case ReduceKind::Any:
    fits = type.isInteger(1) && result == type;
    break;
  case ReduceKind::ArgMax:
    fits = (isFloat || type.isInteger(8) || type.isInteger(16)) &&
           result.isInteger(32);
    compares = true;
    break;
  }
  if (!fits)
    return emitOpError() << stringifyReduceKind(getKind()) << " of " << type
                         << " giving " << result << " is not defined";
  if (getIgnoreNan() && !(isFloat && compares))
    return emitOpError("only max, min and argmax of floats ignore NaNs");
  return success();
}
