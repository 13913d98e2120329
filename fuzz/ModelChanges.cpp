// Structural changes to models.
#include "ModelChanges.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using namespace mlir;
using fuzz::ModelChanges;

int64_t ModelChanges::someNumber() {
  static constexpr int64_t numbers[] = {0,
                                        1,
                                        -1,
                                        2,
                                        3,
                                        4,
                                        7,
                                        8,
                                        15,
                                        16,
                                        31,
                                        32,
                                        33,
                                        62,
                                        63,
                                        64,
                                        127,
                                        -127,
                                        -128,
                                        128,
                                        255,
                                        256,
                                        1000,
                                        8192,
                                        8193,
                                        32767,
                                        -32768,
                                        65535,
                                        1 << 20,
                                        1 << 30,
                                        INT32_MAX,
                                        INT32_MIN,
                                        int64_t(1) << 31,
                                        int64_t(1) << 32,
                                        INT64_MAX,
                                        INT64_MIN};
  return numbers[below(std::size(numbers))];
}

int64_t ModelChanges::someExtent() {
  // Most often small: what is too large is refused early.
  return below(8) ? 1 + int64_t(below(9)) : someNumber();
}

Operation *ModelChanges::someOperation() {
  SmallVector<Operation *> operations;
  module.walk([&](Operation *op) {
    if (!isa<ModuleOp, func::FuncOp>(op))
      operations.push_back(op);
  });
  return operations.empty() ? nullptr : operations[below(operations.size())];
}

Value ModelChanges::someValue(Type type) {
  SmallVector<Value> values;
  auto add = [&](ValueRange range) {
    for (Value value : range)
      if (!type || value.getType() == type)
        values.push_back(value);
  };
  module.walk([&](Operation *op) {
    add(op->getResults());
    for (Region &region : op->getRegions())
      for (Block &block : region)
        add(block.getArguments());
  });
  return values.empty() ? Value() : values[below(values.size())];
}

Attribute ModelChanges::changedArray(DenseI64ArrayAttr array) {
  SmallVector<int64_t> values(array.asArrayRef());
  switch (below(6)) {
  case 0:
    values.push_back(someNumber());
    break;
  case 1:
    if (!values.empty())
      values.pop_back();
    break;
  case 2:
    if (!values.empty())
      values[below(values.size())] = someNumber();
    break;
  default:
    if (!values.empty())
      values[below(values.size())] = int64_t(below(6));
    break;
  }
  return DenseI64ArrayAttr::get(array.getContext(), values);
}

Attribute ModelChanges::changedElements(DenseElementsAttr elements) {
  auto type = dyn_cast<IntegerType>(elements.getElementType());
  if (!type || elements.empty())
    return {};
  auto some = [&] {
    return APInt(64, below(2) ? someNumber() : int64_t(below(100)) - 20)
        .sextOrTrunc(type.getWidth());
  };
  if (below(2) || elements.getNumElements() > 4096)
    return DenseElementsAttr::get(elements.getType(), some());
  SmallVector<APInt> values(elements.getValues<APInt>());
  values[below(values.size())] = some();
  return DenseElementsAttr::get(elements.getType(), values);
}

/// Another attribute in the place of `attribute`; null to leave it out.
Attribute ModelChanges::changed(NamedAttribute attribute) {
  if (below(12) == 0)
    return {};
  Attribute value = attribute.getValue();
  // What stands under this name elsewhere, enumerators for example.
  SmallVector<Attribute> others;
  if (below(3) == 0)
    module.walk([&](Operation *op) {
      Attribute other = op->getAttr(attribute.getName());
      if (other && other != value)
        others.push_back(other);
    });
  if (!others.empty())
    return others[below(others.size())];
  if (auto integer = dyn_cast<IntegerAttr>(value)) {
    unsigned width = integer.getValue().getBitWidth();
    int64_t number = below(2) ? someNumber() : int64_t(below(6));
    return IntegerAttr::get(integer.getType(),
                            APInt(64, number).sextOrTrunc(width));
  }
  if (auto array = dyn_cast<DenseI64ArrayAttr>(value))
    return changedArray(array);
  if (auto elements = dyn_cast<DenseElementsAttr>(value))
    if (Attribute other = changedElements(elements))
      return other;
  return value;
}

void ModelChanges::changeAttribute() {
  Operation *op = someOperation();
  if (!op || op->getAttrDictionary().empty())
    return;
  DictionaryAttr attributes = op->getAttrDictionary();
  NamedAttribute attribute = attributes.getValue()[below(attributes.size())];
  if (Attribute other = changed(attribute))
    op->setAttr(attribute.getName(), other);
  else
    op->removeAttr(attribute.getName());
}

RankedTensorType ModelChanges::changed(RankedTensorType type) {
  SmallVector<int64_t> shape(type.getShape());
  Builder builder(type.getContext());
  Type element = type.getElementType();
  switch (below(6)) {
  case 0: {
    const Type elements[] = {
        builder.getI1Type(),  builder.getIntegerType(4),
        builder.getI8Type(),  builder.getI16Type(),
        builder.getI32Type(), builder.getIntegerType(48),
        builder.getI64Type(), builder.getIntegerType(8, false),
        builder.getF32Type(), builder.getIndexType()};
    element = elements[below(std::size(elements))];
    break;
  }
  case 1:
    shape.insert(shape.begin() + below(shape.size() + 1), someExtent());
    break;
  case 2:
    if (!shape.empty())
      shape.erase(shape.begin() + below(shape.size()));
    break;
  case 3:
    if (shape.size() > 1)
      std::swap(shape[below(shape.size())], shape[below(shape.size())]);
    break;
  default:
    if (!shape.empty())
      shape[below(shape.size())] = someExtent();
    break;
  }
  for (int64_t &extent : shape)
    if (extent < 0)
      extent = ShapedType::kDynamic;
  return RankedTensorType::get(shape, element, type.getEncoding());
}

void ModelChanges::setType(Value value, RankedTensorType type) {
  value.setType(type);
  Operation *op = value.getDefiningOp();
  if (!op || !type.hasStaticShape())
    return;
  int64_t size = 1;
  for (int64_t extent : type.getShape())
    if (extent < 1 || llvm::MulOverflow(size, extent, size))
      return;
  for (NamedAttribute attribute : op->getAttrDictionary()) {
    auto elements = dyn_cast<DenseElementsAttr>(attribute.getValue());
    if (!elements || elements.empty())
      continue;
    auto integer = dyn_cast<IntegerType>(elements.getElementType());
    auto wanted = dyn_cast<IntegerType>(type.getElementType());
    if (!integer || !wanted)
      continue;
    SmallVector<APInt> values;
    if (elements.isSplat() || size > 4096 || elements.getNumElements() > 4096)
      values.push_back(*elements.getValues<APInt>().begin());
    else
      for (int64_t i = 0; i != size; ++i)
        values.push_back(
            elements.getValues<APInt>()[i % elements.getNumElements()]);
    for (APInt &number : values)
      number = number.sextOrTrunc(wanted.getWidth());
    op->setAttr(attribute.getName(), DenseElementsAttr::get(type, values));
  }
}

void ModelChanges::changeType() {
  Value value = someValue();
  auto type =
      value ? dyn_cast<RankedTensorType>(value.getType()) : RankedTensorType();
  if (!type)
    return;
  RankedTensorType other = changed(type);
  if (below(4) == 0)
    return setType(value, other);
  SmallVector<Value> same;
  module.walk([&](Operation *op) {
    llvm::append_range(same, op->getResults());
    for (Region &region : op->getRegions())
      for (Block &block : region)
        llvm::append_range(same, block.getArguments());
  });
  for (Value each : same)
    if (each.getType() == type)
      setType(each, other);
}

void ModelChanges::changeExtentEverywhere() {
  Value value = someValue();
  auto type =
      value ? dyn_cast<RankedTensorType>(value.getType()) : RankedTensorType();
  if (!type || type.getRank() == 0)
    return;
  int64_t from = type.getDimSize(below(type.getRank())), to = someExtent();
  if (to < 0)
    return;
  auto change = [&](Value each) {
    auto old = dyn_cast<RankedTensorType>(each.getType());
    if (!old || !llvm::is_contained(old.getShape(), from))
      return;
    SmallVector<int64_t> shape(old.getShape());
    llvm::replace(shape, from, to);
    setType(each, RankedTensorType::get(shape, old.getElementType(),
                                        old.getEncoding()));
  };
  module.walk([&](Operation *op) {
    llvm::for_each(op->getResults(), change);
    for (Region &region : op->getRegions())
      for (Block &block : region)
        llvm::for_each(block.getArguments(), change);
    // Shapes and sizes that are constants or attributes.
    for (NamedAttribute attribute : op->getAttrDictionary()) {
      if (auto array = dyn_cast<DenseI64ArrayAttr>(attribute.getValue())) {
        SmallVector<int64_t> values(array.asArrayRef());
        llvm::replace(values, from, to);
        op->setAttr(attribute.getName(),
                    DenseI64ArrayAttr::get(op->getContext(), values));
      }
      auto elements = dyn_cast<DenseElementsAttr>(attribute.getValue());
      if (elements && elements.getElementType().isIndex()) {
        SmallVector<APInt> values(elements.getValues<APInt>());
        for (APInt &number : values)
          if (number == uint64_t(from))
            number = APInt(64, to);
        op->setAttr(attribute.getName(),
                    DenseElementsAttr::get(elements.getType(), values));
      }
    }
  });
}

void ModelChanges::changeOperand() {
  Operation *op = someOperation();
  if (!op || op->getNumOperands() == 0)
    return;
  OpOperand &operand = op->getOpOperand(below(op->getNumOperands()));
  if (Value other = someValue(below(4) ? operand.get().getType() : Type()))
    operand.set(other);
}

void ModelChanges::eraseOperation() {
  Operation *op = someOperation();
  if (!op || op->hasTrait<OpTrait::IsTerminator>())
    return;
  SmallVector<Value> others;
  for (Value result : op->getResults()) {
    Value other = someValue(result.getType());
    for (Value operand : op->getOperands())
      if (operand.getType() == result.getType())
        other = operand;
    if (!other || other.getDefiningOp() == op)
      return;
    others.push_back(other);
  }
  op->replaceAllUsesWith(others);
  op->erase();
}

void ModelChanges::repeatOperation() {
  Operation *op = someOperation();
  if (!op || op->hasTrait<OpTrait::IsTerminator>())
    return;
  Operation *copy = op->clone();
  op->getBlock()->getOperations().insertAfter(op->getIterator(), copy);
  if (op->getNumResults() == 0)
    return;
  // Either behind the original, or beside it for some of its users.
  Value result = op->getResult(0), other = copy->getResult(0);
  result.replaceUsesWithIf(other, [&](OpOperand &use) {
    return use.getOwner() != copy && below(2) == 0;
  });
  for (OpOperand &operand : copy->getOpOperands())
    if (operand.get().getType() == result.getType() && below(2) == 0)
      operand.set(result);
}

void ModelChanges::returnMore() {
  Value value = someValue();
  if (!value)
    return;
  module.walk([&](func::ReturnOp op) {
    if (op.getNumOperands() != 0 && below(4) == 0)
      op->eraseOperand(below(op.getNumOperands()));
    else
      op->insertOperands(below(op.getNumOperands() + 1), value);
  });
}

void ModelChanges::change() {
  switch (below(12)) {
  case 0:
  case 1:
  case 2:
  case 3:
    return changeAttribute();
  case 4:
  case 5:
    return changeType();
  case 6:
  case 7:
    return changeExtentEverywhere();
  case 8:
    return changeOperand();
  case 9:
    return eraseOperation();
  case 10:
    return repeatOperation();
  default:
    return returnMore();
  }
}

void ModelChanges::retypeFunctions() {
  module.walk([&](func::FuncOp function) {
    // The parser takes a block without a terminator: verifying comes later.
    if (function.isExternal() || function.front().empty())
      return;
    Operation &last = function.front().back();
    function.setFunctionType(FunctionType::get(
        function.getContext(), function.front().getArgumentTypes(),
        last.getOperandTypes()));
    if (DictionaryAttr names = function->getDiscardableAttrDictionary();
        names && function.getResAttrsAttr() &&
        function.getResAttrsAttr().size() != last.getNumOperands())
      function.removeResAttrsAttr();
  });
}
