// The inputs and outputs of a function, as the command line knows them.
#ifndef LACUNA_REFERENCE_PORTS_H
#define LACUNA_REFERENCE_PORTS_H

#include "lacuna/Reference/Interpreter.h"
#include "lacuna/Support/TensorArguments.h"

namespace lacuna {

/// The inputs (outputs) of a function; `types` are the interpreter's. A port is
/// called what nn::getInputName (nn::getOutputName) says.
std::vector<Port> getInputPorts(mlir::func::FuncOp function,
                                llvm::ArrayRef<reference::BoundaryType> types);
std::vector<Port> getOutputPorts(mlir::func::FuncOp function,
                                 llvm::ArrayRef<reference::BoundaryType> types);

/// The arguments of one of the samples of `inputs`, which are those of `ports`.
/// Errors: those of readSample; an element outside the range of its type, at
/// the port's name.
llvm::Expected<std::vector<reference::Tensor>>
getArguments(const InputArrays &inputs, llvm::ArrayRef<Port> ports,
             uint64_t sample);

/// The same of arrays that were read, one for each of `ports`.
llvm::Expected<std::vector<reference::Tensor>>
getArguments(llvm::ArrayRef<NpyArray> arrays, llvm::ArrayRef<Port> ports);

} // namespace lacuna

#endif // LACUNA_REFERENCE_PORTS_H
