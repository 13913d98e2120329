// Tensors of the reference interpreter, and how they come from MLIR's types
// and attributes.
#include "lacuna/Reference/Tensor.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"

using namespace lacuna;
using namespace lacuna::reference;

Tensor::Tensor(llvm::ArrayRef<int64_t> shape, ElementType type)
    : shape(shape), type(type) {
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  values.resize(count);
}

Shape reference::rowMajorStrides(llvm::ArrayRef<int64_t> shape) {
  Shape strides(shape.size(), 1);
  for (int64_t axis = int64_t(shape.size()) - 2; axis >= 0; --axis)
    strides[axis] = strides[axis + 1] * shape[axis + 1];
  return strides;
}

std::optional<ElementType> reference::elementTypeOf(mlir::Type type) {
  auto integer = llvm::dyn_cast<mlir::IntegerType>(type);
  if (!integer)
    return std::nullopt;
  bool isUnsigned = integer.isUnsigned();
  switch (integer.getWidth()) {
  case 1:
    return ElementType::I1;
  case 4:
    return ElementType::I4;
  case 8:
    return isUnsigned ? ElementType::U8 : ElementType::I8;
  case 16:
    return isUnsigned ? ElementType::U16 : ElementType::I16;
  case 32:
    return ElementType::I32;
  case 48:
    return ElementType::I48;
  default:
    return std::nullopt;
  }
}

std::optional<Tensor> reference::tensorOf(mlir::ElementsAttr elements) {
  auto dense = llvm::dyn_cast<mlir::DenseIntElementsAttr>(elements);
  std::optional<ElementType> type =
      elementTypeOf(elements.getShapedType().getElementType());
  if (!dense || !type)
    return std::nullopt;

  Tensor tensor(elements.getShapedType().getShape(), *type);
  bool isSigned = getInfo(*type).isSigned;
  auto extend = [&](const llvm::APInt &value) {
    return isSigned ? value.getSExtValue() : int64_t(value.getZExtValue());
  };
  if (dense.isSplat())
    std::fill(tensor.values.begin(), tensor.values.end(),
              extend(dense.getSplatValue<llvm::APInt>()));
  else
    llvm::transform(dense.getValues<llvm::APInt>(), tensor.values.begin(),
                    extend);
  return tensor;
}
