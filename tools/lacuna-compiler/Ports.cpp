// Names and types of a function's inputs and outputs.
#include "Ports.h"

#include "lacuna/Reference/TensorFile.h"

using namespace lacuna;
using reference::BoundaryType;

static constexpr llvm::StringLiteral nameAttr = "tosa.tensor_name";

template <typename GetAttr>
static std::vector<Port> makePorts(llvm::ArrayRef<BoundaryType> types,
                                   llvm::StringRef prefix, GetAttr getAttr) {
  std::vector<Port> ports;
  for (auto [i, type] : llvm::enumerate(types)) {
    std::string name = (prefix + llvm::Twine(i)).str();
    if (auto given = llvm::dyn_cast_or_null<mlir::StringAttr>(getAttr(i)))
      name = given.str();
    Port &port = ports.emplace_back();
    port.name = std::move(name);
    port.type = type.type;
    port.shape.assign(type.shape.begin(), type.shape.end());
  }
  return ports;
}

std::vector<Port> lacuna::getInputPorts(mlir::func::FuncOp function,
                                        llvm::ArrayRef<BoundaryType> types) {
  return makePorts(types, "input", [&](unsigned i) {
    return function.getArgAttr(i, nameAttr);
  });
}

std::vector<Port> lacuna::getOutputPorts(mlir::func::FuncOp function,
                                         llvm::ArrayRef<BoundaryType> types) {
  return makePorts(types, "output", [&](unsigned i) {
    return function.getResultAttr(i, nameAttr);
  });
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
