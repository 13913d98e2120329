// Elementwise layers of constants, as constants: weights that a model computes
// from integers by casts and multiplications.
#include "FloatValues.h"
#include "Fuse.h"
#include "lacuna/Reference/Interpreter.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace lacuna;

/// Elements of a constant that is worth having.
static constexpr int64_t mostElements = int64_t(1) << 24;

static bool isFoldable(nn::ElementwiseOp op) {
  return isa<FloatType>(op.getType().getElementType()) &&
         op.getType().getNumElements() <= mostElements &&
         llvm::all_of(op.getInputs(), [](Value input) {
           return input.getDefiningOp<nn::ConstantOp>() != nullptr;
         });
}

/// The elements of the result of `op`, as the reference computes them; none if
/// it can't.
static std::optional<reference::Tensor> evaluate(nn::ElementwiseOp op) {
  OpBuilder builder(op.getContext());
  OwningOpRef<func::FuncOp> function = func::FuncOp::create(
      op.getLoc(), "constant", builder.getFunctionType({}, op.getType()));
  builder.setInsertionPointToStart(function->addEntryBlock());
  IRMapping mapping;
  for (Value input : op.getInputs())
    builder.clone(*input.getDefiningOp(), mapping);
  Operation *clone = builder.clone(*op, mapping);
  func::ReturnOp::create(builder, op.getLoc(), clone->getResult(0));
  auto interpreter = reference::Interpreter::create(*function);
  if (!interpreter) {
    llvm::consumeError(interpreter.takeError());
    return std::nullopt;
  }
  auto results = interpreter->run({});
  if (!results) {
    llvm::consumeError(results.takeError());
    return std::nullopt;
  }
  return std::move(results->front());
}

unsigned nn::foldConstants(func::FuncOp function) {
  unsigned folded = 0;
  for (auto op :
       llvm::make_early_inc_range(function.front().getOps<ElementwiseOp>())) {
    if (!isFoldable(op))
      continue;
    std::optional<reference::Tensor> result = evaluate(op);
    if (!result)
      continue;
    OpBuilder builder(op);
    Value constant =
        makeIntegerConstant(builder, op.getLoc(), op.getType().getShape(),
                            op.getType().getElementType(), result->values);
    SmallVector<Value> inputs(op.getInputs());
    op.getOutput().replaceAllUsesWith(constant);
    op.erase();
    for (Value input : inputs)
      if (Operation *source = input.getDefiningOp(); source->use_empty())
        source->erase();
    ++folded;
  }
  return folded;
}
