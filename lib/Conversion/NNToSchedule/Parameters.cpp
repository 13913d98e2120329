// Constant operands of VECTOR: parameter records and tables.
#include "Chain.h"
#include "Constants.h"

#include "llvm/ADT/bit.h"

#include <cstring>

using namespace lacuna;
using namespace lacuna::lowering;

/// Bytes that are known when the network is built: few, and made of several
/// attributes.
static Binding bindBytes(Lowering &lowering, llvm::StringRef name,
                         llvm::StringRef field, ElementType type, int64_t count,
                         std::vector<uint8_t> bytes) {
  // Equal bytes are one tensor.
  auto *context = lowering.function.getContext();
  auto key = mlir::StringAttr::get(
      context, llvm::StringRef(reinterpret_cast<const char *>(bytes.data()),
                               bytes.size()));
  Binding binding;
  binding.field = field.str();
  uint64_t size = bytes.size();
  binding.tensor = lowering.addConstant(
      name, TensorRole::Parameters, type, {count}, size, key, "bytes",
      [bytes = std::move(bytes)](llvm::MutableArrayRef<uint8_t> to) {
        std::memcpy(to.data(), bytes.data(), bytes.size());
      });
  return binding;
}

Binding lowering::makeParameters(Lowering &lowering, llvm::StringRef name,
                                 ElementType sums,
                                 llvm::ArrayRef<int64_t> biases,
                                 llvm::ArrayRef<int32_t> multipliers,
                                 llvm::ArrayRef<int8_t> shifts,
                                 ParameterFormat &format) {
  format = biases.empty()        ? ParameterFormat::Scale
           : multipliers.empty() ? ParameterFormat::Bias
                                 : ParameterFormat::BiasScale;
  unsigned biasBytes = sums == ElementType::I48 ? 6 : 4;
  size_t channels = std::max(biases.size(), multipliers.size());
  std::vector<uint8_t> bytes;
  for (size_t channel = 0; channel != channels; ++channel) {
    if (!biases.empty())
      appendBytes(bytes, biases[channel], biasBytes);
    if (!multipliers.empty()) {
      appendBytes(bytes, multipliers[channel], 4);
      appendBytes(bytes, shifts[channel], 1);
    }
  }
  int64_t count = bytes.size();
  return bindBytes(lowering, name, "parameters", ElementType::U8, count,
                   std::move(bytes));
}

/// The four bytes of an fp32.
static void appendFloat(std::vector<uint8_t> &to, float value) {
  appendBytes(to, llvm::bit_cast<uint32_t>(value), 4);
}

Binding lowering::makeFloatParameters(Lowering &lowering, llvm::StringRef name,
                                      llvm::ArrayRef<int64_t> biases,
                                      llvm::ArrayRef<float> factors,
                                      ParameterFormat &format) {
  format = biases.empty()    ? ParameterFormat::Scale
           : factors.empty() ? ParameterFormat::Bias
                             : ParameterFormat::BiasScale;
  std::vector<uint8_t> bytes;
  for (size_t channel = 0; channel != std::max(biases.size(), factors.size());
       ++channel) {
    if (!biases.empty())
      appendBytes(bytes, biases[channel], 4);
    if (!factors.empty())
      appendFloat(bytes, factors[channel]);
  }
  int64_t count = bytes.size();
  return bindBytes(lowering, name, "parameters", ElementType::U8, count,
                   std::move(bytes));
}

Binding lowering::makeFactors(Lowering &lowering, llvm::StringRef name,
                              llvm::ArrayRef<float> factors, size_t rank) {
  std::vector<uint8_t> bytes;
  for (float factor : factors)
    appendFloat(bytes, factor);
  Binding binding = bindBytes(lowering, name, "b", ElementType::FP32,
                              factors.size(), std::move(bytes));
  binding.strides.assign(rank, 0);
  binding.strides.back() = bytesOf(ElementType::FP32);
  return binding;
}

Binding lowering::makeTable(Lowering &lowering, nn::TableAttr table,
                            ElementType type) {
  std::vector<uint8_t> bytes;
  nn::ConstantData values = *nn::ConstantData::get(table.getValues());
  for (int64_t value : readElements(values))
    appendBytes(bytes, value, bytesOf(type));
  return bindBytes(lowering, "table", "table", type, values.size(),
                   std::move(bytes));
}
