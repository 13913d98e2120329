// Inputs of every value, and where two outputs part.
#include "CaseTensors.h"

#include "RandomFloat.h"

#include "lacuna/Reference/TensorFile.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/Support/FormatVariadic.h"

using namespace lacuna;
using namespace lacuna::differential;
using llvm::Error;
using llvm::Expected;

mlir::func::FuncOp differential::functionOf(mlir::ModuleOp graph) {
  return *graph.getOps<mlir::func::FuncOp>().begin();
}

Expected<std::vector<ElementType>>
differential::elementTypesOf(llvm::ArrayRef<mlir::Type> types) {
  std::vector<ElementType> elements;
  for (mlir::Type type : types) {
    auto tensor = llvm::dyn_cast<mlir::RankedTensorType>(type);
    std::optional<ElementType> element;
    if (tensor && tensor.hasStaticShape())
      element = reference::elementTypeOf(tensor.getElementType());
    if (!element)
      return makeError("an argument or result is no tensor of known shape and "
                       "of a type that the machine has");
    elements.push_back(*element);
  }
  return elements;
}

Tensor differential::makeInput(llvm::ArrayRef<int64_t> shape, ElementType type,
                               Random &random) {
  Tensor tensor(shape, type);
  if (isFloat(type)) {
    bool withSpecials = random.chance(0.15);
    for (int64_t &value : tensor.values)
      value = randomFloat(semanticsOf(type), random, withSpecials);
    return tensor;
  }
  int64_t low = getMinimum(type), high = getMaximum(type);
  bool narrow = random.chance(0.5);
  for (int64_t &value : tensor.values) {
    bool wide = getInfo(type).bits == 32 && (narrow || random.chance(0.5));
    value = random.chance(0.05) ? random.pick({low, high})
            : wide              ? random.between(-100000, 100000)
                                : random.between(low, high);
  }
  return tensor;
}

Expected<std::vector<Tensor>>
differential::makeInputs(mlir::func::FuncOp function, uint64_t seed) {
  auto elements = elementTypesOf(function.getArgumentTypes());
  if (!elements)
    return elements.takeError();
  Random random(seed, /*stream=*/3);
  std::vector<Tensor> inputs;
  for (auto [type, element] :
       llvm::zip_equal(function.getArgumentTypes(), *elements))
    inputs.push_back(makeInput(
        llvm::cast<mlir::RankedTensorType>(type).getShape(), element, random));
  return inputs;
}

Expected<std::vector<Tensor>>
differential::readInputs(mlir::func::FuncOp function,
                         llvm::ArrayRef<std::string> paths) {
  auto elements = elementTypesOf(function.getArgumentTypes());
  if (!elements)
    return elements.takeError();
  if (paths.size() != elements->size())
    return makeError("the model has " + llvm::Twine(elements->size()) +
                     " inputs, and --input names " + llvm::Twine(paths.size()));
  std::vector<Tensor> inputs;
  for (auto [type, element, path] :
       llvm::zip_equal(function.getArgumentTypes(), *elements, paths)) {
    auto shape = llvm::cast<mlir::RankedTensorType>(type).getShape();
    Expected<NpyArray> array = readNpy(path);
    if (!array)
      return array.takeError();
    if (llvm::ArrayRef(array->shape) != shape)
      return makeError(SourceLocation::inFile(path),
                       "the tensor has another shape than the input");
    auto tensor = reference::tensorFromNpy(*array, 0, shape, element, path);
    if (!tensor)
      return tensor.takeError();
    inputs.push_back(std::move(*tensor));
  }
  return inputs;
}

std::vector<uint8_t> differential::bytesOf(const Tensor &tensor) {
  size_t size = std::max(1u, getInfo(tensor.type).storageBits / 8);
  std::vector<uint8_t> bytes(tensor.values.size() * size);
  for (auto [index, value] : llvm::enumerate(tensor.values))
    for (size_t i = 0; i != size; ++i)
      bytes[index * size + i] = uint8_t(uint64_t(value) >> (8 * i));
  return bytes;
}

/// Element `position` of a tensor of this shape: "2, 0, 7".
static std::string indexOf(llvm::ArrayRef<int64_t> shape, size_t position) {
  reference::Shape index;
  for (auto stride : reference::rowMajorStrides(shape)) {
    index.push_back(int64_t(position) / stride);
    position %= stride;
  }
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::interleaveComma(index, os);
  return text;
}

Error differential::compareBytes(size_t number, const Tensor &expected,
                                 llvm::ArrayRef<uint8_t> bytes) {
  std::vector<uint8_t> wanted = bytesOf(expected);
  if (llvm::ArrayRef(wanted) == bytes)
    return Error::success();
  if (wanted.size() != bytes.size())
    return makeError("output " + llvm::Twine(number) +
                     " of the emulator has another size");
  size_t size = wanted.size() / expected.values.size();
  size_t at = 0, differing = 0;
  for (size_t i = expected.values.size(); i-- != 0;)
    if (llvm::ArrayRef(wanted).slice(i * size, size) !=
        bytes.slice(i * size, size))
      at = i, ++differing;
  uint64_t value = 0;
  for (size_t i = size; i-- != 0;)
    value = value << 8 | bytes[at * size + i];
  return makeError(
      llvm::formatv("output {0}, element [{1}]: the reference gives {2}, the "
                    "emulator bytes {3:x}; {4} of {5} elements differ",
                    number, indexOf(expected.shape, at), expected.values[at],
                    value, differing, expected.values.size())
          .str());
}

Error differential::compareTensors(size_t number, const Tensor &expected,
                                   const Tensor &actual, llvm::StringRef side) {
  size_t at = 0, differing = 0;
  for (size_t i = expected.values.size(); i-- != 0;)
    if (expected.values[i] != actual.values[i])
      at = i, ++differing;
  if (differing == 0)
    return Error::success();
  return makeError(
      llvm::formatv("output {0}, element [{1}]: the reference gives {2}, {3} "
                    "{4}; {5} of {6} elements differ",
                    number, indexOf(expected.shape, at), expected.values[at],
                    side, actual.values[at], differing, expected.values.size())
          .str());
}
