// Pads and slices into the window of the layer that reads them.

#include "Fuse.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace lacuna::nn;

/// Value that padding of `op` amounts to, or nothing if it is no value.
static std::optional<int64_t> paddingValue(Conv2DOp op) {
  return op.getInputZp();
}
static std::optional<int64_t> paddingValue(DepthwiseConv2DOp op) {
  return op.getInputZp();
}
static std::optional<int64_t> paddingValue(Conv3DOp op) {
  return op.getInputZp();
}
static std::optional<int64_t> paddingValue(PoolOp op) {
  // An average divides by the taps inside: padding there is not a value.
  if (op.getKind() == PoolKind::Avg)
    return std::nullopt;
  // The least float depends on how NaNs count: padding stays apart.
  Type element = tensorOf(op.getInput()).getElementType();
  if (isa<FloatType>(element))
    return std::nullopt;
  return llvm::minIntN(element.getIntOrFloatBitWidth());
}

/// Axes of the window: all but batch and channels.
template <typename WindowOp> static size_t windowRank(WindowOp op) {
  return tensorOf(op.getInput()).getRank() - 2;
}

/// Largest padding of one side of one of them, rows before columns.
template <typename ConvOp> static int64_t maxPadding(ConvOp, unsigned) {
  return 8192;
}
static int64_t maxPadding(PoolOp op, unsigned axis) {
  return op.getKernel()[axis] - 1;
}

/// Elements along one of them that one window covers.
static int64_t reachOf(Conv2DOp op, unsigned axis) {
  int64_t kernel = tensorOf(op.getWeights()).getDimSize(axis + 1);
  return (kernel - 1) * op.getDilation()[axis] + 1;
}
static int64_t reachOf(Conv3DOp op, unsigned axis) {
  int64_t kernel = tensorOf(op.getWeights()).getDimSize(axis + 1);
  return (kernel - 1) * op.getDilation()[axis] + 1;
}
static int64_t reachOf(DepthwiseConv2DOp op, unsigned axis) {
  int64_t kernel = tensorOf(op.getWeights()).getDimSize(axis);
  return (kernel - 1) * op.getDilation()[axis] + 1;
}
static int64_t reachOf(PoolOp op, unsigned axis) {
  return op.getKernel()[axis];
}

namespace {

/// layer(pad(x)) -> layer with more padding.
template <typename WindowOp> struct FusePad : OpRewritePattern<WindowOp> {
  FusePad(MLIRContext *context, FusionCounts &counts)
      : OpRewritePattern<WindowOp>(context), counts(counts) {}

  LogicalResult matchAndRewrite(WindowOp op,
                                PatternRewriter &rewriter) const override {
    auto pad = op.getInput().template getDefiningOp<PadOp>();
    if (!pad || paddingValue(op) != int64_t(pad.getValue()))
      return failure();
    ArrayRef<int64_t> low = pad.getLow(), high = pad.getHigh();
    if (low.front() || high.front() || low.back() || high.back())
      return failure();
    SmallVector<int64_t> padding(op.getPadding());
    for (size_t axis = 0; axis < windowRank(op); ++axis) {
      padding[2 * axis] += low[axis + 1];
      padding[2 * axis + 1] += high[axis + 1];
      if (padding[2 * axis] > maxPadding(op, axis) ||
          padding[2 * axis + 1] > maxPadding(op, axis))
        return failure();
    }
    ++counts.windows;
    remarkFused(pad, op, "padding");
    rewriter.modifyOpInPlace(op, [&] {
      op.setPadding(padding);
      op.getInputMutable().assign(pad.getInput());
    });
    return success();
  }

  FusionCounts &counts;
};

/// transpose_conv2d(pad(x)) -> transpose_conv2d(x) with more results: those
/// that the padding would have reached, which take nothing from it.
struct FusePadTransposed : OpRewritePattern<TransposeConv2DOp> {
  FusePadTransposed(MLIRContext *context, FusionCounts &counts)
      : OpRewritePattern(context), counts(counts) {}

  LogicalResult matchAndRewrite(TransposeConv2DOp op,
                                PatternRewriter &rewriter) const override {
    auto pad = op.getInput().getDefiningOp<PadOp>();
    if (!pad || int64_t(op.getInputZp()) != int64_t(pad.getValue()))
      return failure();
    ArrayRef<int64_t> low = pad.getLow(), high = pad.getHigh();
    if (low.front() || high.front() || low.back() || high.back())
      return failure();
    SmallVector<int64_t> padding(op.getOutPadding());
    for (size_t axis = 0; axis < 2; ++axis) {
      padding[2 * axis] += low[axis + 1] * op.getStride()[axis];
      padding[2 * axis + 1] += high[axis + 1] * op.getStride()[axis];
      if (std::max(padding[2 * axis], padding[2 * axis + 1]) > 8192)
        return failure();
    }
    ++counts.windows;
    remarkFused(pad, op, "padding");
    rewriter.modifyOpInPlace(op, [&] {
      op.setOutPadding(padding);
      op.getInputMutable().assign(pad.getInput());
    });
    return success();
  }

  FusionCounts &counts;
};

/// layer(slice(x)) -> layer(x), where the slice cuts the window's axes off at
/// the end alone and the windows, which stay where they are, read none of them.
template <typename WindowOp> struct FuseSlice : OpRewritePattern<WindowOp> {
  FuseSlice(MLIRContext *context, FusionCounts &counts)
      : OpRewritePattern<WindowOp>(context), counts(counts) {}

  LogicalResult matchAndRewrite(WindowOp op,
                                PatternRewriter &rewriter) const override {
    auto slice = op.getInput().template getDefiningOp<SliceOp>();
    if (!slice || llvm::any_of(slice.getStart(),
                               [](int64_t start) { return start != 0; }))
      return failure();
    ArrayRef<int64_t> whole = tensorOf(slice.getInput()).getShape();
    ArrayRef<int64_t> part = tensorOf(slice.getOutput()).getShape();
    ArrayRef<int64_t> out = tensorOf(op.getOutput()).getShape();
    if (whole.front() != part.front() || whole.back() != part.back())
      return failure();
    for (size_t axis = 0; axis < windowRank(op); ++axis) {
      if (whole[axis + 1] == part[axis + 1])
        continue;
      int64_t before = op.getPadding()[2 * axis];
      int64_t after = op.getPadding()[2 * axis + 1];
      int64_t span = whole[axis + 1] + before - reachOf(op, axis);
      if (after != 0 || span / op.getStride()[axis] + 1 != out[axis + 1])
        return failure();
    }
    ++counts.windows;
    remarkFused(slice, op, "the extent");
    rewriter.modifyOpInPlace(
        op, [&] { op.getInputMutable().assign(slice.getInput()); });
    return success();
  }

  FusionCounts &counts;
};

} // namespace

void lacuna::nn::populateWindowPatterns(RewritePatternSet &patterns,
                                        FusionCounts &counts) {
  patterns
      .add<FusePad<Conv2DOp>, FusePad<DepthwiseConv2DOp>, FusePad<Conv3DOp>,
           FusePad<PoolOp>, FuseSlice<Conv2DOp>, FuseSlice<DepthwiseConv2DOp>,
           FuseSlice<Conv3DOp>, FuseSlice<PoolOp>, FusePadTransposed>(
          patterns.getContext(), counts);
}
