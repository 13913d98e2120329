// The pass nn-fuse: its steps, in order.

#include "Fuse.h"
#include "lacuna/Dialect/NN/Transforms/Passes.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/CSE.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace lacuna::nn {
#define GEN_PASS_DEF_FUSE
#include "lacuna/Dialect/NN/Transforms/Passes.h.inc"

ElementwiseOp asStages(Operation *op) {
  auto layer = dyn_cast_if_present<ElementwiseOp>(op);
  if (!layer || layer.getKind() != ElementwiseKind::Identity ||
      !layer.getPrologueStages(0).empty())
    return {};
  return layer;
}

bool isPerTensor(ArrayRef<Attribute> stages) {
  return llvm::all_of(stages, [](Attribute stage) {
    return cast<StageAttrInterface>(stage).getChannels() == 1;
  });
}

void remarkFused(Operation *gone, Operation *kept, StringRef what) {
  remark::passed(gone->getLoc(),
                 remark::RemarkOpts::name("fused").category("nn-fuse"))
      << (getLayerName(gone) + " is now " + what + " of " + getLayerName(kept))
             .str();
}
} // namespace lacuna::nn

using namespace lacuna::nn;

namespace {
struct FusePass : lacuna::nn::impl::FuseBase<FusePass> {
  using FuseBase::FuseBase;

  using Populate = void (*)(RewritePatternSet &, FusionCounts &);

  LogicalResult step(ArrayRef<Populate> families, FusionCounts &counts) {
    RewritePatternSet patterns(&getContext());
    for (Populate populate : families)
      populate(patterns, counts);
    // Producers first: a chain of stages then joins its layer in one sweep.
    GreedyRewriteConfig config;
    config.setUseTopDownTraversal(true);
    return applyPatternsGreedily(getOperation(), std::move(patterns), config);
  }

  LogicalResult run(FusionCounts &counts) {
    foldConstants(getOperation());
    if (failed(step({populateViewPatterns}, counts)))
      return failure();
    if (tables) {
      if (failed(step({populateDifferencePatterns}, counts)))
        return failure();
      tabulate(getOperation(), counts);
    }
    if (failed(step({populateIdentityPatterns}, counts)) ||
        failed(step({populateProloguePatterns}, counts)) ||
        failed(step({populateEpiloguePatterns, populateBiasPatterns,
                     populateWindowPatterns, populateViewPatterns,
                     populateLateViewPatterns},
                    counts)))
      return failure();
    IRRewriter rewriter(&getContext());
    DominanceInfo dominance(getOperation());
    eliminateCommonSubExpressions(rewriter, dominance, getOperation());
    return success();
  }

  void runOnOperation() override {
    FusionCounts counts;
    if (failed(run(counts))) {
      getOperation().emitError("fusion does not come to rest");
      return signalPassFailure();
    }
    views += counts.views;
    tablesMade += counts.tables;
    prologues += counts.prologues;
    epilogues += counts.epilogues;
    biases += counts.biases;
    windows += counts.windows;
  }
};
} // namespace
