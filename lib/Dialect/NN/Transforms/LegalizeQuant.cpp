// nn-legalize-quant: integer layers for quantised types, and what becomes of
// the function's boundary and of floats that stay.
#include "Errors.h"
#include "FloatValues.h"
#include "Legalize.h"
#include "lacuna/Dialect/NN/IR/Location.h"
#include "lacuna/Dialect/NN/Transforms/Passes.h"

#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace lacuna::nn {
#define GEN_PASS_DEF_LEGALIZEQUANT
#include "lacuna/Dialect/NN/Transforms/Passes.h.inc"
} // namespace lacuna::nn

using namespace mlir;
using namespace lacuna;
using namespace lacuna::nn;
using quant::DequantizeCastOp;
using quant::QuantizeCastOp;
using quant::UniformQuantizedType;

//===----------------------------------------------------------------------===//
// The boundary
//===----------------------------------------------------------------------===//

/// What the attributes of an argument or result say of integers of `type`.
static SmallVector<NamedAttribute> boundaryOf(UniformQuantizedType type) {
  MLIRContext *context = type.getContext();
  Builder builder(context);
  return {{StringAttr::get(context, kScaleAttrName),
           builder.getF32FloatAttr(float(type.getScale()))},
          {StringAttr::get(context, kZeroPointAttrName),
           builder.getI64IntegerAttr(type.getZeroPoint())},
          {StringAttr::get(context, kSourceAttrName),
           TypeAttr::get(type.getExpressedType())}};
}

/// Arguments that nobody reads but through one quantisation take the integers
/// from outside.
void Legalizer::legalizeArguments() {
  for (BlockArgument argument : function.getArguments()) {
    UniformQuantizedType type;
    bool isInteger = isFloat(argument) && !argument.use_empty();
    for (Operation *user : argument.getUsers()) {
      auto qcast = dyn_cast<QuantizeCastOp>(user);
      auto own =
          qcast ? quantizedTypeOf(qcast.getResult()) : UniformQuantizedType();
      isInteger &= own && (!type || own == type);
      type = own;
    }
    if (!isInteger)
      continue;
    SmallVector<Operation *> casts(argument.getUsers());
    for (Operation *qcast : casts)
      integers[qcast->getResult(0)] = argument;
    for (NamedAttribute attribute : boundaryOf(type))
      function.setArgAttr(argument.getArgNumber(), attribute.getName(),
                          attribute.getValue());
    OpBuilder builder(function.getContext());
    argument.setType(
        cast<TensorType>(tensorTypeOf(argument).clone(type.getStorageType())));
  }
}

/// Results that are integers leave as integers.
void Legalizer::legalizeResults() {
  Operation *terminator = function.front().getTerminator();
  for (OpOperand &operand : terminator->getOpOperands()) {
    auto dcast = operand.get().getDefiningOp<DequantizeCastOp>();
    auto type =
        dcast ? quantizedTypeOf(dcast.getInput()) : UniformQuantizedType();
    if (!type || !integers.contains(dcast.getInput()))
      continue;
    operand.set(integersOf(dcast.getInput()));
    for (NamedAttribute attribute : boundaryOf(type))
      function.setResultAttr(operand.getOperandNumber(), attribute.getName(),
                             attribute.getValue());
  }
  function.setType(FunctionType::get(function.getContext(),
                                     function.front().getArgumentTypes(),
                                     terminator->getOperandTypes()));
}

//===----------------------------------------------------------------------===//
// Floats that stay
//===----------------------------------------------------------------------===//

/// A constant of one element of rank `rank`.
static Value makeScalar(OpBuilder &builder, Location location, int64_t rank,
                        double value) {
  return makeFloatConstant(builder, location, SmallVector<int64_t>(rank, 1),
                           value);
}

/// round(x / scale) + zero point, saturated: as a division is not among the
/// layers, x times the reciprocal.
Value Legalizer::quantizeFloats(QuantizeCastOp qcast) {
  OpBuilder builder(qcast);
  Location location = nameAfter(qcast.getLoc(), ".quantize");
  auto type = quantizedTypeOf(qcast.getResult());
  auto floats = tensorTypeOf(qcast.getInput());
  int64_t rank = floats.getRank();
  auto apply = [&](ElementwiseKind kind, Value value, double operand) {
    return ElementwiseOp::create(
               builder, location, floats, kind,
               ValueRange{value, makeScalar(builder, location, rank, operand)})
        .getOutput();
  };
  Value value =
      apply(ElementwiseKind::Mul, qcast.getInput(), 1 / type.getScale());
  if (type.getZeroPoint())
    value = apply(ElementwiseKind::Add, value, double(type.getZeroPoint()));
  return ElementwiseOp::create(builder, location,
                               floats.clone(type.getStorageType()),
                               ElementwiseKind::Cast, value)
      .getOutput();
}

/// (integer - zero point) * scale.
Value Legalizer::dequantizeFloats(DequantizeCastOp dcast) {
  OpBuilder builder(dcast);
  Location location = nameAfter(dcast.getLoc(), ".dequantize");
  auto type = quantizedTypeOf(dcast.getInput());
  auto floats = tensorTypeOf(dcast.getResult());
  int64_t rank = floats.getRank();
  auto apply = [&](ElementwiseKind kind, Value value, double operand) {
    return ElementwiseOp::create(
               builder, location, floats, kind,
               ValueRange{value, makeScalar(builder, location, rank, operand)})
        .getOutput();
  };
  Value value =
      ElementwiseOp::create(builder, location, floats, ElementwiseKind::Cast,
                            integersOf(dcast.getInput()))
          .getOutput();
  if (type.getZeroPoint())
    value = apply(ElementwiseKind::Sub, value, double(type.getZeroPoint()));
  return apply(ElementwiseKind::Mul, value, type.getScale());
}

/// Casts that are still read, as layers of floats.
llvm::Error Legalizer::legalizeCasts() {
  for (Operation &op : llvm::make_early_inc_range(function.front())) {
    auto dcast = dyn_cast<DequantizeCastOp>(op);
    if (!dcast || dcast->use_empty())
      continue;
    auto type = tensorTypeOf(dcast.getResult());
    if (!type.getElementType().isF32() || !quantizedTypeOf(dcast.getInput()))
      return makeError(placeOf(op.getLoc()),
                       "a layer stays float behind integers of a form that has "
                       "no cast: only one scale for all, and f32");
    dcast.getResult().replaceAllUsesWith(dequantizeFloats(dcast));
  }
  return llvm::Error::success();
}

void Legalizer::eraseDead() {
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(function.front())))
    if (isOpTriviallyDead(&op))
      op.erase();
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

static bool isQuantized(Value value) {
  auto tensor = dyn_cast<RankedTensorType>(value.getType());
  return tensor && isa<quant::QuantizedType>(tensor.getElementType());
}

llvm::Error Legalizer::run() {
  QuantForms forms(function);
  llvm::Error errors = llvm::Error::success();
  auto fail = [&](llvm::Error error) {
    errors = llvm::joinErrors(std::move(errors), std::move(error));
  };
  SmallVector<Operation *> operations;
  for (Operation &op : function.front())
    operations.push_back(&op);
  legalizeArguments();
  for (Operation *op : operations) {
    if (auto scast = dyn_cast<quant::StorageCastOp>(op)) {
      integers[scast.getResult()] = scast.getInput();
    } else if (auto qcast = dyn_cast<QuantizeCastOp>(op)) {
      if (integers.contains(qcast.getResult()))
        continue;
      auto made = makeFunction(qcast, forms);
      if (!made) {
        Operation *root = qcast.getInput().getDefiningOp();
        fail(makeError(placeOf(root->getLoc()),
                       "layer '" + getLayerName(root) +
                           "' can't be made integer: " +
                           llvm::toString(made.takeError())));
        continue;
      }
      if (!*made && !tensorTypeOf(qcast.getInput()).getElementType().isF32())
        fail(makeError(placeOf(op->getLoc()),
                       "only floats of 32 bits are quantised by layers"));
      integers[qcast.getResult()] = *made ? *made : quantizeFloats(qcast);
    } else if (isa<LayerOpInterface>(op) &&
               (isQuantized(op->getResult(0)) ||
                llvm::any_of(op->getOperands(), isQuantized))) {
      Value result = op->getResult(0);
      if (llvm::Error error = legalizeLayer(op)) {
        fail(std::move(error));
        continue;
      }
      if (!isQuantized(result))
        result.replaceAllUsesWith(integers[result]);
    }
    if (errors)
      return errors;
  }
  if (errors)
    return errors;
  legalizeResults();
  if (llvm::Error error = legalizeCasts())
    return error;
  eraseDead();
  return llvm::Error::success();
}

namespace {
struct LegalizeQuantPass : nn::impl::LegalizeQuantBase<LegalizeQuantPass> {
  using LegalizeQuantBase::LegalizeQuantBase;

  void runOnOperation() override {
    auto isCast = [](Operation &op) {
      return isa<QuantizeCastOp, DequantizeCastOp, quant::StorageCastOp>(op);
    };
    if (llvm::none_of(getOperation().front(), isCast)) {
      markAllAnalysesPreserved();
      return;
    }
    if (llvm::Error error = Legalizer(getOperation()).run()) {
      (void)emitLocated(getOperation(), std::move(error));
      signalPassFailure();
    }
  }
};
} // namespace
