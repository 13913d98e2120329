// Elementwise layers and reductions: rules E1 to E15, K1, D1 and D2 of
// docs/numerics.md.
#include "Broadcast.h"
#include "FloatTensor.h"
#include "Operators.h"

#include "lacuna/Reference/Arithmetic.h"

using namespace lacuna;
using namespace lacuna::reference;

namespace {
/// What an elementwise layer computes at one index, the attributes read once.
struct ElementFunction {
  nn::ElementwiseKind kind;
  int64_t shift, inputZp, outputZp;
  bool round;
  /// Width of the result, and whether it is a boolean.
  unsigned bits;
  bool toBoolean;

  int64_t operator()(int64_t a, int64_t b, int64_t c) const;
};
} // namespace

/// The operands that a layer lacks are 0; b of `intdiv` is not 0.
int64_t ElementFunction::operator()(int64_t a, int64_t b, int64_t c) const {
  using Kind = nn::ElementwiseKind;
  switch (kind) {
  case Kind::Identity:
    return a;
  case Kind::Add:
    return wrap(addModulo(a, b), bits);
  case Kind::Sub:
    return wrap(subModulo(a, b), bits);
  case Kind::Mul:
    return multiply(a, b, shift);
  case Kind::Max:
    return std::max(a, b);
  case Kind::Min:
    return std::min(a, b);
  case Kind::Abs:
    return absolute(a, bits);
  case Kind::Negate:
    return negate(a, inputZp, outputZp, bits);
  case Kind::BitwiseNot:
    return ~a;
  case Kind::BitwiseAnd:
  case Kind::LogicalAnd:
    return a & b;
  case Kind::BitwiseOr:
  case Kind::LogicalOr:
    return a | b;
  case Kind::BitwiseXor:
  case Kind::LogicalXor:
    return a ^ b;
  case Kind::LogicalNot:
    return !a;
  case Kind::LogicalLeftShift:
    return logicalLeftShift(a, b, bits);
  case Kind::LogicalRightShift:
    return logicalRightShift(a, b, bits);
  case Kind::ArithmeticRightShift:
    return arithmeticRightShift(a, b, round, bits);
  case Kind::Clz:
    return countLeadingZeros32(a);
  case Kind::Equal:
    return a == b;
  case Kind::Greater:
    return a > b;
  case Kind::GreaterEqual:
    return a >= b;
  case Kind::Select:
    return a ? b : c;
  case Kind::IntDiv:
    return divide32(a, b);
  case Kind::Cast:
    return toBoolean ? a != 0 : wrap(a, bits);
  default:
    llvm_unreachable("of floats alone");
  }
}

llvm::Expected<Tensor> reference::evaluate(nn::ElementwiseOp op,
                                           Operands operands) {
  Tensor result = makeResult(op);
  // Identity and select move bits.
  bool moves = op.getKind() == nn::ElementwiseKind::Identity ||
               op.getKind() == nn::ElementwiseKind::Select;
  if (!moves && (isFloat(*operands[0]) || isFloat(result)))
    return evaluateFloat(op, operands);
  llvm::SmallVector<Broadcast<int64_t>, 3> inputs;
  for (const Tensor *operand : operands)
    inputs.emplace_back(operand->values, operand->shape, result.shape);

  bool isDivision = op.getKind() == nn::ElementwiseKind::IntDiv;
  bool dividesByZero = false;
  ElementFunction function{op.getKind(),
                           int64_t(op.getShift()),
                           int64_t(op.getInputZp()),
                           int64_t(op.getOutputZp()),
                           op.getRound(),
                           result.bits(),
                           result.type == ElementType::I1};
  auto read = [&](size_t operand, llvm::ArrayRef<int64_t> index, int64_t at) {
    return operand < inputs.size() ? inputs[operand].at(index, at) : 0;
  };
  forEachIndex(result.shape, [&](llvm::ArrayRef<int64_t> index, int64_t at) {
    int64_t divisor = read(1, index, at);
    if (isDivision && divisor == 0)
      dividesByZero = true;
    else
      result.values[at] =
          function(read(0, index, at), divisor, read(2, index, at));
  });
  if (dividesByZero)
    return errorAt(op, "division by zero"); // E8
  return result;
}

/// D1: what a reduction starts from, and one step of it.
static int64_t reductionStart(nn::ReduceKind kind) {
  switch (kind) {
  case nn::ReduceKind::Max:
  case nn::ReduceKind::ArgMax:
    return INT64_MIN;
  case nn::ReduceKind::Min:
    return INT64_MAX;
  case nn::ReduceKind::Product:
  case nn::ReduceKind::All:
    return 1;
  case nn::ReduceKind::Sum:
  case nn::ReduceKind::Any:
    return 0;
  }
}
static int64_t reductionStep(nn::ReduceKind kind, int64_t acc, int64_t value) {
  switch (kind) {
  case nn::ReduceKind::Sum:
    return wrap(addModulo(acc, value), 32);
  case nn::ReduceKind::Product:
    return wrap(mulModulo(acc, value), 32);
  case nn::ReduceKind::Max:
  case nn::ReduceKind::ArgMax:
    return std::max(acc, value);
  case nn::ReduceKind::Min:
    return std::min(acc, value);
  case nn::ReduceKind::All:
    return acc & value;
  case nn::ReduceKind::Any:
    return acc | value;
  }
}

llvm::Expected<Tensor> reference::evaluate(nn::ReduceOp op, Operands operands) {
  const Tensor &input = *operands[0];
  if (isFloat(input))
    return evaluateFloat(op, operands);
  nn::ReduceKind kind = op.getKind();
  bool isArgMax = kind == nn::ReduceKind::ArgMax;
  Tensor result = makeResult(op);
  int64_t length = input.shape[op.getAxis()];
  int64_t inner = rowMajorStrides(input.shape)[op.getAxis()];

  // Position `at` of the result is row at / inner, column at % inner.
  for (int64_t at = 0; at < int64_t(result.values.size()); ++at) {
    const int64_t *first =
        &input.values[at / inner * length * inner + at % inner];
    int64_t acc = reductionStart(kind), best = 0;
    for (int64_t i = 0; i < length; ++i) {
      int64_t next = reductionStep(kind, acc, first[i * inner]);
      if (next != acc) // D2: a later equal element changes nothing
        best = i;
      acc = next;
    }
    result.values[at] = isArgMax ? best : acc;
  }
  return result;
}
