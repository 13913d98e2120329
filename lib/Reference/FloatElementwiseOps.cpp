// Elementwise layers and reductions of floats: rules X8 to X16 and X18 to X26
// of docs/numerics.md.
#include "Broadcast.h"
#include "FloatTensor.h"
#include "Operators.h"

using namespace lacuna;
using namespace lacuna::reference;
using Kind = nn::ElementwiseKind;

/// X8 to X14 and the functions: what a layer whose result is floats computes at
/// one index. The operand that a layer lacks is 0.
static float compute(Kind kind, float a, float b, fp::NanMode mode) {
  switch (kind) {
  case Kind::Add:
    return fp::add(a, b);
  case Kind::Sub:
    return fp::sub(a, b);
  case Kind::Mul:
    return fp::mul(a, b);
  case Kind::Max:
    return fp::maximum(a, b, mode);
  case Kind::Min:
    return fp::minimum(a, b, mode);
  case Kind::Abs:
    return fp::absolute(a);
  case Kind::Negate:
    return fp::negate(a);
  case Kind::Ceil:
    return fp::ceil(a);
  case Kind::Floor:
    return fp::floor(a);
  case Kind::Reciprocal:
    return fp::reciprocal(a);
  case Kind::Rsqrt:
    return fp::rsqrt(a);
  case Kind::Exp:
    return fp::exp(a);
  case Kind::Log:
    return fp::log(a);
  case Kind::Pow:
    return fp::pow(a, b);
  case Kind::Sigmoid:
    return fp::sigmoid(a);
  case Kind::Tanh:
    return fp::tanh(a);
  case Kind::Erf:
    return fp::erf(a);
  case Kind::Sin:
    return fp::sin(a);
  case Kind::Cos:
    return fp::cos(a);
  default:
    llvm_unreachable("no function of floats to floats");
  }
}

/// X11.
static bool compare(Kind kind, float a, float b) {
  switch (kind) {
  case Kind::Equal:
    return a == b;
  case Kind::Greater:
    return a > b;
  case Kind::GreaterEqual:
    return a >= b;
  default:
    llvm_unreachable("no comparison");
  }
}

/// X18.
static void cast(const Tensor &input, Tensor &result) {
  if (isFloat(input) && isFloat(result))
    encodeAll(decodeAll(input), result);
  else if (isFloat(input))
    llvm::transform(decodeAll(input), result.values.begin(), [&](float value) {
      return result.type == ElementType::I1
                 ? int64_t(value != 0)
                 : fp::toInteger(value, result.bits());
    });
  else
    llvm::transform(input.values, result.values.begin(), [&](int64_t value) {
      return fp::encodeInteger(result.type, value);
    });
}

llvm::Expected<Tensor> reference::evaluateFloat(nn::ElementwiseOp op,
                                                Operands operands) {
  Tensor result = makeResult(op);
  Kind kind = op.getKind();
  if (kind == Kind::Cast) {
    cast(*operands[0], result);
    return result;
  }
  const Tensor &first = *operands[0], &second = *operands.back();
  std::vector<float> a = decodeAll(first), b = decodeAll(second);
  Broadcast<float> readA(a, first.shape, result.shape);
  Broadcast<float> readB(b, second.shape, result.shape);
  fp::NanMode mode = nanModeOf(op.getIgnoreNan());
  bool compares = !isFloat(result);
  forEachIndex(result.shape, [&](llvm::ArrayRef<int64_t> index, int64_t at) {
    float left = readA.at(index, at), right = readB.at(index, at);
    result.values[at] =
        compares ? compare(kind, left, right)
                 : encodeOne(result.type, compute(kind, left, right, mode));
  });
  return result;
}

/// X15: the index of the result among `length` values, `step` apart.
static int64_t indexOfGreatest(const float *values, int64_t length,
                               int64_t step, fp::NanMode mode) {
  std::optional<int64_t> best;
  for (int64_t i = 0; i < length; ++i) {
    float value = values[i * step];
    if (fp::isNaN(value)) {
      if (mode == fp::NanMode::Propagate)
        return i;
    } else if (!best || value > values[*best * step]) {
      best = i;
    }
  }
  return best.value_or(0);
}

/// X14, X16: `length` values, `step` apart, as one.
static float reduce(nn::ReduceKind kind, const float *values, int64_t length,
                    int64_t step, fp::NanMode mode) {
  float result = kind == nn::ReduceKind::Sum       ? 0.0f
                 : kind == nn::ReduceKind::Product ? 1.0f
                                                   : values[0];
  for (int64_t i = 0; i < length; ++i) {
    float value = values[i * step];
    switch (kind) {
    case nn::ReduceKind::Sum:
      result = fp::add(result, value);
      break;
    case nn::ReduceKind::Product:
      result = fp::mul(result, value);
      break;
    case nn::ReduceKind::Max:
      result = fp::maximum(result, value, mode);
      break;
    case nn::ReduceKind::Min:
      result = fp::minimum(result, value, mode);
      break;
    default:
      llvm_unreachable("no reduction of floats to floats");
    }
  }
  return result;
}

llvm::Expected<Tensor> reference::evaluateFloat(nn::ReduceOp op,
                                                Operands operands) {
  const Tensor &input = *operands[0];
  Tensor result = makeResult(op);
  std::vector<float> x = decodeAll(input);
  int64_t length = input.shape[op.getAxis()];
  int64_t inner = rowMajorStrides(input.shape)[op.getAxis()];
  fp::NanMode mode = nanModeOf(op.getIgnoreNan());
  // Position `at` of the result is row at / inner, column at % inner.
  for (int64_t at = 0; at < int64_t(result.values.size()); ++at) {
    const float *first = &x[at / inner * length * inner + at % inner];
    result.values[at] =
        op.getKind() == nn::ReduceKind::ArgMax
            ? indexOfGreatest(first, length, inner, mode)
            : encodeOne(result.type,
                        reduce(op.getKind(), first, length, inner, mode));
  }
  return result;
}
