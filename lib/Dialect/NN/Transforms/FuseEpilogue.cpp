// Stages into the layer before them, and stages that do nothing.

#include "Fuse.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace lacuna::nn;

static unsigned widthOf(Value value) {
  return tensorOf(value).getElementTypeBitWidth();
}

namespace {

/// layer, then stages -> layer with stages in its epilogue. With
/// `identitiesOnly`, the layer must itself be stages alone, and a narrow tensor
/// between two wide ones stays: what widens it may go to its readers.
struct FuseEpilogue : OpRewritePattern<ElementwiseOp> {
  FuseEpilogue(MLIRContext *context, FusionCounts &counts, bool identitiesOnly)
      : OpRewritePattern(context), counts(counts),
        identitiesOnly(identitiesOnly) {}

  LogicalResult matchAndRewrite(ElementwiseOp op,
                                PatternRewriter &rewriter) const override {
    if (!asStages(op) || !op.getInputs()[0].hasOneUse())
      return failure();
    auto layer = op.getInputs()[0].getDefiningOp<LayerOpInterface>();
    if (!layer || !layer.hasEpilogue() || (identitiesOnly && !asStages(layer)))
      return failure();
    Value between = op.getInputs()[0];
    if (identitiesOnly && widthOf(layer->getOperand(0)) > widthOf(between) &&
        widthOf(op.getOutput()) > widthOf(between))
      return failure();
    SmallVector<Attribute> stages(layer.getEpilogueStages());
    llvm::append_range(stages, op.getEpilogueStages());
    ++counts.epilogues;
    remarkFused(op, layer, "in the epilogue");
    rewriter.modifyOpInPlace(layer, [&] {
      layer.setEpilogueStages(stages);
      layer->getResult(0).setType(op.getType());
    });
    rewriter.replaceOp(op, layer->getResult(0));
    return success();
  }

  FusionCounts &counts;
  bool identitiesOnly;
};

/// An identity layer without stages is its input.
struct DropIdentity : OpRewritePattern<ElementwiseOp> {
  DropIdentity(MLIRContext *context, FusionCounts &)
      : OpRewritePattern(context) {}

  LogicalResult matchAndRewrite(ElementwiseOp op,
                                PatternRewriter &rewriter) const override {
    if (!asStages(op) || !op.getEpilogueStages().empty())
      return failure();
    rewriter.replaceOp(op, op.getInputs()[0]);
    return success();
  }
};

/// Clamps to the whole range of their type go; neighbouring clamps become one.
struct SimplifyClamps : OpInterfaceRewritePattern<LayerOpInterface> {
  SimplifyClamps(MLIRContext *context, FusionCounts &)
      : OpInterfaceRewritePattern(context) {}

  static bool isWhole(ClampAttr clamp) {
    if (clamp.isFloat())
      return false;
    unsigned width = clamp.getInputType().getIntOrFloatBitWidth();
    return clamp.getMinInt() <= llvm::minIntN(width) &&
           clamp.getMaxInt() >= llvm::maxIntN(width);
  }

  /// `second` after `first`: one clamp, also where their ranges are disjoint.
  static ClampAttr compose(ClampAttr first, ClampAttr second) {
    auto limit = [&](int64_t value) {
      return IntegerAttr::get(
          first.getInputType(),
          std::clamp(value, second.getMinInt(), second.getMaxInt()));
    };
    return ClampAttr::get(first.getContext(), limit(first.getMinInt()),
                          limit(first.getMaxInt()));
  }

  LogicalResult matchAndRewrite(LayerOpInterface op,
                                PatternRewriter &rewriter) const override {
    SmallVector<Attribute> stages;
    for (Attribute stage : op.getEpilogueStages()) {
      auto clamp = dyn_cast<ClampAttr>(stage);
      auto previous =
          stages.empty() ? ClampAttr() : dyn_cast<ClampAttr>(stages.back());
      if (clamp && isWhole(clamp))
        continue;
      if (clamp && previous && !clamp.isFloat())
        stages.back() = compose(previous, clamp);
      else
        stages.push_back(stage);
    }
    if (stages.size() == op.getEpilogueStages().size())
      return failure();
    rewriter.modifyOpInPlace(op, [&] { op.setEpilogueStages(stages); });
    return success();
  }
};

} // namespace

void lacuna::nn::populateIdentityPatterns(RewritePatternSet &patterns,
                                          FusionCounts &counts) {
  patterns.add<FuseEpilogue>(patterns.getContext(), counts,
                             /*identitiesOnly=*/true);
  patterns.add<DropIdentity, SimplifyClamps>(patterns.getContext(), counts);
}

void lacuna::nn::populateEpiloguePatterns(RewritePatternSet &patterns,
                                          FusionCounts &counts) {
  patterns.add<FuseEpilogue>(patterns.getContext(), counts,
                             /*identitiesOnly=*/false);
  patterns.add<DropIdentity, SimplifyClamps>(patterns.getContext(), counts);
}
