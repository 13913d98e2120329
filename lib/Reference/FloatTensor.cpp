// Between elements and their values, one or a tensor at a time.
#include "FloatTensor.h"

#include "llvm/ADT/STLExtras.h"

#include <charconv>

using namespace lacuna;
using namespace lacuna::reference;

std::vector<float> reference::decodeAll(const Tensor &tensor) {
  std::vector<float> values(tensor.values.size());
  // An fp32 element is its value: no need to take it apart.
  if (tensor.type == ElementType::FP32)
    llvm::transform(tensor.values, values.begin(), [](int64_t bits) {
      return llvm::bit_cast<float>(uint32_t(bits));
    });
  else
    llvm::transform(tensor.values, values.begin(), [&](int64_t bits) {
      return fp::decode(tensor.type, bits);
    });
  return values;
}

void reference::encodeAll(llvm::ArrayRef<float> values, Tensor &tensor) {
  llvm::transform(values, tensor.values.begin(),
                  [&](float value) { return encodeOne(tensor.type, value); });
}

double reference::valueOf(ElementType type, int64_t element) {
  return isFloat(type) ? double(fp::decode(type, element)) : double(element);
}

int64_t reference::elementOf(ElementType type, float value) {
  return isFloat(type) ? fp::encode(type, value) : int64_t(value);
}

std::string reference::toString(ElementType type, int64_t element) {
  if (!isFloat(type))
    return std::to_string(element);
  float value = fp::decode(type, element);
  if (fp::isNaN(value))
    return "nan";
  char text[32];
  return {text, std::to_chars(text, std::end(text), value).ptr};
}
