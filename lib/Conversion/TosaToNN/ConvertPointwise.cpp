// Elementwise operations; rescales, clamps and tables, which become identity
// layers with one epilogue stage; reductions.

#include "Patterns.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace lacuna;
using nn::ElementwiseKind;
using nn::ReduceKind;

static RankedTensorType resultType(Operation *op) {
  return cast<RankedTensorType>(op->getResult(0).getType());
}

static void replaceWithStage(PatternRewriter &rewriter, Operation *op,
                             Value input, Attribute stage) {
  rewriter.replaceOpWithNewOp<nn::ElementwiseOp>(
      op, resultType(op), ElementwiseKind::Identity, input, stage);
}

namespace {

/// Operations whose operands and meaning are those of one kind.
template <typename From> struct ConvertElementwise : OpRewritePattern<From> {
  ConvertElementwise(MLIRContext *context, ElementwiseKind kind)
      : OpRewritePattern<From>(context), kind(kind) {}

  LogicalResult matchAndRewrite(From op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<nn::ElementwiseOp>(op, resultType(op), kind,
                                                   op->getOperands());
    return success();
  }

  ElementwiseKind kind;
};

/// tosa.maximum and tosa.minimum, which have a mode.
template <typename From> struct ConvertExtremum : OpRewritePattern<From> {
  ConvertExtremum(MLIRContext *context, ElementwiseKind kind)
      : OpRewritePattern<From>(context), kind(kind) {}

  LogicalResult matchAndRewrite(From op,
                                PatternRewriter &rewriter) const override {
    bool ignoreNan = ignoresNan(op.getNanMode(), op.getType());
    auto layer = rewriter.replaceOpWithNewOp<nn::ElementwiseOp>(
        op, resultType(op), kind, op->getOperands());
    layer.setIgnoreNan(ignoreNan);
    return success();
  }

  ElementwiseKind kind;
};

struct ConvertMul : OpRewritePattern<tosa::MulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::MulOp op,
                                PatternRewriter &rewriter) const override {
    FailureOr<int64_t> shift = readScalar(op, op.getShift(), "the shift");
    if (failed(shift))
      return failure();
    auto layer = rewriter.replaceOpWithNewOp<nn::ElementwiseOp>(
        op, resultType(op), ElementwiseKind::Mul,
        ValueRange{op.getInput1(), op.getInput2()});
    layer.setShift(*shift);
    return success();
  }
};

struct ConvertArithmeticRightShift
    : OpRewritePattern<tosa::ArithmeticRightShiftOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::ArithmeticRightShiftOp op,
                                PatternRewriter &rewriter) const override {
    bool round = op.getRound();
    auto layer = rewriter.replaceOpWithNewOp<nn::ElementwiseOp>(
        op, resultType(op), ElementwiseKind::ArithmeticRightShift,
        op->getOperands());
    layer.setRound(round);
    return success();
  }
};

struct ConvertNegate : OpRewritePattern<tosa::NegateOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::NegateOp op,
                                PatternRewriter &rewriter) const override {
    FailureOr<int64_t> inputZp =
        readZeroPoint(op, op.getInput1Zp(), "the input's zero point");
    FailureOr<int64_t> outputZp =
        readZeroPoint(op, op.getOutputZp(), "the output's zero point");
    if (failed(inputZp) || failed(outputZp))
      return failure();
    auto layer = rewriter.replaceOpWithNewOp<nn::ElementwiseOp>(
        op, resultType(op), ElementwiseKind::Negate, op.getInput1());
    layer.setInputZp(*inputZp);
    layer.setOutputZp(*outputZp);
    return success();
  }
};

struct ConvertClamp : OpRewritePattern<tosa::ClampOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::ClampOp op,
                                PatternRewriter &rewriter) const override {
    auto stage = nn::ClampAttr::getChecked(
        [&] { return op.emitOpError(); }, op.getContext(),
        cast<TypedAttr>(op.getMinVal()), cast<TypedAttr>(op.getMaxVal()),
        ignoresNan(op.getNanMode(), op.getType()));
    if (!stage)
      return failure();
    replaceWithStage(rewriter, op, op.getInput(), stage);
    return success();
  }
};

struct ConvertTable : OpRewritePattern<tosa::TableOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::TableOp op,
                                PatternRewriter &rewriter) const override {
    DenseElementsAttr values;
    if (!matchPattern(op.getTable(), m_Constant(&values)))
      return op.emitOpError("the table must be a constant");
    auto stage = nn::TableAttr::getChecked(
        [&] { return op.emitOpError(); }, op.getContext(),
        getElementTypeOrSelf(op.getInput1()), resultType(op).getElementType(),
        values);
    if (!stage)
      return failure();
    replaceWithStage(rewriter, op, op.getInput1(), stage);
    return success();
  }
};

struct ConvertRescale : OpRewritePattern<tosa::RescaleOp> {
  using OpRewritePattern::OpRewritePattern;

  static nn::Rounding roundingOf(tosa::RoundingMode mode) {
    switch (mode) {
    case tosa::RoundingMode::SINGLE_ROUND:
      return nn::Rounding::Single;
    case tosa::RoundingMode::DOUBLE_ROUND:
      return nn::Rounding::Double;
    case tosa::RoundingMode::INEXACT_ROUND:
      return nn::Rounding::Inexact;
    }
    llvm_unreachable("all rounding modes are handled");
  }

  LogicalResult matchAndRewrite(tosa::RescaleOp op,
                                PatternRewriter &rewriter) const override {
    auto multiplier = readConstant(op, op.getMultiplier(), "the multiplier");
    auto shift = readConstant(op, op.getShift(), "the shift");
    bool inputUnsigned = op.getInputUnsigned();
    bool outputUnsigned = op.getOutputUnsigned();
    auto inputZp = readScalar(op, op.getInputZp(), "the input's zero point",
                              inputUnsigned);
    auto outputZp = readScalar(op, op.getOutputZp(), "the output's zero point",
                               outputUnsigned);
    if (failed(multiplier) || failed(shift) || failed(inputZp) ||
        failed(outputZp))
      return failure();
    SmallVector<int32_t> multipliers(multiplier->begin(), multiplier->end());
    SmallVector<int8_t> shifts(shift->begin(), shift->end());
    auto stage = nn::RescaleAttr::getChecked(
        [&] { return op.emitOpError(); }, op.getContext(),
        getElementTypeOrSelf(op.getInput()), resultType(op).getElementType(),
        ArrayRef(multipliers), ArrayRef(shifts), *inputZp, *outputZp,
        roundingOf(op.getRoundingMode()), inputUnsigned, outputUnsigned,
        op.getScale32());
    if (!stage)
      return failure();
    replaceWithStage(rewriter, op, op.getInput(), stage);
    return success();
  }
};

/// The mode of a reduction that may have one.
template <typename From> bool reductionIgnoresNan(From op) {
  if constexpr (std::is_same_v<From, tosa::ReduceMaxOp> ||
                std::is_same_v<From, tosa::ReduceMinOp> ||
                std::is_same_v<From, tosa::ArgMaxOp>)
    return ignoresNan(op.getNanMode(), op.getInput().getType());
  return false;
}

/// Reductions, and argmax, which drops its axis.
template <typename From> struct ConvertReduce : OpRewritePattern<From> {
  ConvertReduce(MLIRContext *context, ReduceKind kind)
      : OpRewritePattern<From>(context), kind(kind) {}

  LogicalResult matchAndRewrite(From op,
                                PatternRewriter &rewriter) const override {
    bool isSum = kind == ReduceKind::Sum || kind == ReduceKind::Product;
    rewriter.replaceOpWithNewOp<nn::ReduceOp>(
        op, op.getType(), kind, op.getInput(), int64_t(op.getAxis()),
        reductionIgnoresNan(op),
        isSum ? roundingOf(op.getType()) : ArrayAttr());
    return success();
  }

  ReduceKind kind;
};

} // namespace

void lacuna::populatePointwisePatterns(RewritePatternSet &patterns) {
  MLIRContext *context = patterns.getContext();
  patterns.add<ConvertMul, ConvertArithmeticRightShift, ConvertNegate,
               ConvertClamp, ConvertTable, ConvertRescale>(context);
  patterns.add<ConvertElementwise<tosa::IdentityOp>>(context,
                                                     ElementwiseKind::Identity);
  patterns.add<ConvertElementwise<tosa::AddOp>>(context, ElementwiseKind::Add);
  patterns.add<ConvertElementwise<tosa::SubOp>>(context, ElementwiseKind::Sub);
  patterns.add<ConvertExtremum<tosa::MaximumOp>>(context, ElementwiseKind::Max);
  patterns.add<ConvertExtremum<tosa::MinimumOp>>(context, ElementwiseKind::Min);
  patterns.add<ConvertElementwise<tosa::AbsOp>>(context, ElementwiseKind::Abs);
  patterns.add<ConvertElementwise<tosa::BitwiseNotOp>>(
      context, ElementwiseKind::BitwiseNot);
  patterns.add<ConvertElementwise<tosa::BitwiseAndOp>>(
      context, ElementwiseKind::BitwiseAnd);
  patterns.add<ConvertElementwise<tosa::BitwiseOrOp>>(
      context, ElementwiseKind::BitwiseOr);
  patterns.add<ConvertElementwise<tosa::BitwiseXorOp>>(
      context, ElementwiseKind::BitwiseXor);
  patterns.add<ConvertElementwise<tosa::LogicalNotOp>>(
      context, ElementwiseKind::LogicalNot);
  patterns.add<ConvertElementwise<tosa::LogicalAndOp>>(
      context, ElementwiseKind::LogicalAnd);
  patterns.add<ConvertElementwise<tosa::LogicalOrOp>>(
      context, ElementwiseKind::LogicalOr);
  patterns.add<ConvertElementwise<tosa::LogicalXorOp>>(
      context, ElementwiseKind::LogicalXor);
  patterns.add<ConvertElementwise<tosa::LogicalLeftShiftOp>>(
      context, ElementwiseKind::LogicalLeftShift);
  patterns.add<ConvertElementwise<tosa::LogicalRightShiftOp>>(
      context, ElementwiseKind::LogicalRightShift);
  patterns.add<ConvertElementwise<tosa::ClzOp>>(context, ElementwiseKind::Clz);
  patterns.add<ConvertElementwise<tosa::EqualOp>>(context,
                                                  ElementwiseKind::Equal);
  patterns.add<ConvertElementwise<tosa::GreaterOp>>(context,
                                                    ElementwiseKind::Greater);
  patterns.add<ConvertElementwise<tosa::GreaterEqualOp>>(
      context, ElementwiseKind::GreaterEqual);
  patterns.add<ConvertElementwise<tosa::SelectOp>>(context,
                                                   ElementwiseKind::Select);
  patterns.add<ConvertElementwise<tosa::IntDivOp>>(context,
                                                   ElementwiseKind::IntDiv);
  patterns.add<ConvertElementwise<tosa::CastOp>>(context,
                                                 ElementwiseKind::Cast);
  patterns.add<ConvertElementwise<tosa::CeilOp>>(context,
                                                 ElementwiseKind::Ceil);
  patterns.add<ConvertElementwise<tosa::FloorOp>>(context,
                                                  ElementwiseKind::Floor);
  patterns.add<ConvertElementwise<tosa::ReciprocalOp>>(
      context, ElementwiseKind::Reciprocal);
  patterns.add<ConvertElementwise<tosa::RsqrtOp>>(context,
                                                  ElementwiseKind::Rsqrt);
  patterns.add<ConvertElementwise<tosa::ExpOp>>(context, ElementwiseKind::Exp);
  patterns.add<ConvertElementwise<tosa::LogOp>>(context, ElementwiseKind::Log);
  patterns.add<ConvertElementwise<tosa::PowOp>>(context, ElementwiseKind::Pow);
  patterns.add<ConvertElementwise<tosa::SigmoidOp>>(context,
                                                    ElementwiseKind::Sigmoid);
  patterns.add<ConvertElementwise<tosa::TanhOp>>(context,
                                                 ElementwiseKind::Tanh);
  patterns.add<ConvertElementwise<tosa::ErfOp>>(context, ElementwiseKind::Erf);
  patterns.add<ConvertElementwise<tosa::SinOp>>(context, ElementwiseKind::Sin);
  patterns.add<ConvertElementwise<tosa::CosOp>>(context, ElementwiseKind::Cos);
}

void lacuna::populateReducePatterns(RewritePatternSet &patterns) {
  MLIRContext *context = patterns.getContext();
  patterns.add<ConvertReduce<tosa::ReduceSumOp>>(context, ReduceKind::Sum);
  patterns.add<ConvertReduce<tosa::ReduceMaxOp>>(context, ReduceKind::Max);
  patterns.add<ConvertReduce<tosa::ReduceMinOp>>(context, ReduceKind::Min);
  patterns.add<ConvertReduce<tosa::ReduceProductOp>>(context,
                                                     ReduceKind::Product);
  patterns.add<ConvertReduce<tosa::ReduceAllOp>>(context, ReduceKind::All);
  patterns.add<ConvertReduce<tosa::ReduceAnyOp>>(context, ReduceKind::Any);
  patterns.add<ConvertReduce<tosa::ArgMaxOp>>(context, ReduceKind::ArgMax);
}
