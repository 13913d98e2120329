// Reshapes and transposes that cost nothing: folded, or moved out of the way of
// stages that would otherwise not meet their layer.

#include "Fuse.h"
#include "lacuna/Dialect/NN/IR/ConstantData.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;
using namespace lacuna::nn;

namespace {

/// stages(reshape(x)) -> reshape(stages(x)). Stages with a value for each
/// channel need the last axis to stay. `widening` ones move only once no reader
/// wants them in its prologue.
struct MoveStagesAboveReshape : OpRewritePattern<ElementwiseOp> {
  MoveStagesAboveReshape(MLIRContext *context, bool widening)
      : OpRewritePattern(context), widening(widening) {}

  LogicalResult matchAndRewrite(ElementwiseOp op,
                                PatternRewriter &rewriter) const override {
    if (!asStages(op))
      return failure();
    auto reshape = op.getInputs()[0].getDefiningOp<ReshapeOp>();
    if (!reshape)
      return failure();
    RankedTensorType above = tensorOf(reshape.getInput());
    RankedTensorType below = tensorOf(op.getOutput());
    if (!widening &&
        above.getElementTypeBitWidth() < below.getElementTypeBitWidth())
      return failure();
    bool sameChannels = above.getRank() > 0 && below.getRank() > 0 &&
                        above.getShape().back() == below.getShape().back();
    if (!isPerTensor(op.getEpilogueStages()) && !sameChannels)
      return failure();
    auto moved = ElementwiseOp::create(
        rewriter, op.getLoc(), above.clone(below.getElementType()),
        ElementwiseKind::Identity, reshape.getInput(), op.getEpilogueStages());
    rewriter.replaceOp(op, ReshapeOp::create(rewriter, reshape.getLoc(), below,
                                             moved.getOutput()));
    return success();
  }

  bool widening;
};

/// A transpose that leaves the axes longer than 1 in order moves no element.
struct TransposeToReshape : OpRewritePattern<TransposeOp> {
  TransposeToReshape(MLIRContext *context, FusionCounts &counts)
      : OpRewritePattern(context), counts(counts) {}

  LogicalResult matchAndRewrite(TransposeOp op,
                                PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> shape = tensorOf(op.getInput()).getShape();
    int64_t last = -1;
    for (int64_t axis : op.getPerms()) {
      if (shape[axis] == 1)
        continue;
      if (axis < last)
        return failure();
      last = axis;
    }
    ++counts.views;
    rewriter.replaceOpWithNewOp<ReshapeOp>(op, op.getType(), op.getInput());
    return success();
  }

  FusionCounts &counts;
};

/// transpose(transpose(x)) -> transpose(x).
struct ComposeTransposes : OpRewritePattern<TransposeOp> {
  ComposeTransposes(MLIRContext *context, FusionCounts &counts)
      : OpRewritePattern(context), counts(counts) {}

  LogicalResult matchAndRewrite(TransposeOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = op.getInput().getDefiningOp<TransposeOp>();
    if (!inner)
      return failure();
    SmallVector<int64_t> perms;
    for (int64_t axis : op.getPerms())
      perms.push_back(inner.getPerms()[axis]);
    ++counts.views;
    rewriter.replaceOpWithNewOp<TransposeOp>(op, op.getType(), inner.getInput(),
                                             perms);
    return success();
  }

  FusionCounts &counts;
};

/// A transpose of a constant whose elements are whole bytes.
struct FoldConstantTranspose : OpRewritePattern<TransposeOp> {
  FoldConstantTranspose(MLIRContext *context, FusionCounts &counts)
      : OpRewritePattern(context), counts(counts) {}

  LogicalResult matchAndRewrite(TransposeOp op,
                                PatternRewriter &rewriter) const override {
    auto constant = op.getInput().getDefiningOp<ConstantOp>();
    auto values = constant ? ConstantData::get(constant.getValue())
                           : std::optional<ConstantData>();
    if (!values || values->getType().getElementType().isInteger(1))
      return failure();
    RankedTensorType type = tensorOf(op.getOutput());
    std::vector<char> moved = permute(*values, type.getShape(), op.getPerms());
    auto folded = isa<DenseResourceElementsAttr>(values->getAttribute())
                      ? makeResource(type, moved)
                      : cast<ElementsAttr>(
                            DenseElementsAttr::getFromRawBuffer(type, moved));
    ++counts.views;
    rewriter.replaceOpWithNewOp<ConstantOp>(op, folded);
    return success();
  }

  static ElementsAttr makeResource(RankedTensorType type,
                                   ArrayRef<char> bytes) {
    return DenseResourceElementsAttr::get(
        type, "transposed",
        HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, /*align=*/16));
  }

  /// The bytes in their new order; one element where all are equal.
  static std::vector<char> permute(const ConstantData &values,
                                   ArrayRef<int64_t> shape,
                                   ArrayRef<int64_t> perms) {
    ArrayRef<int64_t> from = values.getType().getShape();
    ArrayRef<char> data = values.getBytes();
    if (values.isSplat())
      return data.vec();
    size_t width = values.getElementBytes();
    SmallVector<int64_t> strides(from.size(), width);
    for (size_t i = from.size(); i-- > 1;)
      strides[i - 1] = strides[i] * from[i];
    std::vector<char> result;
    result.reserve(data.size());
    SmallVector<int64_t> index(shape.size());
    for (int64_t n = values.size(); n > 0; --n) {
      int64_t offset = 0;
      for (auto [position, axis] : llvm::zip_equal(index, perms))
        offset += position * strides[axis];
      result.insert(result.end(), data.begin() + offset,
                    data.begin() + offset + width);
      for (size_t i = shape.size(); i > 0; --i) {
        if (++index[i - 1] < shape[i - 1])
          break;
        index[i - 1] = 0;
      }
    }
    return result;
  }

  FusionCounts &counts;
};

/// pad(transpose(x)) -> transpose(pad(x)): importers wrap NCHW paddings in
/// pairs of transposes, which then meet and vanish.
struct MovePadAboveTranspose : OpRewritePattern<PadOp> {
  MovePadAboveTranspose(MLIRContext *context, FusionCounts &)
      : OpRewritePattern(context) {}

  LogicalResult matchAndRewrite(PadOp op,
                                PatternRewriter &rewriter) const override {
    auto transpose = op.getInput().getDefiningOp<TransposeOp>();
    if (!transpose || !transpose->hasOneUse())
      return failure();
    RankedTensorType inner = tensorOf(transpose.getInput());
    SmallVector<int64_t> low(inner.getRank()), high(inner.getRank());
    SmallVector<int64_t> shape(inner.getShape());
    for (auto [index, axis] : llvm::enumerate(transpose.getPerms())) {
      low[axis] = op.getLow()[index];
      high[axis] = op.getHigh()[index];
      shape[axis] += low[axis] + high[axis];
    }
    auto pad = PadOp::create(rewriter, op.getLoc(), inner.clone(shape),
                             transpose.getInput(), low, high, op.getValue());
    rewriter.replaceOp(op, TransposeOp::create(rewriter, transpose.getLoc(),
                                               op.getType(), pad.getOutput(),
                                               transpose.getPerms()));
    return success();
  }
};

} // namespace

void lacuna::nn::populateViewPatterns(RewritePatternSet &patterns,
                                      FusionCounts &counts) {
  patterns.add<MoveStagesAboveReshape>(patterns.getContext(),
                                       /*widening=*/false);
  patterns.add<TransposeToReshape, ComposeTransposes, FoldConstantTranspose,
               MovePadAboveTranspose>(patterns.getContext(), counts);
}

void lacuna::nn::populateLateViewPatterns(RewritePatternSet &patterns,
                                          FusionCounts &) {
  patterns.add<MoveStagesAboveReshape>(patterns.getContext(),
                                       /*widening=*/true);
}
