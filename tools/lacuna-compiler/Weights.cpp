// Binding a weight file's tensors to a module's resources.
#include "Weights.h"

#include "lacuna/Dialect/NN/IR/Location.h"
#include "lacuna/Support/Diagnostics.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace lacuna;

/// As .npy stores it, the element type of a constant.
static std::optional<NpyType> npyTypeOf(mlir::Type element) {
  if (element.isInteger(1))
    return NpyType::Bool;
  if (element.isInteger(4) || element.isInteger(8))
    return NpyType::I8;
  if (element.isInteger(16))
    return NpyType::I16;
  if (element.isInteger(32))
    return NpyType::I32;
  if (element.isF32())
    return NpyType::F32;
  if (element.isF16())
    return NpyType::F16;
  if (element.isBF16())
    return NpyType::V2;
  if (llvm::isa<mlir::Float8E4M3FNType, mlir::Float8E5M2Type>(element))
    return NpyType::V1;
  return std::nullopt;
}

/// An error if `tensor`, called `name`, can't be a constant of `type`.
static llvm::Error checkTensor(const WeightFile::Tensor *tensor,
                               llvm::StringRef name, mlir::ShapedType type,
                               mlir::Operation *op, llvm::StringRef path) {
  auto fail = [&](const llvm::Twine &message) {
    std::string shown;
    llvm::raw_string_ostream(shown) << type;
    return makeError(nn::placeOf(op->getLoc()),
                     "resource '" + name + "' of " + shown + ": " + message);
  };
  if (!tensor)
    return fail("'" + path + "' has no tensor of this name");
  std::optional<NpyType> expected = npyTypeOf(type.getElementType());
  if (!expected)
    return fail("elements of this type can't come from a file");
  if (!canReadAs(tensor->type, *expected))
    return fail("'" + path + "' has it with elements of type " +
                getDescriptor(tensor->type));
  if (llvm::ArrayRef<int64_t>(tensor->shape) == type.getShape())
    return llvm::Error::success();
  std::string shape;
  llvm::raw_string_ostream os(shape);
  llvm::interleave(tensor->shape, os, "x");
  return fail("'" + path + "' has it with shape " + shape);
}

llvm::Expected<TensorNames> lacuna::attachWeights(mlir::ModuleOp module,
                                                  const WeightFile &weights,
                                                  llvm::StringRef path) {
  TensorNames attached;
  auto &manager = mlir::DenseResourceElementsHandle::getManagerInterface(
      module.getContext());
  llvm::Error errors = llvm::Error::success();
  module.walk([&](mlir::Operation *op) {
    for (mlir::NamedAttribute attribute : op->getAttrs()) {
      auto resource =
          llvm::dyn_cast<mlir::DenseResourceElementsAttr>(attribute.getValue());
      if (!resource || resource.getRawHandle().getBlob())
        continue;
      llvm::StringRef name = resource.getRawHandle().getKey();
      const WeightFile::Tensor *tensor = weights.find(name);
      if (llvm::Error error =
              checkTensor(tensor, name, resource.getType(), op, path)) {
        errors = llvm::joinErrors(std::move(errors), std::move(error));
        continue;
      }
      attached.insert(name);
      llvm::ArrayRef<char> bytes(
          reinterpret_cast<const char *>(tensor->data.data()),
          tensor->data.size());
      manager.getBlobManager().update(
          name, mlir::UnmanagedAsmResourceBlob::allocateWithAlign(bytes,
                                                                  /*align=*/1));
    }
  });
  if (errors)
    return std::move(errors);
  return attached;
}
