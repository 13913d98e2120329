// TOSA's REQUIREs on values, for the operations on which the choices differ.
#include "Unpredictable.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace lacuna::differential;

static const Tensor *tensorAt(const Values &values, Value value) {
  auto found = values.find(value);
  return found == values.end() ? nullptr : &found->second;
}

/// R6: apply_scale_32 takes values of `shift` bits, apply_scale_16 gives 32.
static bool scalesTooFar(tosa::RescaleOp op, const Values &values) {
  const Tensor *input = tensorAt(values, op.getInput());
  const Tensor *multiplier = tensorAt(values, op.getMultiplier());
  const Tensor *shift = tensorAt(values, op.getShift());
  const Tensor *zeroPoint = tensorAt(values, op.getInputZp());
  if (!input || !multiplier || !shift || !zeroPoint)
    return false;
  int64_t zero = zeroPoint->values.front();
  uint64_t mask = llvm::maskTrailingOnes<uint64_t>(
      op.getInputUnsigned() ? input->bits() : 64);
  for (auto [i, element] : llvm::enumerate(input->values)) {
    int64_t value = int64_t(uint64_t(element) & mask) - int64_t(zero & mask);
    size_t channel = i % shift->values.size();
    unsigned bits = shift->values[channel];
    __int128 scaled = ((__int128(value) * multiplier->values[channel]) +
                       (__int128(1) << (bits - 1))) >>
                      bits;
    if (op.getScale32() ? !llvm::isIntN(bits, value)
                        : scaled != int32_t(scaled))
      return true;
  }
  return false;
}

/// E10: the least number has no negative.
static bool negatesLeast(tosa::NegateOp op, const Values &values) {
  const Tensor *input = tensorAt(values, op.getInput1());
  return input && input->bits() == 32 &&
         llvm::is_contained(input->values, INT32_MIN);
}

/// B3: the slope between two entries has 16 bits.
static bool isTooSteep(tosa::TableOp op, const Values &values) {
  const Tensor *table = tensorAt(values, op.getTable());
  if (!table || table->bits() != 16)
    return false;
  for (size_t i = 1; i < table->values.size(); ++i)
    if (!llvm::isInt<16>(table->values[i] - table->values[i - 1]))
      return true;
  return false;
}

static llvm::StringRef reasonOf(Operation *op, const Values &values) {
  if (auto rescale = dyn_cast<tosa::RescaleOp>(op))
    if (scalesTooFar(rescale, values))
      return "a value that TOSA's apply_scale doesn't take: upstream drops the "
             "high bits, R6 saturates";
  if (auto negate = dyn_cast<tosa::NegateOp>(op))
    if (negatesLeast(negate, values))
      return "of -2^31: upstream saturates, E10 wraps";
  if (auto table = dyn_cast<tosa::TableOp>(op))
    if (isTooSteep(table, values))
      return "a slope beyond 16 bits, see B3";
  return "";
}

Unpredictable lacuna::differential::findUnpredictable(ModuleOp graph,
                                                      const Values &values) {
  Unpredictable found;
  llvm::DenseSet<Value> open;
  Block &block = functionOf(graph).front();
  for (Operation &op : block.without_terminator()) {
    llvm::StringRef reason = reasonOf(&op, values);
    if (!reason.empty() && found.reason.empty())
      found.reason = (op.getName().getStringRef() + ": " + reason).str();
    if (!reason.empty() || llvm::any_of(op.getOperands(), [&](Value operand) {
          return open.contains(operand);
        }))
      open.insert(op.result_begin(), op.result_end());
  }
  for (Value result : block.getTerminator()->getOperands())
    found.results.push_back(open.contains(result));
  return found;
}
