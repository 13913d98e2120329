// Names and types of a function's inputs and outputs.
#include "lacuna/Reference/Ports.h"

#include "lacuna/Dialect/NN/IR/NN.h"

#include "lacuna/Reference/TensorFile.h"

using namespace lacuna;
using reference::BoundaryType;

template <typename GetName>
static std::vector<Port> makePorts(llvm::ArrayRef<BoundaryType> types,
                                   mlir::func::FuncOp function,
                                   GetName getName) {
  std::vector<Port> ports;
  for (auto [i, type] : llvm::enumerate(types)) {
    Port &port = ports.emplace_back();
    port.name = getName(function, i);
    port.type = type.type;
    port.shape.assign(type.shape.begin(), type.shape.end());
  }
  return ports;
}

std::vector<Port> lacuna::getInputPorts(mlir::func::FuncOp function,
                                        llvm::ArrayRef<BoundaryType> types) {
  return makePorts(types, function, nn::getInputName);
}

std::vector<Port> lacuna::getOutputPorts(mlir::func::FuncOp function,
                                         llvm::ArrayRef<BoundaryType> types) {
  return makePorts(types, function, nn::getOutputName);
}

llvm::Expected<std::vector<reference::Tensor>>
lacuna::getArguments(const InputArrays &inputs, llvm::ArrayRef<Port> ports,
                     uint64_t sample) {
  std::vector<reference::Tensor> arguments;
  for (auto [array, port] : llvm::zip_equal(inputs.arrays, ports)) {
    uint64_t elements = array.getElementCount() / inputs.samples;
    auto argument = reference::tensorFromNpy(array, sample * elements,
                                             port.shape, port.type, port.name);
    if (!argument)
      return argument.takeError();
    arguments.push_back(std::move(*argument));
  }
  return arguments;
}
