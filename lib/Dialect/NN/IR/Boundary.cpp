// Reading the attributes of arguments and results.
#include "lacuna/Dialect/NN/IR/Boundary.h"
#include "lacuna/Dialect/NN/IR/NN.h"

using namespace lacuna;

/// What the attributes of an argument (result) say of its integers.
template <typename GetAttr>
static std::optional<PortQuantization> readQuantization(GetAttr getAttr) {
  auto scale =
      llvm::dyn_cast_or_null<mlir::FloatAttr>(getAttr(nn::kScaleAttrName));
  if (!scale || !getAttr(nn::kSourceAttrName))
    return std::nullopt;
  PortQuantization quantization;
  quantization.scale = scale.getValue().convertToFloat();
  if (auto zero = llvm::dyn_cast_or_null<mlir::IntegerAttr>(
          getAttr(nn::kZeroPointAttrName)))
    quantization.zeroPoint = zero.getInt();
  return quantization;
}

std::optional<PortQuantization>
nn::getInputQuantization(mlir::func::FuncOp function, unsigned number) {
  return readQuantization(
      [&](llvm::StringRef name) { return function.getArgAttr(number, name); });
}

std::optional<PortQuantization>
nn::getOutputQuantization(mlir::func::FuncOp function, unsigned number) {
  return readQuantization([&](llvm::StringRef name) {
    return function.getResultAttr(number, name);
  });
}
