// The tensors of a case: drawn, as bytes, as files, and compared.
#ifndef LACUNA_TOOLS_DIFFERENTIAL_CASETENSORS_H
#define LACUNA_TOOLS_DIFFERENTIAL_CASETENSORS_H

#include "Random.h"

#include "lacuna/Reference/Tensor.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include "llvm/Support/Error.h"

namespace lacuna::differential {

using reference::Tensor;

/// The function of `graph`, a module with one.
mlir::func::FuncOp functionOf(mlir::ModuleOp graph);

/// The element types of tensors. Errors: one that no type of the machine stands
/// for, a dimension that is not known.
llvm::Expected<std::vector<ElementType>>
elementTypesOf(llvm::ArrayRef<mlir::Type> types);

/// A tensor of any values of its type, the extreme ones among them.
Tensor makeInput(llvm::ArrayRef<int64_t> shape, ElementType type,
                 Random &random);

/// One for each argument of `function`.
llvm::Expected<std::vector<Tensor>> makeInputs(mlir::func::FuncOp function,
                                               uint64_t seed);

/// The tensors of .npy files, one for each argument of `function`.
llvm::Expected<std::vector<Tensor>>
readInputs(mlir::func::FuncOp function, llvm::ArrayRef<std::string> paths);

/// The elements of `tensor` as they lie off-chip.
std::vector<uint8_t> bytesOf(const Tensor &tensor);

/// The first element in which `bytes`, the emulator's output `number`, differs
/// from what the reference gives, as an error.
llvm::Error compareBytes(size_t number, const Tensor &expected,
                         llvm::ArrayRef<uint8_t> bytes);

/// The same for two tensors; `side` gives `actual`.
llvm::Error compareTensors(size_t number, const Tensor &expected,
                           const Tensor &actual, llvm::StringRef side);

} // namespace lacuna::differential

#endif // LACUNA_TOOLS_DIFFERENTIAL_CASETENSORS_H
