// Views and data movement.

#include "Patterns.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace lacuna;

namespace {

struct ConvertReshape : OpRewritePattern<tosa::ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::ReshapeOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<nn::ReshapeOp>(op, op.getType(),
                                               op.getInput1());
    return success();
  }
};

struct ConvertPad : OpRewritePattern<tosa::PadOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::PadOp op,
                                PatternRewriter &rewriter) const override {
    auto padding = readConstant(op, op.getPadding(), "the padding");
    auto value = readScalar(op, op.getPadConst(), "the padding's value",
                            getElementTypeOrSelf(op.getType()).isInteger(1));
    if (failed(padding) || failed(value))
      return failure();
    SmallVector<int64_t> low, high;
    for (auto [index, amount] : llvm::enumerate(*padding))
      (index % 2 ? high : low).push_back(amount);
    rewriter.replaceOpWithNewOp<nn::PadOp>(op, op.getType(), op.getInput1(),
                                           low, high, *value);
    return success();
  }
};

struct ConvertSlice : OpRewritePattern<tosa::SliceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::SliceOp op,
                                PatternRewriter &rewriter) const override {
    auto start = readConstant(op, op.getStart(), "the start");
    if (failed(start))
      return failure();
    rewriter.replaceOpWithNewOp<nn::SliceOp>(op, op.getType(), op.getInput1(),
                                             *start);
    return success();
  }
};

struct ConvertConcat : OpRewritePattern<tosa::ConcatOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::ConcatOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<nn::ConcatOp>(op, op.getType(), op.getInput1(),
                                              int64_t(op.getAxis()));
    return success();
  }
};

struct ConvertTranspose : OpRewritePattern<tosa::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::TransposeOp op,
                                PatternRewriter &rewriter) const override {
    SmallVector<int64_t> perms(op.getPerms());
    rewriter.replaceOpWithNewOp<nn::TransposeOp>(op, op.getType(),
                                                 op.getInput1(), perms);
    return success();
  }
};

struct ConvertReverse : OpRewritePattern<tosa::ReverseOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::ReverseOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<nn::ReverseOp>(op, op.getType(), op.getInput1(),
                                               int64_t(op.getAxis()));
    return success();
  }
};

struct ConvertTile : OpRewritePattern<tosa::TileOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::TileOp op,
                                PatternRewriter &rewriter) const override {
    auto multiples = readConstant(op, op.getMultiples(), "the multiples");
    if (failed(multiples))
      return failure();
    ArrayRef<int64_t> from =
        cast<ShapedType>(op.getInput1().getType()).getShape();
    ArrayRef<int64_t> to = op.getType().getShape();
    for (size_t axis = 0; axis != to.size(); ++axis)
      if (int64_t product;
          axis >= multiples->size() || axis >= from.size() ||
          llvm::MulOverflow(from[axis], (*multiples)[axis], product) ||
          product != to[axis])
        return op.emitOpError()
               << "result has " << to[axis] << " elements along axis " << axis
               << ", which the input's times the multiple are not";
    rewriter.replaceOpWithNewOp<nn::TileOp>(op, op.getType(), op.getInput1());
    return success();
  }
};

template <class Op> struct RowPattern : OpRewritePattern<Op> {
  RowPattern(MLIRContext *context, bool onlyBooleans)
      : OpRewritePattern<Op>(context), onlyBooleans(onlyBooleans) {}

  bool applies(Op op) const {
    return !onlyBooleans || getElementTypeOrSelf(op.getType()).isInteger(1);
  }

private:
  bool onlyBooleans;
};

struct ConvertGather : RowPattern<tosa::GatherOp> {
  using RowPattern::RowPattern;

  LogicalResult matchAndRewrite(tosa::GatherOp op,
                                PatternRewriter &rewriter) const override {
    if (!applies(op))
      return failure();
    rewriter.replaceOpWithNewOp<nn::GatherOp>(op, op.getType(), op.getValues(),
                                              op.getIndices());
    return success();
  }
};

struct ConvertScatter : RowPattern<tosa::ScatterOp> {
  using RowPattern::RowPattern;

  LogicalResult matchAndRewrite(tosa::ScatterOp op,
                                PatternRewriter &rewriter) const override {
    if (!applies(op))
      return failure();
    rewriter.replaceOpWithNewOp<nn::ScatterOp>(
        op, op.getType(), op.getValuesIn(), op.getIndices(), op.getInput());
    return success();
  }
};

struct ConvertResize : OpRewritePattern<tosa::ResizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::ResizeOp op,
                                PatternRewriter &rewriter) const override {
    auto scale = readConstant(op, op.getScale(), "the scale");
    auto offset = readConstant(op, op.getOffset(), "the offset");
    auto border = readConstant(op, op.getBorder(), "the border");
    if (failed(scale) || failed(offset) || failed(border))
      return failure();
    auto mode = op.getMode() == tosa::ResizeMode::NEAREST_NEIGHBOR
                    ? nn::ResizeMode::Nearest
                    : nn::ResizeMode::Bilinear;
    rewriter.replaceOpWithNewOp<nn::ResizeOp>(
        op, op.getType(), mode, op.getInput(), *scale, *offset, *border,
        mode == nn::ResizeMode::Bilinear ? roundingOf(op.getType())
                                         : ArrayAttr());
    return success();
  }
};

} // namespace

void lacuna::populateRowPatterns(RewritePatternSet &patterns,
                                 bool onlyBooleans) {
  patterns.add<ConvertGather, ConvertScatter>(patterns.getContext(),
                                              onlyBooleans);
}

void lacuna::populateMovePatterns(RewritePatternSet &patterns) {
  populateRowPatterns(patterns, /*onlyBooleans=*/false);
  patterns.add<ConvertReshape, ConvertPad, ConvertSlice, ConvertConcat,
               ConvertTranspose, ConvertReverse, ConvertTile, ConvertResize>(
      patterns.getContext());
}
