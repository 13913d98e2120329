// The arithmetic of single elements. Names in comments are those of the
// pseudo-code in the TOSA 1.0 specification.

#include "ConstantEval.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace lacuna::nn;

static unsigned widthOf(Type type) { return type.getIntOrFloatBitWidth(); }

/// The low bits of `value` as a signed integer; i1 stays 0 or 1.
static int64_t wrap(int64_t value, Type type) {
  unsigned width = widthOf(type);
  return width == 1 ? value & 1 : llvm::SignExtend64(value, width);
}

static Element inRange(int64_t value, Type type) {
  if (!llvm::isIntN(widthOf(type), value))
    return std::nullopt;
  return value;
}

//===----------------------------------------------------------------------===//
// Stages
//===----------------------------------------------------------------------===//

/// apply_scale_32 and apply_scale_16.
static Element scale(int64_t value, RescaleAttr stage) {
  int64_t multiplier = stage.getMultiplier()[0];
  int shift = stage.getShift()[0];
  int64_t limit =
      stage.getScale32() ? int64_t(1) << (shift - 1) : int64_t(1) << 47;
  if (value < -limit || value >= limit)
    return std::nullopt;
  int64_t round = int64_t(1) << (shift - 1);
  if (stage.getRounding() == Rounding::Double && shift > 31)
    round += value >= 0 ? int64_t(1) << 30 : -(int64_t(1) << 30);
  int64_t product, sum;
  if (llvm::MulOverflow(value, multiplier, product) ||
      llvm::AddOverflow(product, round, sum))
    return std::nullopt;
  int64_t result = sum >> shift;
  if (!llvm::isInt<32>(result))
    return std::nullopt;
  return result;
}

static Element evaluate(RescaleAttr stage, int64_t value) {
  if (stage.getInputUnsigned())
    value &= (int64_t(1) << widthOf(stage.getInputType())) - 1;
  Element scaled = scale(value - stage.getInputZp(), stage);
  if (!scaled)
    return std::nullopt;
  Type type = stage.getOutputType();
  unsigned width = widthOf(type);
  int64_t result = *scaled + stage.getOutputZp();
  int64_t min = stage.getOutputUnsigned() ? 0 : llvm::minIntN(width);
  int64_t max =
      stage.getOutputUnsigned() ? llvm::maxUIntN(width) : llvm::maxIntN(width);
  return wrap(std::clamp(result, min, max), type);
}

static Element evaluate(ClampAttr stage, int64_t value) {
  return std::clamp(value, stage.getMinInt(), stage.getMaxInt());
}

/// TABLE: of i8, an entry; of i16, the line between two.
static Element evaluate(TableAttr stage, int64_t value) {
  auto entry = [&](int64_t index) {
    return wrap(stage.getValues().getValues<APInt>()[index].getSExtValue(),
                stage.getValues().getElementType());
  };
  if (stage.getInputType().isInteger(8))
    return entry(value + 128);
  int64_t index = (value + 32768) >> 7, fraction = value & 0x7f;
  int64_t base = entry(index), slope = entry(index + 1) - base;
  if (!llvm::isInt<16>(slope))
    return std::nullopt;
  return (base << 7) + slope * fraction;
}

Element lacuna::nn::evaluateStages(ArrayRef<Attribute> stages, int64_t value) {
  Element result = value;
  for (Attribute attribute : stages) {
    auto stage = cast<StageAttrInterface>(attribute);
    if (!result || isa<FloatType>(stage.getInputType()) ||
        isa<FloatType>(stage.getOutputType()))
      return std::nullopt;
    result = llvm::TypeSwitch<Attribute, Element>(attribute)
                 .Case<RescaleAttr, ClampAttr, TableAttr>(
                     [&](auto stage) { return evaluate(stage, *result); })
                 .Default([](Attribute) { return std::nullopt; });
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Elementwise kinds
//===----------------------------------------------------------------------===//

/// ARITHMETIC_RIGHT_SHIFT.
static Element shiftRight(int64_t value, int64_t amount, bool round,
                          Type type) {
  if (amount < 0 || amount >= widthOf(type))
    return std::nullopt;
  int64_t result = value >> amount;
  if (round && amount > 0 && ((value >> (amount - 1)) & 1))
    ++result;
  return inRange(result, type);
}

static Element logicalShift(int64_t value, int64_t amount, bool left,
                            Type type) {
  unsigned width = widthOf(type);
  if (amount < 0 || amount > 31)
    return std::nullopt;
  uint64_t bits = uint64_t(value) & llvm::maskTrailingOnes<uint64_t>(width);
  return wrap(int64_t(left ? bits << amount : bits >> amount), type);
}

/// MUL: for i32, the 64-bit product shifted right, rounded half up.
static Element multiply(int64_t a, int64_t b, int64_t shift) {
  int64_t product = a * b; // |a|, |b| <= 2^31
  if (shift > 0) {
    int64_t round = int64_t(1) << (shift - 1);
    if (llvm::AddOverflow(product, round, product))
      return std::nullopt;
    product >>= shift;
  }
  if (!llvm::isInt<32>(product))
    return std::nullopt;
  return product;
}

/// Result of `kind` on inputs `v` of `type`, before the epilogue.
static Element compute(ElementwiseOp op, ArrayRef<int64_t> v, Type type) {
  Type result = op.getComputeType();
  if (isa<FloatType>(type) || isa<FloatType>(result))
    return std::nullopt;
  switch (op.getKind()) {
  case ElementwiseKind::Identity:
    return v[0];
  case ElementwiseKind::Add:
    return inRange(v[0] + v[1], type);
  case ElementwiseKind::Sub:
    return inRange(v[0] - v[1], type);
  case ElementwiseKind::Mul:
    return multiply(v[0], v[1], op.getShift());
  case ElementwiseKind::Max:
    return std::max(v[0], v[1]);
  case ElementwiseKind::Min:
    return std::min(v[0], v[1]);
  case ElementwiseKind::Abs:
    return inRange(std::abs(v[0]), type);
  case ElementwiseKind::Negate: {
    int64_t negated =
        -(v[0] - int64_t(op.getInputZp())) + int64_t(op.getOutputZp());
    return std::clamp(negated, llvm::minIntN(widthOf(type)),
                      llvm::maxIntN(widthOf(type)));
  }
  case ElementwiseKind::BitwiseNot:
    return ~v[0];
  case ElementwiseKind::BitwiseAnd:
  case ElementwiseKind::LogicalAnd:
    return v[0] & v[1];
  case ElementwiseKind::BitwiseOr:
  case ElementwiseKind::LogicalOr:
    return v[0] | v[1];
  case ElementwiseKind::BitwiseXor:
  case ElementwiseKind::LogicalXor:
    return v[0] ^ v[1];
  case ElementwiseKind::LogicalNot:
    return v[0] ^ 1;
  case ElementwiseKind::LogicalLeftShift:
    return logicalShift(v[0], v[1], /*left=*/true, type);
  case ElementwiseKind::LogicalRightShift:
    return logicalShift(v[0], v[1], /*left=*/false, type);
  case ElementwiseKind::ArithmeticRightShift:
    return shiftRight(v[0], v[1], op.getRound(), type);
  case ElementwiseKind::Clz:
    return llvm::countl_zero(uint32_t(v[0]));
  case ElementwiseKind::Equal:
    return v[0] == v[1];
  case ElementwiseKind::Greater:
    return v[0] > v[1];
  case ElementwiseKind::GreaterEqual:
    return v[0] >= v[1];
  case ElementwiseKind::Select:
    return v[0] ? v[1] : v[2];
  case ElementwiseKind::IntDiv:
    if (v[1] == 0)
      return std::nullopt;
    return inRange(v[0] / v[1], type);
  case ElementwiseKind::Cast:
    return result.isInteger(1) ? int64_t(v[0] != 0) : wrap(v[0], result);
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
    return std::nullopt;
  }
  llvm_unreachable("all kinds are handled");
}

Element lacuna::nn::evaluateElementwise(ElementwiseOp op,
                                        ArrayRef<int64_t> inputs) {
  SmallVector<int64_t> values;
  for (auto [index, input] : llvm::enumerate(inputs)) {
    Element value = evaluateStages(op.getPrologueStages(index), input);
    if (!value)
      return std::nullopt;
    values.push_back(*value);
  }
  Element result =
      compute(op, values, op.getPrologueType(values.size() == 3 ? 1 : 0));
  if (!result)
    return std::nullopt;
  return evaluateStages(op.getEpilogueStages(), *result);
}
