// Elementwise layers: a map on VECTOR, with the scales of operands that it
// takes, and what does not fit in it before and after.
#include "Chain.h"
#include "Constants.h"
#include "Extents.h"

using namespace lacuna;
using namespace lacuna::lowering;

using Kind = nn::ElementwiseKind;

namespace {
/// What an elementwise layer is on VECTOR.
struct Operation {
  Kind kind;
  MapOperation operation;
  /// a and b may change places.
  bool commutes = false;
  /// Operands may be scaled in the instruction: it does not look at the width
  /// of a.
  bool takesScales = true;
};
} // namespace

static constexpr Operation operations[] = {
    {Kind::Add, MapOperation::Add, true},
    {Kind::Sub, MapOperation::Subtract},
    {Kind::Mul, MapOperation::Multiply, true},
    {Kind::Max, MapOperation::Maximum, true},
    {Kind::Min, MapOperation::Minimum, true},
    {Kind::Abs, MapOperation::Absolute},
    {Kind::Negate, MapOperation::Multiply},
    {Kind::BitwiseNot, MapOperation::Not},
    {Kind::BitwiseAnd, MapOperation::And, true},
    {Kind::BitwiseOr, MapOperation::Or, true},
    {Kind::BitwiseXor, MapOperation::Xor, true},
    {Kind::LogicalNot, MapOperation::Not, false, false},
    {Kind::LogicalAnd, MapOperation::And, true, false},
    {Kind::LogicalOr, MapOperation::Or, true, false},
    {Kind::LogicalXor, MapOperation::Xor, true, false},
    {Kind::LogicalLeftShift, MapOperation::ShiftLeft, false, false},
    {Kind::LogicalRightShift, MapOperation::ShiftRight, false, false},
    {Kind::ArithmeticRightShift, MapOperation::ShiftRightArithmetic, false,
     false},
    {Kind::Clz, MapOperation::CountLeadingZeros},
    {Kind::Equal, MapOperation::Equal, true},
    {Kind::Greater, MapOperation::Greater},
    {Kind::GreaterEqual, MapOperation::GreaterEqual},
    {Kind::Select, MapOperation::Select, false, false},
    {Kind::IntDiv, MapOperation::Divide},
    {Kind::Ceil, MapOperation::Ceiling},
    {Kind::Floor, MapOperation::Floor},
    {Kind::Reciprocal, MapOperation::Reciprocal},
    {Kind::Rsqrt, MapOperation::ReciprocalSqrt},
    {Kind::Exp, MapOperation::Exp},
    {Kind::Log, MapOperation::Log},
    {Kind::Pow, MapOperation::Power},
    {Kind::Sigmoid, MapOperation::Sigmoid},
    {Kind::Tanh, MapOperation::Tanh},
    {Kind::Erf, MapOperation::Erf},
    {Kind::Sin, MapOperation::Sine},
    {Kind::Cos, MapOperation::Cosine},
};

static const Operation *find(Kind kind) {
  const Operation *found = llvm::find_if(
      operations, [&](const Operation &entry) { return entry.kind == kind; });
  return found == std::end(operations) ? nullptr : found;
}

namespace {

class ElementwiseLowering {
public:
  ElementwiseLowering(nn::ElementwiseOp op, Lowering &lowering);

  llvm::Error run();

private:
  nn::ElementwiseOp op;
  Lowering &lowering;
  /// Operands in the order in which the instruction takes them.
  llvm::SmallVector<unsigned, 3> order;
  /// Of the result, then of each operand.
  NormalExtents extents;
  Chain chain;
  /// The operand that the chain begins with, because it needs stages of its
  /// own.
  std::optional<unsigned> staged;
  Map inst;
  std::vector<Binding> bindings;

  mlir::Value input(unsigned operand) { return op.getInputs()[operand]; }
  NormalExtents normalExtents();
  Binding bindInput(unsigned operand, llvm::StringRef field) {
    Binding binding;
    binding.tensor = lowering.tensorOf(input(operand));
    return extents.bind(binding, operand + 1, field);
  }
  llvm::Error finish(llvm::ArrayRef<mlir::Attribute> rest);
  llvm::Error runStages();
  llvm::Error runCast();
  llvm::Error takeOperand(unsigned operand, unsigned place,
                          const Operation &operation);
  llvm::Expected<Binding> stageApart(unsigned operand,
                                     llvm::ArrayRef<mlir::Attribute> stages,
                                     llvm::StringRef field);
};

} // namespace

NormalExtents ElementwiseLowering::normalExtents() {
  Extents all;
  mlir::RankedTensorType result = tensorTypeOf(op.getOutput());
  all.dims = Shape(result.getShape());
  auto add = [&](mlir::Value value) {
    mlir::RankedTensorType tensor = tensorTypeOf(value);
    Shape strides = denseStrides(
        tensor.getShape(), bytesOf(elementTypeOf(tensor.getElementType())));
    for (auto [stride, extent] : llvm::zip_equal(strides, tensor.getShape()))
      if (extent == 1)
        stride = 0;
    all.strides.push_back(std::move(strides));
  };
  add(op.getOutput());
  for (mlir::Value operand : op.getInputs())
    add(operand);
  return normalise(all, arePerChannel(op.getEpilogueStages()));
}

ElementwiseLowering::ElementwiseLowering(nn::ElementwiseOp op,
                                         Lowering &lowering)
    : op(op), lowering(lowering), extents(normalExtents()),
      chain(lowering, op, extents.dims) {
  chain.outer = extents.outer;
  for (unsigned operand = 0; operand != op.getInputs().size(); ++operand)
    order.push_back(operand);
}

llvm::Error ElementwiseLowering::finish(llvm::ArrayRef<mlir::Attribute> rest) {
  if (llvm::Error error = applyStages(chain, rest))
    return error;
  Binding target;
  target.tensor = lowering.tensorOf(op.getOutput());
  return chain.finish(extents.bind(target, 0, "dst"));
}

/// An identity: stages alone, or a copy.
llvm::Error ElementwiseLowering::runStages() {
  if (op.getEpilogueStages().empty())
    return copyTensor(lowering, op, lowering.tensorOf(input(0)),
                      lowering.tensorOf(op.getOutput()));
  chain.start(bindInput(0, ""),
              elementTypeOf(tensorTypeOf(input(0)).getElementType()));
  return finish(op.getEpilogueStages());
}

llvm::Error ElementwiseLowering::runCast() {
  ElementType from = elementTypeOf(op.getPrologueType(0));
  ElementType to = elementTypeOf(nn::LayerOpInterface(op).getComputeType());
  chain.start(bindInput(0, "a"),
              elementTypeOf(tensorTypeOf(input(0)).getElementType()));
  if (llvm::Error error = applyStages(chain, op.getPrologueStages(0)))
    return error;
  auto add = [&](MapOperation operation, int64_t immediate, ElementType type) {
    Map step;
    step.operation = operation;
    step.dims = chain.wholeDims();
    step.a.memory = chain.memory;
    step.aType = chain.type;
    step.dstType = type;
    step.immediate = immediate;
    chain.add(step, {chain.source("a")}, "dst", type);
  };
  unsigned wide = getInfo(from).bits, narrow = getInfo(to).bits;
  if (isFloat(from) || isFloat(to)) {
    add(MapOperation::Copy, 0, to);
  } else if (to == ElementType::I1 && from != to) {
    add(MapOperation::Equal, 0, ElementType::I1);
    add(MapOperation::Not, 0, ElementType::I1);
  } else if (narrow < wide) {
    // The low bits alone: up to where they wrap, and back with their sign.
    add(MapOperation::ShiftLeft, wide - narrow, from);
    add(MapOperation::ShiftRightArithmetic, wide - narrow, to);
  } else {
    add(MapOperation::Copy, 0, to);
  }
  return finish(op.getEpilogueStages());
}

/// Whether `stages` are one rescale that a map applies to its operand; then
/// `inst` has room for it next to the roundings it has.
static nn::RescaleAttr asOperandScale(llvm::ArrayRef<mlir::Attribute> stages) {
  if (stages.size() != 1)
    return {};
  auto rescale = llvm::dyn_cast<nn::RescaleAttr>(stages.front());
  bool fits = rescale && rescale.getScale32() && !rescale.isPerChannel() &&
              rescale.getOutputType().isInteger(32) &&
              rescale.getOutputZp() == 0;
  return fits ? rescale : nn::RescaleAttr();
}

/// Whether `stages` end with a conversion that an operation on floats does
/// itself: it computes with whatever operand in fp32.
static nn::CastAttr asOperandCast(llvm::ArrayRef<mlir::Attribute> stages,
                                  const Operation &operation) {
  if (stages.empty() || operation.operation == MapOperation::Select)
    return {};
  auto cast = llvm::dyn_cast<nn::CastAttr>(stages.back());
  return cast && cast.getOutputType().isF32() ? cast : nn::CastAttr();
}

/// The element `value` as the immediate of a map: a float as the bits of an
/// fp32, which holds any other.
static int64_t immediateOf(int64_t value, mlir::Type type) {
  auto floats = llvm::dyn_cast<mlir::FloatType>(type);
  if (!floats)
    return value;
  llvm::APFloat element(floats.getFloatSemantics(),
                        llvm::APInt(floats.getWidth(), uint64_t(value)));
  bool unused = false;
  element.convert(llvm::APFloat::IEEEsingle(),
                  llvm::APFloat::rmNearestTiesToEven, &unused);
  return int64_t(element.bitcastToAPInt().getZExtValue());
}

/// An operand whose stages fit neither the instruction nor the chain, which has
/// one beginning: a problem of its own leaves it off-chip.
llvm::Expected<Binding>
ElementwiseLowering::stageApart(unsigned operand,
                                llvm::ArrayRef<mlir::Attribute> stages,
                                llvm::StringRef field) {
  mlir::RankedTensorType tensor = tensorTypeOf(input(operand));
  ElementType type = elementTypeOf(
      llvm::cast<nn::StageAttrInterface>(stages.back()).getOutputType());
  Extents whole{Shape(tensor.getShape()),
                {denseStrides(tensor.getShape(),
                              bytesOf(elementTypeOf(tensor.getElementType()))),
                 denseStrides(tensor.getShape(), bytesOf(type))}};
  NormalExtents own = normalise(whole);
  Chain apart(lowering, op, own.dims);
  apart.outer = own.outer;
  Binding source, target;
  source.tensor = lowering.tensorOf(input(operand));
  apart.start(own.bind(source, 0, ""), elementTypeOf(tensor.getElementType()));
  if (llvm::Error error = applyStages(apart, stages))
    return std::move(error);
  target.tensor = lowering.addTensor(
      nn::getLayerName(op).str() + ".operand", TensorRole::Activation, type,
      tensor.getShape(), tensor.getNumElements() * bytesOf(type));
  if (llvm::Error error = apart.finish(own.bind(target, 1, "dst")))
    return std::move(error);

  // The same broadcast, with elements of another size.
  Binding binding = bindInput(operand, field);
  setElementBytes(binding, bytesOf(elementTypeOf(tensor.getElementType())),
                  bytesOf(type));
  binding.tensor = target.tensor;
  return binding;
}

/// Makes `operand` the a, b or c (`place`) of the instruction.
llvm::Error ElementwiseLowering::takeOperand(unsigned operand, unsigned place,
                                             const Operation &operation) {
  llvm::ArrayRef<mlir::Attribute> stages = op.getPrologueStages(operand);
  if (place == 1 && order.size() == 2 && stages.empty())
    if (std::optional<int64_t> value = splatOf(input(operand))) {
      inst.immediate =
          immediateOf(*value, tensorTypeOf(input(operand)).getElementType());
      return llvm::Error::success();
    }

  ElementType type =
      elementTypeOf(tensorTypeOf(input(operand)).getElementType());
  int64_t zeroPoint = 0, multiplier = 0;
  uint64_t shift = 0;
  if (!stages.empty())
    type = elementTypeOf(
        llvm::cast<nn::StageAttrInterface>(stages.back()).getOutputType());
  if (nn::CastAttr cast = asOperandCast(stages, operation)) {
    type = elementTypeOf(cast.getInputType());
    stages = stages.drop_back();
  }
  nn::RescaleAttr scale;
  if (place < 2 && operation.takesScales && !stages.empty())
    scale = asOperandScale(stages.take_back());
  if (scale && agreeOnRounding(inst, scale)) {
    zeroPoint = scale.getInputZp();
    std::tie(multiplier, shift) = scaleOf(scale);
    type = elementTypeOf(scale.getInputType());
    if (scale.getInputUnsigned())
      type = unsignedType(type);
    stages = stages.drop_back();
  } else if (scale && staged == operand) {
    // The chain stopped before the scale, which finds no room.
    if (llvm::Error error = applyStages(chain, stages.take_back()))
      return error;
  }

  static constexpr llvm::StringLiteral fields[] = {"a", "b", "c"};
  llvm::StringRef field = fields[place];
  Binding binding;
  if (stages.empty()) {
    binding = bindInput(operand, field);
  } else if (staged == operand) {
    binding = chain.source(field);
  } else {
    llvm::Expected<Binding> apart = stageApart(operand, stages, field);
    if (!apart)
      return apart.takeError();
    binding = std::move(*apart);
  }
  // What the stage before left must come first.
  bindings.insert(binding.isIntermediate() ? bindings.begin() : bindings.end(),
                  std::move(binding));
  if (place == 0) {
    inst.aType = type;
    inst.aZeroPoint = zeroPoint;
    inst.aMultiplier = multiplier;
    inst.aShift = shift;
  } else if (place == 1) {
    inst.useB = true;
    inst.bType = type;
    inst.bZeroPoint = zeroPoint;
    inst.bMultiplier = multiplier;
    inst.bShift = shift;
  } else {
    inst.useC = true;
    inst.cType = type;
  }
  return llvm::Error::success();
}

llvm::Error ElementwiseLowering::run() {
  Kind kind = op.getKind();
  if (kind == Kind::Identity)
    return runStages();
  if (kind == Kind::Cast)
    return runCast();
  const Operation *operation = find(kind);
  if (!operation)
    return errorAt(op, "no instruction of VECTOR does this");
  if (operation->commutes && splatOf(input(0)) && !splatOf(input(1)))
    std::swap(order[0], order[1]);

  // The first operand whose stages an instruction can't take begins the chain.
  for (unsigned place = 0; place != order.size() && !staged; ++place) {
    llvm::ArrayRef<mlir::Attribute> stages = op.getPrologueStages(order[place]);
    bool last = asOperandCast(stages, *operation) ||
                (place < 2 && operation->takesScales && !stages.empty() &&
                 asOperandScale(stages.take_back()));
    if (stages.size() <= (last ? 1u : 0u))
      continue;
    staged = order[place];
    chain.start(
        bindInput(order[place], ""),
        elementTypeOf(tensorTypeOf(input(order[place])).getElementType()));
    if (llvm::Error error =
            applyStages(chain, last ? stages.drop_back() : stages))
      return error;
  }

  inst.operation = operation->operation;
  inst.dims = chain.wholeDims();
  for (auto [place, operand] : llvm::enumerate(order))
    if (llvm::Error error = takeOperand(operand, place, *operation))
      return error;
  if (kind == Kind::Mul)
    inst.productShift = op.getShift();
  if (kind == Kind::ArithmeticRightShift)
    inst.productShift = op.getRound();
  ElementType result = elementTypeOf(nn::LayerOpInterface(op).getComputeType());
  inst.ignoreNan = op.getIgnoreNan();
  if (kind == Kind::Negate && isFloat(result)) {
    inst.operation = MapOperation::Negate;
  } else if (kind == Kind::Negate) {
    inst.immediate = -1;
    inst.aZeroPoint = op.getInputZp();
    inst.dstZeroPoint = op.getOutputZp();
  }
  llvm::ArrayRef<mlir::Attribute> rest = op.getEpilogueStages();
  inst.dstType = result;
  if (isFloat(result))
    rest = rest.drop_front(takeFloatOutputStages(inst, result, rest));
  else if (kind != Kind::Negate)
    rest = rest.drop_front(takeOutputStages(inst, result, rest));
  ElementType left = inst.dstType;
  if (left == ElementType::U8 || left == ElementType::U16)
    left = left == ElementType::U8 ? ElementType::I8 : ElementType::I16;
  chain.add(inst, std::move(bindings), "dst", left);
  return finish(rest);
}

static llvm::Error lowerElementwise(nn::ElementwiseOp op, Lowering &lowering) {
  return ElementwiseLowering(op, lowering).run();
}

void lowering::registerElementwise(Registry &registry) {
  registry.add<nn::ElementwiseOp, lowerElementwise>();
}
