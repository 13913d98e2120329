// Whole tensors of floats as fp32 numbers, decoded once for each layer.
#ifndef LACUNA_LIB_REFERENCE_FLOATTENSOR_H
#define LACUNA_LIB_REFERENCE_FLOATTENSOR_H

#include "lacuna/Reference/Float.h"
#include "lacuna/Reference/Tensor.h"

#include "llvm/ADT/bit.h"

namespace lacuna::reference {

inline bool isFloat(const Tensor &tensor) { return isFloat(tensor.type); }

/// The values of a tensor of floats.
std::vector<float> decodeAll(const Tensor &tensor);

/// Makes the elements of `tensor` those of its type nearest to `values`, which
/// are as many.
void encodeAll(llvm::ArrayRef<float> values, Tensor &tensor);

/// fp::encode, quickly where there is nothing to round.
inline int64_t encodeOne(ElementType type, float value) {
  if (type != ElementType::FP32 || fp::isNaN(value))
    return fp::encode(type, value);
  return llvm::bit_cast<uint32_t>(value);
}

inline fp::NanMode nanModeOf(bool ignoreNan) {
  return ignoreNan ? fp::NanMode::Ignore : fp::NanMode::Propagate;
}

} // namespace lacuna::reference

#endif // LACUNA_LIB_REFERENCE_FLOATTENSOR_H
