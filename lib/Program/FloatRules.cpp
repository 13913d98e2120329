// Rules for floats. What an integer field may hold is in accel-isa/*.td.
#include "lacuna/Program/FloatRules.h"

using namespace lacuna;

namespace {
/// The operands' types that an operation takes.
enum class Takes {
  Anything,
  Integers,
  Floats,
  Either,
  EitherToInteger,
  Choice
};

Takes getTakes(MapOperation operation) {
  switch (operation) {
  case MapOperation::Copy:
    return Takes::Anything;
  case MapOperation::Add:
  case MapOperation::Subtract:
  case MapOperation::Multiply:
  case MapOperation::Maximum:
  case MapOperation::Minimum:
  case MapOperation::Absolute:
    return Takes::Either;
  case MapOperation::Equal:
  case MapOperation::Greater:
  case MapOperation::GreaterEqual:
    return Takes::EitherToInteger;
  case MapOperation::Select:
    return Takes::Choice;
  case MapOperation::And:
  case MapOperation::Or:
  case MapOperation::Xor:
  case MapOperation::Not:
  case MapOperation::ShiftLeft:
  case MapOperation::ShiftRight:
  case MapOperation::ShiftRightArithmetic:
  case MapOperation::CountLeadingZeros:
  case MapOperation::Divide:
  case MapOperation::Table:
    return Takes::Integers;
  case MapOperation::Reciprocal:
  case MapOperation::ReciprocalSqrt:
  case MapOperation::Exp:
  case MapOperation::Log:
  case MapOperation::Power:
  case MapOperation::Sigmoid:
  case MapOperation::Tanh:
  case MapOperation::Erf:
  case MapOperation::Sine:
  case MapOperation::Cosine:
  case MapOperation::Floor:
  case MapOperation::Ceiling:
  case MapOperation::Negate:
    return Takes::Floats;
  }
  llvm_unreachable("not an operation");
}

bool isFp32(int64_t bits) { return bits >= 0 && bits <= UINT32_MAX; }

/// Whether the limits of a result of `type` are such.
template <class Inst> bool keepsLimits(const Inst &inst, ElementType type) {
  return !isFloat(type) ||
         ((inst.clampMin == kNoMin || isFp32(inst.clampMin)) &&
          (inst.clampMax == kNoMax || isFp32(inst.clampMax)));
}
} // namespace

bool lacuna::combinesTypes(const Map &inst) {
  bool a = isFloat(inst.aType), dst = isFloat(inst.dstType);
  bool b = inst.useB ? isFloat(inst.bType) : a;
  switch (getTakes(inst.operation)) {
  case Takes::Anything:
    return true;
  case Takes::Integers:
    return !a && !b && !dst;
  case Takes::Floats:
    return a && b && dst;
  case Takes::Either:
    return a == b && a == dst;
  case Takes::EitherToInteger:
    return a == b && !dst;
  case Takes::Choice:
    return !a && (!(dst || b || isFloat(inst.cType)) ||
                  (inst.bType == inst.dstType && inst.cType == inst.dstType));
  }
  llvm_unreachable("not a choice of types");
}

bool lacuna::combinesTypes(const Reduce &inst) {
  bool src = isFloat(inst.srcType), dst = isFloat(inst.dstType);
  switch (inst.operation) {
  case ReduceOperation::Sum:
  case ReduceOperation::Product:
  case ReduceOperation::Maximum:
  case ReduceOperation::Minimum:
    return src == dst;
  case ReduceOperation::Argmax:
    return !dst;
  case ReduceOperation::All:
  case ReduceOperation::Any:
    return !src && !dst;
  }
  llvm_unreachable("not an operation");
}

bool lacuna::keepsFloatFields(const Rescale &inst) {
  if (!isFloat(inst.srcType))
    return !inst.ignoreNan;
  return !inst.srcZeroPoint && !inst.dstZeroPoint && !inst.multiplier &&
         !inst.shift && inst.rounding == Rounding::Single && !inst.scale16 &&
         !inst.useTable && keepsLimits(inst, inst.dstType);
}

bool lacuna::keepsFloatFields(const Map &inst) {
  bool floats = isFloat(inst.aType) || isFloat(inst.dstType) ||
                (inst.useB && isFloat(inst.bType)) ||
                (inst.useC && isFloat(inst.cType));
  if (!floats)
    return !inst.ignoreNan;
  return !inst.aZeroPoint && !inst.aMultiplier && !inst.aShift &&
         !inst.bZeroPoint && !inst.bMultiplier && !inst.bShift &&
         !inst.productShift && !inst.multiplier && !inst.shift &&
         inst.rounding == Rounding::Single && !inst.dstZeroPoint &&
         (!isFloat(inst.aType) || isFp32(inst.immediate)) &&
         keepsLimits(inst, inst.dstType);
}

bool lacuna::keepsFloatFields(const Pool &inst) {
  if (!isFloat(inst.type))
    return !inst.ignoreNan;
  return !inst.srcZeroPoint && !inst.dstZeroPoint &&
         keepsLimits(inst, inst.type);
}

bool lacuna::keepsFloatFields(const Reduce &inst) {
  return isFloat(inst.srcType) || !inst.ignoreNan;
}
