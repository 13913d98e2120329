// What MLIR 22.1's own lowering of integer TOSA can't do or gets wrong. Each
// entry has a case in test/Differential/upstream-limits.test that shows it:
// with a later MLIR, that test says which entries may go.
#include "Upstream.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"

using namespace mlir;
using namespace lacuna::differential;

namespace {
struct Limit {
  llvm::StringLiteral operation, reason;
  bool (*applies)(Operation *);
};
} // namespace

static unsigned bitsOf(Value value) {
  return getElementTypeOrSelf(value.getType()).getIntOrFloatBitWidth();
}

static bool isStridedOfTwoTypes(Operation *op) {
  auto conv = cast<tosa::TransposeConv2DOp>(op);
  return bitsOf(conv.getInput()) != bitsOf(conv.getWeight()) &&
         llvm::any_of(conv.getStride(), [](int64_t step) { return step > 1; });
}

static bool samplesBeforeFirst(Operation *op) {
  auto resize = cast<tosa::ResizeOp>(op);
  SmallVector<int64_t> offset;
  if (resize.getMode() != tosa::ResizeMode::BILINEAR ||
      !tosa::getConstShapeValues(resize.getOffset().getDefiningOp(), offset))
    return false;
  auto shape = cast<RankedTensorType>(resize.getInput().getType()).getShape();
  return (offset[0] < 0 && shape[1] > 1) || (offset[1] < 0 && shape[2] > 1);
}

static bool isPixelOf16Bits(Operation *op) {
  auto resize = cast<tosa::ResizeOp>(op);
  auto shape = cast<RankedTensorType>(resize.getInput().getType()).getShape();
  return resize.getMode() == tosa::ResizeMode::BILINEAR &&
         bitsOf(resize.getInput()) == 16 && shape[1] == 1 && shape[2] == 1;
}

/// Whether `value` is a constant without 0 and -1.
static bool isConstantDivisor(Value value) {
  DenseIntElementsAttr elements;
  return matchPattern(value, m_Constant(&elements)) &&
         llvm::none_of(elements.getValues<APInt>(), [](const APInt &element) {
           return element.isZero() || element.isAllOnes();
         });
}

static bool mayTrap(Operation *op) {
  Value divisor = cast<tosa::IntDivOp>(op).getInput2();
  if (auto most = divisor.getDefiningOp<tosa::MaximumOp>()) {
    DenseIntElementsAttr least;
    return !matchPattern(most.getInput2(), m_Constant(&least)) ||
           llvm::any_of(least.getValues<APInt>(), [](const APInt &element) {
             return !element.isStrictlyPositive();
           });
  }
  return !isConstantDivisor(divisor);
}

static bool negatesTwice(Operation *op) {
  Value input = cast<tosa::NegateOp>(op).getInput1();
  return input.getDefiningOp<tosa::NegateOp>() != nullptr;
}

static const Limit limits[] = {
    {"tosa.scatter", "no pass lowers it", [](Operation *) { return true; }},
    {"tosa.transpose_conv2d",
     "with a stride, its weights are padded with an element of the input's "
     "type",
     isStridedOfTwoTypes},
    {"tosa.resize",
     "bilinear, before the first element it divides towards zero, not "
     "downwards",
     samplesBeforeFirst},
    {"tosa.resize", "bilinear, of one pixel of 16 bits: multiplies i48 by i32",
     isPixelOf16Bits},
    {"tosa.intdiv", "by what may be 0 or -1: the processor traps", mayTrap},
    {"tosa.negate",
     "twice: folds the pair away, though the least number saturates",
     negatesTwice},
};

std::optional<std::string>
lacuna::differential::findUpstreamLimit(ModuleOp graph) {
  std::optional<std::string> found;
  graph->walk([&](Operation *op) {
    // Not a fault, so not in the table: what it rounds where is its own affair.
    auto isFloat = [](Type type) {
      return isa<FloatType>(getElementTypeOrSelf(type));
    };
    if (llvm::any_of(op->getOperandTypes(), isFloat) ||
        llvm::any_of(op->getResultTypes(), isFloat)) {
      found = "floats: rounded in another order";
      return WalkResult::interrupt();
    }
    for (const Limit &limit : limits)
      if (op->getName().getStringRef() == limit.operation &&
          limit.applies(op)) {
        found = (limit.operation + ": " + limit.reason).str();
        return WalkResult::interrupt();
      }
    return WalkResult::advance();
  });
  return found;
}

void lacuna::differential::printUpstreamLimits(llvm::raw_ostream &os) {
  for (const Limit &limit : limits)
    os << limit.operation << ": " << limit.reason << '\n';
}
