// Tensors of the reference interpreter, and how they come from MLIR's types
// and attributes.
#include "lacuna/Reference/Tensor.h"
#include "lacuna/Dialect/NN/IR/ConstantData.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/TypeSwitch.h"

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
    return llvm::TypeSwitch<mlir::Type, std::optional<ElementType>>(type)
        .Case([](mlir::Float32Type) { return ElementType::FP32; })
        .Case([](mlir::Float16Type) { return ElementType::FP16; })
        .Case([](mlir::BFloat16Type) { return ElementType::BF16; })
        .Case([](mlir::Float8E4M3FNType) { return ElementType::FP8E4M3; })
        .Case([](mlir::Float8E5M2Type) { return ElementType::FP8E5M2; })
        .Default([](mlir::Type) { return std::nullopt; });
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
  std::optional<nn::ConstantData> data = nn::ConstantData::get(elements);
  std::optional<ElementType> type =
      elementTypeOf(elements.getShapedType().getElementType());
  if (!data || !type)
    return std::nullopt;

  Tensor tensor(elements.getShapedType().getShape(), *type);
  for (auto [index, value] : llvm::enumerate(tensor.values))
    value = (*data)[index];
  return tensor;
}
