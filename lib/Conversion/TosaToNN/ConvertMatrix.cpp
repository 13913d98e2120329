// Convolutions, matrix products and pooling.

#include "Patterns.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace lacuna;

/// The accumulator of a layer that TOSA gives one of `type`: f32 for floats.
static Type accumulatorOf(Type type) {
  return isa<FloatType>(type) ? Float32Type::get(type.getContext()) : type;
}

/// A bias of floats as f32: a constant, which holds the same numbers, or a
/// layer of its own.
static Value widenBias(PatternRewriter &rewriter, Operation *op, Value bias) {
  auto type = cast<RankedTensorType>(bias.getType());
  Type f32 = rewriter.getF32Type();
  if (!isa<FloatType>(type.getElementType()) || type.getElementType() == f32)
    return bias;
  DenseFPElementsAttr elements;
  if (matchPattern(bias, m_Constant(&elements))) {
    auto widen = [](const APFloat &narrow) {
      APFloat wide = narrow;
      bool unused = false;
      wide.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven,
                   &unused);
      return wide.bitcastToAPInt();
    };
    return nn::ConstantOp::create(
        rewriter, bias.getLoc(),
        cast<ElementsAttr>(elements.mapValues(f32, widen)));
  }
  Location location = NameLoc::get(
      rewriter.getStringAttr(nn::getLayerName(op) + ".bias"), op->getLoc());
  return nn::ElementwiseOp::create(rewriter, location, type.clone(f32),
                                   nn::ElementwiseKind::Cast, bias)
      .getOutput();
}

namespace {

/// tosa.conv2d, depthwise_conv2d and conv3d, which have the same operands.
template <typename From, typename To>
struct ConvertConvolution : OpRewritePattern<From> {
  using OpRewritePattern<From>::OpRewritePattern;

  LogicalResult matchAndRewrite(From op,
                                PatternRewriter &rewriter) const override {
    FailureOr<int64_t> inputZp =
        readZeroPoint(op, op.getInputZp(), "the input's zero point");
    FailureOr<int64_t> weightZp =
        readZeroPoint(op, op.getWeightZp(), "the weights' zero point");
    if (failed(inputZp) || failed(weightZp))
      return failure();
    Value bias = widenBias(rewriter, op, op.getBias());
    rewriter.replaceOpWithNewOp<To>(
        op, op.getType(), op.getInput(), op.getWeight(), bias, op.getStride(),
        op.getPad(), op.getDilation(), *inputZp, *weightZp,
        accumulatorOf(op.getAccType()), roundingOf(op.getType()));
    return success();
  }
};

struct ConvertTransposeConv : OpRewritePattern<tosa::TransposeConv2DOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::TransposeConv2DOp op,
                                PatternRewriter &rewriter) const override {
    FailureOr<int64_t> inputZp =
        readZeroPoint(op, op.getInputZp(), "the input's zero point");
    FailureOr<int64_t> weightZp =
        readZeroPoint(op, op.getWeightZp(), "the weights' zero point");
    if (failed(inputZp) || failed(weightZp))
      return failure();
    Value bias = widenBias(rewriter, op, op.getBias());
    rewriter.replaceOpWithNewOp<nn::TransposeConv2DOp>(
        op, op.getType(), op.getInput(), op.getWeight(), bias, op.getStride(),
        op.getOutPad(), *inputZp, *weightZp, accumulatorOf(op.getAccType()),
        roundingOf(op.getType()));
    return success();
  }
};

struct ConvertMatMul : OpRewritePattern<tosa::MatMulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::MatMulOp op,
                                PatternRewriter &rewriter) const override {
    FailureOr<int64_t> aZp = readZeroPoint(op, op.getAZp(), "a's zero point");
    FailureOr<int64_t> bZp = readZeroPoint(op, op.getBZp(), "b's zero point");
    if (failed(aZp) || failed(bZp))
      return failure();
    // TOSA accumulates in the type of the result.
    rewriter.replaceOpWithNewOp<nn::MatMulOp>(
        op, op.getType(), op.getA(), op.getB(), *aZp, *bZp,
        accumulatorOf(getElementTypeOrSelf(op.getType())),
        roundingOf(op.getType()));
    return success();
  }
};

struct ConvertAvgPool : OpRewritePattern<tosa::AvgPool2dOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::AvgPool2dOp op,
                                PatternRewriter &rewriter) const override {
    FailureOr<int64_t> inputZp =
        readZeroPoint(op, op.getInputZp(), "the input's zero point");
    FailureOr<int64_t> outputZp =
        readZeroPoint(op, op.getOutputZp(), "the output's zero point");
    if (failed(inputZp) || failed(outputZp))
      return failure();
    rewriter.replaceOpWithNewOp<nn::PoolOp>(
        op, op.getType(), nn::PoolKind::Avg, op.getInput(), op.getKernel(),
        op.getStride(), op.getPad(), *inputZp, *outputZp,
        TypeAttr::get(accumulatorOf(op.getAccType())), /*ignore_nan=*/false,
        roundingOf(op.getType()));
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
        /*acc_type=*/TypeAttr(), ignoresNan(op.getNanMode(), op.getType()),
        ArrayAttr());
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
