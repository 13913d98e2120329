// Names the operations that become layers, converts them, and checks that
// nothing is left.

#include "Patterns.h"
#include "lacuna/Conversion/TosaToNN/Passes.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace lacuna {
#define GEN_PASS_DEF_CONVERTTOSATONN
#include "lacuna/Conversion/TosaToNN/Passes.h.inc"

void populateTosaToNNPatterns(RewritePatternSet &patterns) {
  populateConstantPatterns(patterns);
  populateMatrixPatterns(patterns);
  populatePointwisePatterns(patterns);
  populateReducePatterns(patterns);
  populateMovePatterns(patterns);
}

DenseSet<OperationName>
supportedOperations(const FrozenRewritePatternSet &patterns,
                    MLIRContext *context) {
  DenseSet<OperationName> names;
  for (StringRef name :
       {func::FuncOp::getOperationName(), func::ReturnOp::getOperationName(),
        ModuleOp::getOperationName(), tosa::ConstShapeOp::getOperationName()})
    names.insert(OperationName(name, context));
  for (const auto &entry : patterns.getOpSpecificNativePatterns())
    names.insert(entry.first);
  return names;
}
} // namespace lacuna

/// Gives every operation of `function` that makes a tensor a name of its own.
static void nameLayers(func::FuncOp function) {
  llvm::StringSet<> taken;
  llvm::StringMap<unsigned> ordinals;
  SmallVector<Operation *> unnamed;
  auto unique = [&](StringRef wanted) {
    std::string name = wanted.str();
    for (unsigned n = 1; !taken.insert(name).second; ++n)
      name = (wanted + "_" + Twine(n)).str();
    return name;
  };
  auto setName = [](Operation *op, StringRef name) {
    op->setLoc(
        NameLoc::get(StringAttr::get(op->getContext(), name), op->getLoc()));
  };
  // Names that the model brings go first, so that no made-up one takes theirs.
  function.walk([&](Operation *op) {
    if (op->getNumResults() != 1 || isa<tosa::ConstOp, tosa::ConstShapeOp>(op))
      return;
    StringRef given = lacuna::nn::getLayerName(op);
    if (given.empty()) {
      unnamed.push_back(op);
      return;
    }
    std::string name = unique(given);
    if (name != given)
      setName(op, name);
  });
  for (Operation *op : unnamed) {
    StringRef operation = op->getName().stripDialect();
    unsigned ordinal = ordinals[operation]++;
    setName(op, unique((operation + "_" + Twine(ordinal)).str()));
  }
}

namespace {
struct ConvertTosaToNNPass
    : lacuna::impl::ConvertTosaToNNBase<ConvertTosaToNNPass> {
  LogicalResult initialize(MLIRContext *context) override {
    RewritePatternSet set(context);
    lacuna::populateTosaToNNPatterns(set);
    patterns = std::move(set);
    supported = lacuna::supportedOperations(patterns, context);
    return success();
  }

  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      nameLayers(function);
    walkAndApplyPatterns(getOperation(), patterns);
    getOperation().walk([&](Operation *op) {
      if (isa<lacuna::nn::LayerOpInterface>(op))
        ++layers;
      if (isa<tosa::ConstShapeOp>(op) && op->use_empty()) {
        op->erase();
        return;
      }
      if (!isa<tosa::TosaDialect>(op->getDialect()))
        return;
      // Patterns that fail have said why.
      if (!supported.contains(op->getName()))
        op->emitOpError("has no conversion into the nn dialect");
      signalPassFailure();
    });
  }

  FrozenRewritePatternSet patterns;
  DenseSet<OperationName> supported;
};
} // namespace
