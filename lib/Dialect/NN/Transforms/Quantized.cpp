// Quantised types, and the forms of layers.
#include "Quantized.h"

#include "lacuna/Dialect/NN/IR/ConstantData.h"
#include "lacuna/Dialect/NN/IR/MatrixLayer.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace lacuna;
using namespace lacuna::nn;
using quant::UniformQuantizedType;
using quantization::AffineScale;

UniformQuantizedType nn::toQuantizedType(const AffineScale &affine, Type type) {
  return UniformQuantizedType::get(
      quant::QuantizationFlags::Signed,
      IntegerType::get(type.getContext(), affine.bits), type, affine.scale,
      affine.zeroPoint, affine.minimum, affine.maximum);
}

AffineScale nn::toAffine(UniformQuantizedType type) {
  AffineScale affine;
  affine.bits = type.getStorageTypeIntegralWidth();
  affine.scale = type.getScale();
  affine.zeroPoint = type.getZeroPoint();
  affine.minimum = type.getStorageTypeMin();
  affine.maximum = type.getStorageTypeMax();
  return affine;
}

UniformQuantizedType nn::quantizedTypeOf(Value value) {
  auto tensor = dyn_cast<RankedTensorType>(value.getType());
  return tensor ? dyn_cast<UniformQuantizedType>(tensor.getElementType())
                : UniformQuantizedType();
}

bool nn::isBias(Operation *op, unsigned index) {
  return index == 2 && MatrixLayer::get(op);
}

//===----------------------------------------------------------------------===//
// Softmax
//===----------------------------------------------------------------------===//

/// The layer behind `value`, if it is a plain one of this kind.
static ElementwiseOp plainElementwise(Value value, ElementwiseKind kind) {
  auto op = value.getDefiningOp<ElementwiseOp>();
  if (!op || op.getKind() != kind || !op.getPrologue().empty() ||
      !op.getEpilogueStages().empty() || !isFloat(value))
    return {};
  return op;
}

static ReduceOp plainReduce(Value value, ReduceKind kind) {
  auto op = value.getDefiningOp<ReduceOp>();
  if (!op || op.getKind() != kind || !op.getEpilogueStages().empty())
    return {};
  return op;
}

std::optional<Softmax> Softmax::match(Operation *root) {
  if (root->getNumResults() != 1)
    return std::nullopt;
  auto product = plainElementwise(root->getResult(0), ElementwiseKind::Mul);
  if (!product)
    return std::nullopt;
  for (unsigned order : {0, 1}) {
    Value powers = product.getInputs()[order];
    auto exp = plainElementwise(powers, ElementwiseKind::Exp);
    auto share = plainElementwise(product.getInputs()[1 - order],
                                  ElementwiseKind::Reciprocal);
    if (!exp || !share)
      continue;
    auto sum = plainReduce(share.getInputs()[0], ReduceKind::Sum);
    auto less = plainElementwise(exp.getInputs()[0], ElementwiseKind::Sub);
    if (!sum || !less || sum.getInput() != powers)
      continue;
    auto max = plainReduce(less.getInputs()[1], ReduceKind::Max);
    Value input = less.getInputs()[0];
    if (!max || max.getInput() != input || max.getAxis() != sum.getAxis() ||
        less.getType() != input.getType())
      continue;
    return Softmax{
        input, int64_t(max.getAxis()), {max, less, exp, sum, share, product}};
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Forms
//===----------------------------------------------------------------------===//

/// Whether only limits and roundings of floats follow the layer.
static bool hasPlainEpilogue(Operation *op) {
  return llvm::all_of(
      cast<LayerOpInterface>(op).getEpilogueStages(), [](Attribute stage) {
        return isa<ClampAttr, CastAttr>(stage) &&
               isa<FloatType>(cast<StageAttrInterface>(stage).getOutputType());
      });
}

static QuantForm formOf(ElementwiseOp op) {
  if (!op.getPrologue().empty() || !isFloat(op.getOutput()))
    return QuantForm::None;
  switch (op.getKind()) {
  case ElementwiseKind::Identity:
  case ElementwiseKind::Add:
  case ElementwiseKind::Sub:
  case ElementwiseKind::Mul:
  case ElementwiseKind::Max:
  case ElementwiseKind::Min:
    return QuantForm::Own;
  case ElementwiseKind::Abs:
  case ElementwiseKind::Negate:
  case ElementwiseKind::Ceil:
  case ElementwiseKind::Floor:
  case ElementwiseKind::Reciprocal:
  case ElementwiseKind::Rsqrt:
  case ElementwiseKind::Exp:
  case ElementwiseKind::Log:
  case ElementwiseKind::Sigmoid:
  case ElementwiseKind::Tanh:
  case ElementwiseKind::Erf:
  case ElementwiseKind::Sin:
  case ElementwiseKind::Cos:
    return QuantForm::Function;
  default:
    // Pow has two operands: a table only where one is a constant.
    return QuantForm::None;
  }
}

/// The form of a layer with floats, seen by itself.
static QuantForm formOf(Operation *op) {
  if (!hasPlainEpilogue(op))
    return QuantForm::None;
  return llvm::TypeSwitch<Operation *, QuantForm>(op)
      .Case([](ElementwiseOp layer) { return formOf(layer); })
      .Case([](ReduceOp reduce) {
        switch (reduce.getKind()) {
        case ReduceKind::Sum:
          return QuantForm::Own;
        case ReduceKind::Max:
        case ReduceKind::Min:
        case ReduceKind::ArgMax:
          return QuantForm::Same;
        default:
          return QuantForm::None;
        }
      })
      .Case<ReshapeOp, PadOp, SliceOp, ConcatOp, TransposeOp, ReverseOp, TileOp,
            GatherOp, ScatterOp, ResizeOp, PoolOp>(
          [](auto) { return QuantForm::Same; })
      .Default([](Operation *op) {
        return MatrixLayer::get(op) ? QuantForm::Own : QuantForm::None;
      });
}

static bool isSplat(Value value) {
  auto constant = value.getDefiningOp<ConstantOp>();
  auto data = constant ? ConstantData::get(constant.getValue()) : std::nullopt;
  return data && (data->isSplat() || data->size() == 1);
}

/// Whether `op` may be part of a tree that becomes a table.
static bool isTreeLayer(Operation *op) {
  auto layer = dyn_cast<ElementwiseOp>(op);
  if (!layer || layer.getKind() == ElementwiseKind::Identity ||
      !hasPlainEpilogue(op))
    return false;
  return formOf(layer) != QuantForm::None ||
         (layer.getKind() == ElementwiseKind::Pow &&
          layer.getPrologue().empty());
}

QuantForms::QuantForms(func::FuncOp function) {
  llvm::DenseSet<Operation *> softmaxes;
  for (Operation &op : function.front()) {
    auto layer = dyn_cast<LayerOpInterface>(&op);
    if (!layer)
      continue;
    bool hasFloats = isFloat(op.getResult(0)) ||
                     llvm::any_of(op.getOperands(),
                                  [](Value value) { return isFloat(value); });
    if (!hasFloats) {
      forms[&op] = QuantForm::Integer;
      continue;
    }
    forms[&op] = formOf(&op);
    if (auto softmax = Softmax::match(&op)) {
      for (Operation *part : softmax->operations)
        forms[part] = QuantForm::Function;
      continue;
    }
    if (!isTreeLayer(&op))
      continue;
    Value variable;
    bool isSingle = true;
    for (Value input : op.getOperands()) {
      if (isSplat(input))
        continue;
      Value own = getVariable(input);
      isSingle &= !variable || own == variable;
      variable = own;
    }
    if (isSingle && variable &&
        tensorTypeOf(variable).getShape() ==
            tensorTypeOf(op.getResult(0)).getShape()) {
      variables[op.getResult(0)] = variable;
      forms[&op] = QuantForm::Function;
    }
  }
}

Value QuantForms::getVariable(Value value) const {
  Value variable = variables.lookup(value);
  return variable ? variable : value;
}

SmallVector<Operation *> QuantForms::getTree(Value value) const {
  llvm::SetVector<Operation *> found;
  SmallVector<Value> open = {value};
  while (!open.empty()) {
    Value next = open.pop_back_val();
    if (!variables.count(next) || !found.insert(next.getDefiningOp()))
      continue;
    llvm::append_range(open, next.getDefiningOp()->getOperands());
  }
  SmallVector<Operation *> tree = found.takeVector();
  llvm::sort(tree,
             [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  return tree;
}
