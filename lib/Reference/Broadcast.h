// Operands of elementwise layers, which repeat along axes of length 1.
#ifndef LACUNA_LIB_REFERENCE_BROADCAST_H
#define LACUNA_LIB_REFERENCE_BROADCAST_H

#include "lacuna/Reference/Tensor.h"

#include "llvm/ADT/STLExtras.h"

namespace lacuna::reference {

/// Reads an operand, whose elements must outlive this, at an index of the
/// result: an axis of length 1 repeats.
template <typename Number> class Broadcast {
public:
  Broadcast(llvm::ArrayRef<Number> values, llvm::ArrayRef<int64_t> shape,
            llvm::ArrayRef<int64_t> resultShape)
      : values(values), strides(rowMajorStrides(shape)),
        isWhole(shape == resultShape) {
    for (auto [stride, size] : llvm::zip_equal(strides, shape))
      if (size == 1)
        stride = 0;
  }

  Number at(llvm::ArrayRef<int64_t> index, int64_t position) const {
    if (isWhole)
      return values[position];
    int64_t offset = 0;
    for (auto [i, stride] : llvm::zip_equal(index, strides))
      offset += i * stride;
    return values[offset];
  }

private:
  llvm::ArrayRef<Number> values;
  Shape strides;
  bool isWhole;
};

} // namespace lacuna::reference

#endif // LACUNA_LIB_REFERENCE_BROADCAST_H
