// Convolutions, matrix products and pooling.

#include "Patterns.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"

using namespace mlir;
using namespace lacuna;

namespace {

/// tosa.conv2d, depthwise_conv2d and conv3d, which have the same operands.
template <typename From, typename To>
struct ConvertConvolution : OpRewritePattern<From> {
  using OpRewritePattern<From>::OpRewritePattern;

  LogicalResult matchAndRewrite(From op,
                                PatternRewriter &rewriter) const override {
    FailureOr<int64_t> inputZp =
        readScalar(op, op.getInputZp(), "the input's zero point");
    FailureOr<int64_t> weightZp =
        readScalar(op, op.getWeightZp(), "the weights' zero point");
    if (failed(inputZp) || failed(weightZp))
      return failure();
    rewriter.replaceOpWithNewOp<To>(
        op, op.getType(), op.getInput(), op.getWeight(), op.getBias(),
        op.getStride(), op.getPad(), op.getDilation(), *inputZp, *weightZp,
        op.getAccType(), ArrayAttr());
    return success();
  }
};

struct ConvertTransposeConv : OpRewritePattern<tosa::TransposeConv2DOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::TransposeConv2DOp op,
                                PatternRewriter &rewriter) const override {
    FailureOr<int64_t> inputZp =
        readScalar(op, op.getInputZp(), "the input's zero point");
    FailureOr<int64_t> weightZp =
        readScalar(op, op.getWeightZp(), "the weights' zero point");
    if (failed(inputZp) || failed(weightZp))
      return failure();
    rewriter.replaceOpWithNewOp<nn::TransposeConv2DOp>(
        op, op.getType(), op.getInput(), op.getWeight(), op.getBias(),
        op.getStride(), op.getOutPad(), *inputZp, *weightZp, op.getAccType(),
        ArrayAttr());
    return success();
  }
};

struct ConvertMatMul : OpRewritePattern<tosa::MatMulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::MatMulOp op,
                                PatternRewriter &rewriter) const override {
    FailureOr<int64_t> aZp = readScalar(op, op.getAZp(), "a's zero point");
    FailureOr<int64_t> bZp = readScalar(op, op.getBZp(), "b's zero point");
    if (failed(aZp) || failed(bZp))
      return failure();
    // TOSA accumulates in the type of the result.
    rewriter.replaceOpWithNewOp<nn::MatMulOp>(
        op, op.getType(), op.getA(), op.getB(), *aZp, *bZp,
        getElementTypeOrSelf(op.getType()), ArrayAttr());
    return success();
  }
};

struct ConvertAvgPool : OpRewritePattern<tosa::AvgPool2dOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::AvgPool2dOp op,
                                PatternRewriter &rewriter) const override {
    FailureOr<int64_t> inputZp =
        readScalar(op, op.getInputZp(), "the input's zero point");
    FailureOr<int64_t> outputZp =
        readScalar(op, op.getOutputZp(), "the output's zero point");
    if (failed(inputZp) || failed(outputZp))
      return failure();
    rewriter.replaceOpWithNewOp<nn::PoolOp>(
        op, op.getType(), nn::PoolKind::Avg, op.getInput(), op.getKernel(),
        op.getStride(), op.getPad(), *inputZp, *outputZp, op.getAccTypeAttr(),
        /*ignore_nan=*/false, ArrayAttr());
    return success();
  }
};

struct ConvertMaxPool : OpRewritePattern<tosa::MaxPool2dOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::MaxPool2dOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<nn::PoolOp>(
        op, op.getType(), nn::PoolKind::Max, op.getInput(), op.getKernel(),
        op.getStride(), op.getPad(), /*input_zp=*/0, /*output_zp=*/0,
        /*acc_type=*/TypeAttr(), /*ignore_nan=*/false, ArrayAttr());
    return success();
  }
};

} // namespace

void lacuna::populateMatrixPatterns(RewritePatternSet &patterns) {
  patterns
      .add<ConvertConvolution<tosa::Conv2DOp, nn::Conv2DOp>,
           ConvertConvolution<tosa::DepthwiseConv2DOp, nn::DepthwiseConv2DOp>,
           ConvertConvolution<tosa::Conv3DOp, nn::Conv3DOp>,
           ConvertTransposeConv, ConvertMatMul, ConvertAvgPool, ConvertMaxPool>(
          patterns.getContext());
}
