// Constants: their conversion, and reading operands that TOSA wants constant.

#include "Patterns.h"
#include "lacuna/Dialect/NN/IR/ConstantData.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace lacuna {

FailureOr<SmallVector<int64_t>> readConstant(Operation *op, Value value,
                                             StringRef what, bool isUnsigned) {
  DenseIntOrFPElementsAttr elements;
  if (auto shape = value.getDefiningOp<tosa::ConstShapeOp>())
    elements = dyn_cast<DenseIntOrFPElementsAttr>(shape.getValues());
  else
    matchPattern(value, m_Constant(&elements));
  if (!elements)
    return op->emitOpError()
           << what << " must be a constant: instructions carry it";
  SmallVector<int64_t> result;
  result.reserve(elements.getNumElements());
  if (isa<FloatType>(elements.getElementType())) {
    for (const APFloat &element : elements.getValues<APFloat>())
      result.push_back(int64_t(element.bitcastToAPInt().getZExtValue()));
    return result;
  }
  for (const APInt &element : elements.getValues<APInt>())
    result.push_back(isUnsigned ? int64_t(element.getZExtValue())
                                : element.getSExtValue());
  return result;
}

FailureOr<int64_t> readScalar(Operation *op, Value value, StringRef what,
                              bool isUnsigned) {
  FailureOr<SmallVector<int64_t>> values =
      readConstant(op, value, what, isUnsigned);
  if (failed(values))
    return failure();
  if (values->size() != 1)
    return op->emitOpError()
           << what << " must be one number, not " << values->size();
  return values->front();
}

FailureOr<int64_t> readZeroPoint(Operation *op, Value value, StringRef what) {
  Type type = getElementTypeOrSelf(value.getType());
  FailureOr<int64_t> point = readScalar(op, value, what);
  if (failed(point) || !isa<FloatType>(type))
    return point;
  // Both zeros; a sign bit is the topmost.
  if (*point != 0 && *point != int64_t(1) << (type.getIntOrFloatBitWidth() - 1))
    return op->emitOpError() << what << " must be 0: floats have none";
  return 0;
}

ArrayAttr roundingOf(Type result) {
  MLIRContext *context = result.getContext();
  Type element = getElementTypeOrSelf(result);
  if (!isa<FloatType>(element) || element.isF32())
    return ArrayAttr::get(context, {});
  return ArrayAttr::get(
      context, nn::CastAttr::get(context, Float32Type::get(context), element));
}

bool ignoresNan(tosa::NanPropagationMode mode, Type type) {
  return mode == tosa::NanPropagationMode::IGNORE &&
         isa<FloatType>(getElementTypeOrSelf(type));
}

} // namespace lacuna

namespace {
/// Data of a resource up to this size are copied into an attribute, which every
/// pass can read, fold and fuse; larger ones stay where they are.
constexpr size_t kMostCopiedBytes = size_t(1) << 16;

/// The data stays where it is: attributes are shared.
struct ConvertConst : OpRewritePattern<tosa::ConstOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::ConstOp op,
                                PatternRewriter &rewriter) const override {
    ElementsAttr value = op.getValues();
    if (auto resource = dyn_cast<DenseResourceElementsAttr>(value)) {
      AsmResourceBlob *blob = resource.getRawHandle().getBlob();
      auto type = cast<ShapedType>(value.getType());
      // One element alone would pass for a splat, but a resource has none.
      bool splat = false;
      bool fits = blob && DenseElementsAttr::isValidRawBuffer(
                              type, blob->getData(), splat);
      if (!fits || (splat && type.getNumElements() != 1))
        return op.emitOpError()
               << "has data in a resource that is missing or does not hold "
               << type;
      if (blob->getData().size() <= kMostCopiedBytes ||
          !lacuna::nn::ConstantData::get(value))
        value = DenseElementsAttr::getFromRawBuffer(type, blob->getData());
    } else if (!isa<DenseElementsAttr>(value)) {
      return op.emitOpError("must have dense data");
    }
    rewriter.replaceOpWithNewOp<lacuna::nn::ConstantOp>(op, value);
    return success();
  }
};
} // namespace

void lacuna::populateConstantPatterns(RewritePatternSet &patterns) {
  patterns.add<ConvertConst>(patterns.getContext());
}
