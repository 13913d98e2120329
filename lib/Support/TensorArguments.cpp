// Tensor files on the command line.
#include "lacuna/Support/TensorArguments.h"

#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>
#include <optional>

using namespace lacuna;

/// "NAME i8[1, 3]", which says what a port wants.
static std::string describe(const Port &port) {
  return llvm::formatv("{0} {1}[{2:$[, ]}]", port.name, getName(port.type),
                       llvm::make_range(port.shape.begin(), port.shape.end()));
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

/// An element of `array` that a narrow type (i4, i48), stored in a wider one,
/// can't hold; none if all fit.
static std::optional<int64_t> findOutside(const NpyArray &array,
                                          ElementType type) {
  size_t size = getByteSize(array.type);
  if (getInfo(type).isFloat || (size != 1 && size != 8) ||
      type == ElementType::U8)
    return std::nullopt;
  for (size_t at = 0; at != array.data.size(); at += size) {
    // Little-endian, sign-extended.
    int64_t value = 0;
    std::memcpy(&value, &array.data[at], size);
    value = llvm::SignExtend64(static_cast<uint64_t>(value), 8 * size);
    if (value < getMinimum(type) || value > getMaximum(type))
      return value;
  }
  return std::nullopt;
}

llvm::Expected<InputArrays>
lacuna::readInputs(llvm::ArrayRef<std::string> paths,
                   llvm::ArrayRef<Port> ports, bool each) {
  InputArrays inputs;
  std::optional<uint64_t> samples;
  for (size_t i = 0; i < ports.size(); ++i) {
    llvm::StringRef path = paths[i];
    const Port &port = ports[i];
    llvm::Expected<NpyFile> file = NpyFile::open(path);
    if (!file)
      return file.takeError();
    llvm::ArrayRef<int64_t> shape = file->getShape();
    bool areSamples = !each && !shape.empty() &&
                      shape.drop_front() == llvm::ArrayRef<int64_t>(port.shape);
    auto fail = [&](const llvm::Twine &message) {
      return makeError(SourceLocation::inFile(path), message,
                       "the input is " + llvm::Twine(describe(port)) +
                           (each ? ", one for each sample"
                            : areSamples
                                ? "; with --each, the first axis counts samples"
                                : ""));
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
    if (shape != llvm::ArrayRef<int64_t>(port.shape))
      return fail(llvm::formatv("has shape [{0:$[, ]}]",
                                llvm::make_range(file->getShape().begin(),
                                                 file->getShape().end()))
                      .str());
    bool isSource = port.quantization && file->getType() == NpyType::F32;
    if (!isSource && !canReadAs(file->getType(), getNpyType(port.type)))
      return fail("holds elements of type '" + getDescriptor(file->getType()) +
                  "' where '" + getDescriptor(getNpyType(port.type)) +
                  "' is needed");
    inputs.add(std::move(*file), port);
  }
  if (each && !samples)
    return makeError("--each: the model has no input to count samples in");
  inputs.samples = samples.value_or(1);
  return inputs;
}

void InputArrays::add(NpyFile file, Port port) {
  inputs.emplace_back(std::move(file), std::move(port));
}

llvm::Expected<std::vector<NpyArray>>
InputArrays::readSample(uint64_t sample) const {
  std::vector<NpyArray> arrays;
  for (const auto &[file, port] : inputs) {
    uint64_t elements = 1;
    for (int64_t extent : port.shape)
      elements *= uint64_t(extent);
    auto array = file.read(sample * elements, port.shape);
    if (!array)
      return array.takeError();
    if (port.quantization && array->type == NpyType::F32) {
      auto elements = quantizeBytes(array->data, port.type, *port.quantization);
      if (!elements)
        return makeError(SourceLocation::inFile(file.getName()),
                         "sample " + llvm::Twine(sample) + ": " +
                             llvm::toString(elements.takeError()));
      array->data = std::move(*elements);
      array->type = getNpyType(port.type);
    }
    if (std::optional<int64_t> value = findOutside(*array, port.type))
      return makeError(SourceLocation::inFile(file.getName()),
                       llvm::formatv("holds {0}, which {1} can't", *value,
                                     getName(port.type))
                           .str(),
                       "the input is " + llvm::Twine(describe(port)) +
                           (samples > 1 ? "; sample " + llvm::Twine(sample)
                                        : llvm::Twine()));
    arrays.push_back(std::move(*array));
  }
  return arrays;
}

llvm::SmallVector<llvm::ArrayRef<uint8_t>>
lacuna::viewBytes(llvm::ArrayRef<NpyArray> arrays) {
  return llvm::map_to_vector(arrays, [](const NpyArray &array) {
    return llvm::ArrayRef<uint8_t>(array.data);
  });
}

std::vector<NpyArray> lacuna::makeOutputArrays(llvm::ArrayRef<Port> ports,
                                               uint64_t samples, bool each) {
  std::vector<NpyArray> arrays;
  for (const Port &port : ports) {
    NpyArray &array = arrays.emplace_back();
    array.type = port.quantization ? NpyType::F32 : getNpyType(port.type);
    if (each)
      array.shape.push_back(static_cast<int64_t>(samples));
    llvm::append_range(array.shape, port.shape);
  }
  return arrays;
}
