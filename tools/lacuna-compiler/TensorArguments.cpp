// Tensor files on the command line.
#include "TensorArguments.h"

#include "lacuna/Support/Diagnostics.h"

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
    ports.push_back({std::move(name), type});
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

/// "NAME i8[1, 3]", which says what a port wants.
static std::string describe(const Port &port) {
  return llvm::formatv(
      "{0} {1}[{2:$[, ]}]", port.name, getName(port.type.type),
      llvm::make_range(port.type.shape.begin(), port.type.shape.end()));
}

static std::string describeAll(llvm::ArrayRef<Port> ports) {
  std::string list = "the model has";
  if (ports.empty())
    list += " none";
  for (auto [i, port] : llvm::enumerate(ports))
    list += (i ? ", " : " ") + describe(port);
  return list;
}

llvm::Expected<std::vector<std::string>>
lacuna::matchFiles(llvm::ArrayRef<std::string> arguments,
                   llvm::ArrayRef<Port> ports, llvm::StringRef option,
                   bool isOptional) {
  auto fail = [&](const llvm::Twine &message) {
    return makeError(option + ": " + message, describeAll(ports));
  };
  std::vector<std::string> paths(ports.size());
  llvm::SmallVector<llvm::StringRef> unnamed;
  for (llvm::StringRef argument : arguments) {
    llvm::StringRef name, path;
    std::tie(name, path) = argument.split('=');
    if (name.size() == argument.size() || name.contains('/')) {
      unnamed.push_back(argument);
      continue;
    }
    auto port = llvm::find_if(
        ports, [&](const Port &candidate) { return candidate.name == name; });
    if (port == ports.end())
      return fail("nothing is called '" + name + "'");
    std::string &slot = paths[port - ports.begin()];
    if (!slot.empty())
      return fail("'" + name + "' is given twice");
    slot = path.str();
  }
  for (std::string &slot : paths) {
    if (!slot.empty() || unnamed.empty())
      continue;
    slot = unnamed.front().str();
    unnamed.erase(unnamed.begin());
  }
  if (!unnamed.empty())
    return fail("'" + unnamed.front() + "' is one file too many");
  for (auto [path, port] : llvm::zip_equal(paths, ports))
    if (path.empty() && !isOptional)
      return fail("a file for " + port.name + " is missing");
  return paths;
}

llvm::Expected<InputArrays>
lacuna::readInputs(llvm::ArrayRef<std::string> paths,
                   llvm::ArrayRef<Port> ports, bool each) {
  InputArrays inputs;
  std::optional<uint64_t> samples;
  for (size_t i = 0; i < ports.size(); ++i) {
    llvm::StringRef path = paths[i];
    const Port &port = ports[i];
    llvm::Expected<NpyArray> array = readNpy(path);
    if (!array)
      return array.takeError();
    llvm::ArrayRef<int64_t> shape = array->shape;
    auto fail = [&](const llvm::Twine &message) {
      return makeError(SourceLocation::inFile(path), message,
                       "the input is " + llvm::Twine(describe(port)) +
                           (each ? ", one for each sample" : ""));
    };
    if (each && shape.empty())
      return fail("is a scalar, which has no axis that counts samples");
    if (each) {
      if (samples && *samples != uint64_t(shape.front()))
        return fail("has " + llvm::Twine(shape.front()) +
                    " samples where the input before has " +
                    llvm::Twine(*samples));
      samples = shape.front();
      shape = shape.drop_front();
    }
    if (shape != llvm::ArrayRef<int64_t>(port.type.shape))
      return fail(llvm::formatv("has shape [{0:$[, ]}]",
                                llvm::make_range(array->shape.begin(),
                                                 array->shape.end()))
                      .str());
    if (array->type != getNpyType(port.type.type))
      return fail("holds elements of type '" + getDescriptor(array->type) +
                  "' where '" + getDescriptor(getNpyType(port.type.type)) +
                  "' is needed");
    inputs.arrays.push_back(std::move(*array));
  }
  if (each && !samples)
    return makeError("--each: the model has no input to count samples in");
  inputs.samples = samples.value_or(1);
  return inputs;
}
