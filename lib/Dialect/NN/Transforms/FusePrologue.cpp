// Rescales that widen, into the layers that read their result.

#include "Fuse.h"

using namespace mlir;
using namespace lacuna::nn;

static unsigned widthOf(Type type) { return type.getIntOrFloatBitWidth(); }

/// Whether the stages of `op` are better done by its readers than by the layer
/// before it: they are rescales, and the tensor between is the smaller one.
static bool belongsToReaders(ElementwiseOp op) {
  ArrayRef<Attribute> stages = op.getEpilogueStages();
  if (stages.empty() || !isPerTensor(stages) ||
      !llvm::all_of(stages, llvm::IsaPred<RescaleAttr>))
    return false;
  Value input = op.getInputs()[0];
  unsigned from = widthOf(tensorOf(input).getElementType());
  unsigned to = widthOf(tensorOf(op.getOutput()).getElementType());
  if (from < to)
    return true;
  auto producer = input.getDefiningOp<LayerOpInterface>();
  bool joinsProducer = producer && producer.hasEpilogue() && input.hasOneUse();
  return from == to && !joinsProducer;
}

namespace {

struct FusePrologue : OpRewritePattern<ElementwiseOp> {
  FusePrologue(MLIRContext *context, FusionCounts &counts)
      : OpRewritePattern(context), counts(counts) {}

  LogicalResult matchAndRewrite(ElementwiseOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getKind() == ElementwiseKind::Identity)
      return failure();
    for (unsigned index = 0, e = op.getInputs().size(); index < e; ++index)
      if (succeeded(fuse(op, index, rewriter)))
        return success();
    return failure();
  }

  LogicalResult fuse(ElementwiseOp op, unsigned index,
                     PatternRewriter &rewriter) const {
    ElementwiseOp stages = asStages(op.getInputs()[index].getDefiningOp());
    if (!stages || !belongsToReaders(stages))
      return failure();
    // Were some reader unable to take them in, the layer would have to be
    // computed all the same.
    for (Operation *reader : stages->getUsers()) {
      auto layer = dyn_cast<ElementwiseOp>(reader);
      if (!layer || layer.getKind() == ElementwiseKind::Identity)
        return failure();
    }
    SmallVector<Attribute> prologue;
    for (unsigned i = 0, e = op.getInputs().size(); i < e; ++i) {
      SmallVector<Attribute> list;
      if (i == index)
        llvm::append_range(list, stages.getEpilogueStages());
      llvm::append_range(list, op.getPrologueStages(i));
      prologue.push_back(rewriter.getArrayAttr(list));
    }
    ++counts.prologues;
    remarkFused(stages, op, "in the prologue");
    rewriter.modifyOpInPlace(op, [&] {
      op.getInputsMutable()[index].assign(stages.getInputs()[0]);
      op.setPrologueAttr(rewriter.getArrayAttr(prologue));
    });
    return success();
  }

  FusionCounts &counts;
};

/// max(rescale(x)) -> rescale(max(x)), and likewise min: a rescale whose
/// multiplier is not negative never decreases, whichever way it rounds.
struct MoveRescaleBelowMax : OpRewritePattern<ReduceOp> {
  MoveRescaleBelowMax(MLIRContext *context, FusionCounts &counts)
      : OpRewritePattern(context), counts(counts) {}

  LogicalResult matchAndRewrite(ReduceOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getKind() != ReduceKind::Max && op.getKind() != ReduceKind::Min)
      return failure();
    ElementwiseOp stages = asStages(op.getInput().getDefiningOp());
    if (!stages || !belongsToReaders(stages))
      return failure();
    // Signed order in, signed order out: true of signed types alone.
    for (Attribute attribute : stages.getEpilogueStages()) {
      auto rescale = cast<RescaleAttr>(attribute);
      if (rescale.getInputUnsigned() || rescale.getOutputUnsigned())
        return failure();
    }
    SmallVector<Attribute> epilogue(stages.getEpilogueStages());
    llvm::append_range(epilogue, op.getEpilogueStages());
    ++counts.epilogues;
    remarkFused(stages, op, "in the epilogue");
    rewriter.modifyOpInPlace(op, [&] {
      op.getInputMutable().assign(stages.getInputs()[0]);
      op.setEpilogueStages(epilogue);
    });
    return success();
  }

  FusionCounts &counts;
};

} // namespace

void lacuna::nn::populateProloguePatterns(RewritePatternSet &patterns,
                                          FusionCounts &counts) {
  patterns.add<FusePrologue, MoveRescaleBelowMax>(patterns.getContext(),
                                                  counts);
}
