// Constant additions into the bias of a convolution, and biases of zeros.

#include "Fuse.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace lacuna::nn;

namespace {

template <typename ConvOp> struct FuseBias : OpRewritePattern<ElementwiseOp> {
  FuseBias(MLIRContext *context, FusionCounts &counts)
      : OpRewritePattern<ElementwiseOp>(context), counts(counts) {}

  LogicalResult matchAndRewrite(ElementwiseOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getKind() != ElementwiseKind::Add || !op.getPrologue().empty())
      return failure();
    for (unsigned side = 0; side < 2; ++side)
      if (succeeded(fuse(op, side, rewriter)))
        return success();
    return failure();
  }

  LogicalResult fuse(ElementwiseOp op, unsigned side,
                     PatternRewriter &rewriter) const {
    auto conv = op.getInputs()[side].template getDefiningOp<ConvOp>();
    DenseIntElementsAttr added;
    if (!conv || !conv->hasOneUse() || !conv.getEpilogueStages().empty() ||
        conv.getType() != op.getType() ||
        !matchPattern(op.getInputs()[1 - side], m_Constant(&added)))
      return failure();
    int64_t channels = conv.getType().getShape().back();
    int64_t length = added.getNumElements();
    // One value a channel, along the last axis, or one element.
    if (length != 1 &&
        (length != channels || added.getType().getShape().back() != channels))
      return failure();
    DenseIntElementsAttr bias;
    if (conv.getBias() && !matchPattern(conv.getBias(), m_Constant(&bias)))
      return failure();
    SmallVector<APInt> sums;
    for (int64_t c = 0; c < channels; ++c) {
      APInt sum = at(added, c);
      // Both sums wrap (A4 of docs/numerics.md), so their order is free.
      if (bias)
        sum += at(bias, c);
      sums.push_back(sum);
    }
    auto type = RankedTensorType::get({channels}, conv.getAccType());
    rewriter.setInsertionPoint(conv);
    auto constant = ConstantOp::create(
        rewriter, op.getLoc(),
        cast<ElementsAttr>(DenseElementsAttr::get(type, sums)));
    ++counts.biases;
    remarkFused(op, conv, "in the bias");
    rewriter.modifyOpInPlace(conv, [&] {
      conv.getBiasMutable().assign(constant.getOutput());
      conv.setEpilogueStages(op.getEpilogueStages());
      conv.getOutput().setType(op.getType());
    });
    rewriter.replaceOp(op, conv.getOutput());
    return success();
  }

  static APInt at(DenseIntElementsAttr values, int64_t channel) {
    return values
        .getValues<APInt>()[values.getNumElements() == 1 ? 0 : channel];
  }

  FusionCounts &counts;
};

template <typename ConvOp> struct DropZeroBias : OpRewritePattern<ConvOp> {
  DropZeroBias(MLIRContext *context, FusionCounts &)
      : OpRewritePattern<ConvOp>(context) {}

  LogicalResult matchAndRewrite(ConvOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getBias() || !matchPattern(op.getBias(), m_Zero()))
      return failure();
    rewriter.modifyOpInPlace(op, [&] { op.getBiasMutable().clear(); });
    return success();
  }
};

} // namespace

void lacuna::nn::populateBiasPatterns(RewritePatternSet &patterns,
                                      FusionCounts &counts) {
  patterns.add<FuseBias<Conv2DOp>, FuseBias<DepthwiseConv2DOp>,
               FuseBias<Conv3DOp>, FuseBias<TransposeConv2DOp>,
               DropZeroBias<Conv2DOp>, DropZeroBias<DepthwiseConv2DOp>,
               DropZeroBias<Conv3DOp>, DropZeroBias<TransposeConv2DOp>>(
      patterns.getContext(), counts);
}
