// Weights of layers, out to a file and back.
#include "Weights.h"

#include "lacuna/Dialect/NN/IR/Location.h"
#include "lacuna/Dialect/NN/IR/MatrixLayer.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MathExtras.h"

#include <deque>

using namespace lacuna;

static constexpr llvm::StringLiteral weightsSuffix = ".weights";
static constexpr llvm::StringLiteral biasSuffix = ".bias";

/// As a file holds it, an integer type of weights or biases.
static NpyType storedType(mlir::Type element) {
  unsigned bits = element.getIntOrFloatBitWidth();
  return bits <= 8    ? NpyType::I8
         : bits <= 16 ? NpyType::I16
         : bits <= 32 ? NpyType::I32
                      : NpyType::I64;
}

/// The type of a bias of `elements` for a layer: one a row, or one for all.
static mlir::RankedTensorType biasTypeOf(const nn::MatrixLayer &layer,
                                         int64_t elements) {
  auto accumulator =
      llvm::cast<mlir::TypeAttr>(layer.getOperation()->getAttr("acc_type"));
  return mlir::RankedTensorType::get({elements}, accumulator.getValue());
}

static std::vector<int64_t> decode(const WeightFile::Tensor &tensor) {
  unsigned width = getByteSize(tensor.type);
  std::vector<int64_t> values;
  for (size_t at = 0; at != tensor.data.size(); at += width) {
    uint64_t value = 0;
    for (unsigned byte = 0; byte != width; ++byte)
      value |= uint64_t(tensor.data[at + byte]) << (8 * byte);
    values.push_back(llvm::SignExtend64(value, 8 * width));
  }
  return values;
}

/// The elements of tensor `name` of the file at `path`, which become a constant
/// of `type` of `layer`. Errors at the layer.
static llvm::Expected<std::vector<int64_t>>
readTensor(const WeightFile::Tensor &tensor, llvm::StringRef name,
           mlir::ShapedType type, const nn::MatrixLayer &layer,
           llvm::StringRef path) {
  auto fail = [&](const llvm::Twine &message) {
    std::string shown;
    llvm::raw_string_ostream(shown) << type;
    return makeError(nn::placeOf(layer.getOperation()->getLoc()),
                     "tensor '" + name + "' of '" + path + "' " + message +
                         ", but the layer takes " + shown);
  };
  if (tensor.type != storedType(type.getElementType()))
    return fail("has elements of type " + getDescriptor(tensor.type));
  if (llvm::ArrayRef(tensor.shape) != type.getShape()) {
    std::string shape;
    llvm::raw_string_ostream os(shape);
    llvm::interleave(tensor.shape, os, "x");
    return fail("has shape " + shape);
  }
  std::vector<int64_t> values = decode(tensor);
  unsigned bits = type.getElementTypeBitWidth();
  for (int64_t value : values)
    if (!llvm::isIntN(bits, value))
      return fail("holds " + llvm::Twine(value));
  return values;
}

llvm::Error lacuna::replaceLayerWeights(mlir::func::FuncOp function,
                                        const WeightFile &weights,
                                        const TensorNames &attached,
                                        llvm::StringRef path) {
  llvm::Error errors = llvm::Error::success();
  /// The tensor of a layer, or null.
  auto find = [&](const nn::MatrixLayer &layer, llvm::StringRef suffix,
                  std::string &name) {
    name = toPrintable(layer.getName()) + suffix.str();
    return attached.contains(name) ? nullptr : weights.find(name);
  };
  for (nn::MatrixLayer &layer : nn::getMatrixLayers(function)) {
    std::string name;
    auto read = [&](const WeightFile::Tensor &tensor, mlir::ShapedType type) {
      auto values = readTensor(tensor, name, type, layer, path);
      if (!values)
        errors = llvm::joinErrors(std::move(errors), values.takeError());
      return values ? std::move(*values) : std::vector<int64_t>();
    };
    if (const auto *tensor = find(layer, weightsSuffix, name);
        tensor && layer.getWeights()) {
      std::vector<int64_t> values = read(*tensor, layer.getWeightsType());
      if (!values.empty())
        layer.setWeights(values);
    }
    if (const auto *tensor = find(layer, biasSuffix, name);
        tensor && layer.takesBias() && layer.getBiasValues()) {
      bool isShared =
          llvm::ArrayRef<int64_t>(tensor->shape) == llvm::ArrayRef<int64_t>{1};
      std::vector<int64_t> values =
          read(*tensor, biasTypeOf(layer, isShared ? 1 : layer.getRows()));
      if (!values.empty())
        layer.setBias(values);
    }
  }
  return errors;
}

namespace {
/// The tensors of a file to be, and the bytes that they refer to.
class TensorList {
public:
  llvm::Error add(NamedTensor tensor, mlir::Location location) {
    if (!names.insert(tensor.name).second)
      return makeError(nn::placeOf(location),
                       "two tensors of the file of weights would be called '" +
                           tensor.name + "'",
                       "give the layer another name: loc(\"NAME\")");
    tensors.push_back(std::move(tensor));
    return llvm::Error::success();
  }
  llvm::Error add(std::string name, mlir::ShapedType type,
                  llvm::ArrayRef<int64_t> values, mlir::Location location) {
    NpyType stored = storedType(type.getElementType());
    std::vector<uint8_t> &bytes = data.emplace_back();
    for (int64_t value : values)
      for (unsigned byte = 0; byte != getByteSize(stored); ++byte)
        bytes.push_back(uint8_t(uint64_t(value) >> (8 * byte)));
    return add({std::move(name), stored, type.getShape().vec(), bytes},
               location);
  }
  void write(llvm::raw_ostream &os) const {
    writeSafetensors(os, tensors, {{"format", "lacuna-weights"}});
  }

private:
  std::vector<NamedTensor> tensors;
  llvm::StringSet<> names;
  std::deque<std::vector<uint8_t>> data;
};
} // namespace

llvm::Error lacuna::writeLayerWeights(mlir::func::FuncOp function,
                                      const WeightFile *source,
                                      const TensorNames &attached,
                                      llvm::raw_ostream &os) {
  TensorList list;
  for (llvm::StringRef name : attached) {
    const WeightFile::Tensor &tensor = *source->find(name);
    if (llvm::Error error =
            list.add({name.str(), tensor.type, tensor.shape, tensor.data},
                     function.getLoc()))
      return error;
  }
  for (const nn::MatrixLayer &layer : nn::getMatrixLayers(function)) {
    mlir::Location location = layer.getOperation()->getLoc();
    std::optional<nn::ConstantData> weights = layer.getWeights();
    if (!weights)
      continue;
    if (layer.getName().empty())
      return makeError(nn::placeOf(location),
                       "the layer has no name that its weights could stand "
                       "under",
                       "give it a location of its own: loc(\"NAME\")");
    std::string name = toPrintable(layer.getName());
    std::vector<int64_t> values;
    for (int64_t i = 0; i != weights->size(); ++i)
      values.push_back((*weights)[i]);
    if (llvm::Error error = list.add(name + weightsSuffix.str(),
                                     layer.getWeightsType(), values, location))
      return error;
    std::optional<std::vector<int64_t>> bias = layer.getBiasValues();
    if (!layer.getBias() || !bias)
      continue;
    bias->resize(llvm::cast<mlir::ShapedType>(layer.getBias().getType())
                     .getNumElements());
    if (llvm::Error error =
            list.add(name + biasSuffix.str(), biasTypeOf(layer, bias->size()),
                     *bias, location))
      return error;
  }
  list.write(os);
  return llvm::Error::success();
}
