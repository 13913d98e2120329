// Constants of TOSA graphs.
#ifndef LACUNA_TOOLS_DIFFERENTIAL_CONSTANTS_H
#define LACUNA_TOOLS_DIFFERENTIAL_CONSTANTS_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"

namespace lacuna::differential {

/// `values`, one for each element of `type` or one for all, cut to its width;
/// of floats, their bits.
inline mlir::DenseElementsAttr
constantAttribute(mlir::RankedTensorType type, llvm::ArrayRef<int64_t> values) {
  unsigned bits = type.getElementTypeBitWidth();
  llvm::SmallVector<llvm::APInt> elements;
  for (int64_t value : values)
    elements.emplace_back(bits, uint64_t(value), /*isSigned=*/true,
                          /*implicitTrunc=*/true);
  auto floats = llvm::dyn_cast<mlir::FloatType>(type.getElementType());
  if (!floats)
    return mlir::DenseIntElementsAttr::get(type, elements);
  llvm::SmallVector<llvm::APFloat> numbers;
  for (const llvm::APInt &element : elements)
    numbers.emplace_back(floats.getFloatSemantics(), element);
  return mlir::DenseFPElementsAttr::get(type, numbers);
}

} // namespace lacuna::differential

#endif // LACUNA_TOOLS_DIFFERENTIAL_CONSTANTS_H
