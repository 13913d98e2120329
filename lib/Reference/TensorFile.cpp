// Conversion between the interpreter's tensors and .npy arrays.
#include "lacuna/Reference/TensorFile.h"

#include "lacuna/Support/Diagnostics.h"

#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using namespace lacuna::reference;

/// The little-endian integer of `bytes` bytes at `data`.
static int64_t readElement(const uint8_t *data, unsigned bytes, bool isSigned) {
  uint64_t value = 0;
  for (unsigned i = 0; i < bytes; ++i)
    value |= uint64_t(data[i]) << (8 * i);
  return isSigned ? llvm::SignExtend64(value, 8 * bytes) : int64_t(value);
}

llvm::Expected<Tensor> reference::tensorFromNpy(const NpyArray &array,
                                                uint64_t start,
                                                llvm::ArrayRef<int64_t> shape,
                                                ElementType type,
                                                llvm::StringRef name) {
  NpyType expected = getNpyType(type);
  if (!canReadAs(array.type, expected))
    return makeError(SourceLocation::inFile(name),
                     "holds elements of type '" + getDescriptor(array.type) +
                         "' where '" + getDescriptor(expected) +
                         "' is needed for " + getName(type));
  Tensor tensor(shape, type);
  unsigned bytes = getByteSize(expected);
  const ElementTypeInfo &info = getInfo(type);
  for (auto [i, value] : llvm::enumerate(tensor.values)) {
    value = readElement(&array.data[(start + i) * bytes], bytes,
                        info.isSigned && !info.isFloat);
    if (info.isFloat)
      continue;
    if (value < getMinimum(type) || value > getMaximum(type))
      return makeError(SourceLocation::inFile(name),
                       "element " + llvm::Twine(start + i) + " is " +
                           llvm::Twine(value) + ", outside the range of " +
                           getName(type));
  }
  return tensor;
}

void reference::appendElements(const Tensor &tensor, NpyArray &array) {
  unsigned bytes = getByteSize(array.type);
  array.data.reserve(array.data.size() + tensor.values.size() * bytes);
  for (int64_t value : tensor.values)
    for (unsigned i = 0; i < bytes; ++i)
      array.data.push_back(uint8_t(uint64_t(value) >> (8 * i)));
}

NpyArray reference::npyFromTensor(const Tensor &tensor) {
  NpyArray array;
  array.type = getNpyType(tensor.type);
  array.shape.assign(tensor.shape.begin(), tensor.shape.end());
  appendElements(tensor, array);
  return array;
}
