// Names and types of a function's inputs and outputs.
#include "lacuna/Reference/Ports.h"

#include "lacuna/Dialect/NN/IR/Boundary.h"
#include "lacuna/Dialect/NN/IR/NN.h"

#include "lacuna/Reference/TensorFile.h"

using namespace lacuna;
using reference::BoundaryType;

template <typename GetName, typename GetQuantization>
static std::vector<Port> makePorts(llvm::ArrayRef<BoundaryType> types,
                                   mlir::func::FuncOp function, GetName getName,
                                   GetQuantization getQuantization) {
  std::vector<Port> ports;
  for (auto [i, type] : llvm::enumerate(types)) {
    Port &port = ports.emplace_back();
    port.name = getName(function, i);
    port.type = type.type;
    port.shape.assign(type.shape.begin(), type.shape.end());
    port.quantization = getQuantization(function, i);
  }
  return ports;
}

std::vector<Port> lacuna::getInputPorts(mlir::func::FuncOp function,
                                        llvm::ArrayRef<BoundaryType> types) {
  return makePorts(types, function, nn::getInputName, nn::getInputQuantization);
}

std::vector<Port> lacuna::getOutputPorts(mlir::func::FuncOp function,
                                         llvm::ArrayRef<BoundaryType> types) {
  return makePorts(types, function, nn::getOutputName,
                   nn::getOutputQuantization);
}

llvm::Expected<std::vector<reference::Tensor>>
lacuna::getArguments(const InputArrays &inputs, llvm::ArrayRef<Port> ports,
                     uint64_t sample) {
  auto arrays = inputs.readSample(sample);
  if (!arrays)
    return arrays.takeError();
  return getArguments(*arrays, ports);
}

llvm::Expected<std::vector<reference::Tensor>>
lacuna::getArguments(llvm::ArrayRef<NpyArray> arrays,
                     llvm::ArrayRef<Port> ports) {
  std::vector<reference::Tensor> arguments;
  for (auto [array, port] : llvm::zip_equal(arrays, ports)) {
    auto argument =
        reference::tensorFromNpy(array, 0, port.shape, port.type, port.name);
    if (!argument)
      return argument.takeError();
    arguments.push_back(std::move(*argument));
  }
  return arguments;
}
