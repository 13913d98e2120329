// The inputs and outputs of a function, as the command line knows them.
#ifndef LACUNA_TOOLS_COMPILER_PORTS_H
#define LACUNA_TOOLS_COMPILER_PORTS_H

#include "lacuna/Reference/Interpreter.h"
#include "lacuna/Support/TensorArguments.h"

namespace lacuna {

/// The inputs (outputs) of a function; `types` are the interpreter's. A port is
/// called what its `tosa.tensor_name` attribute says, else input0, input1, ...
std::vector<Port> getInputPorts(mlir::func::FuncOp function,
                                llvm::ArrayRef<reference::BoundaryType> types);
std::vector<Port> getOutputPorts(mlir::func::FuncOp function,
                                 llvm::ArrayRef<reference::BoundaryType> types);

} // namespace lacuna

#endif // LACUNA_TOOLS_COMPILER_PORTS_H
