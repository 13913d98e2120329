// Sums of products as all convolutions have them: rules A1, A3 and A4 of
// docs/numerics.md.
#ifndef LACUNA_LIB_REFERENCE_MATRIXSUMS_H
#define LACUNA_LIB_REFERENCE_MATRIXSUMS_H

#include "lacuna/Reference/Arithmetic.h"
#include "lacuna/Reference/Tensor.h"

#include "llvm/ADT/STLExtras.h"

namespace lacuna::reference {

/// `tensor` with its zero point subtracted, so that a tap is one product (A1).
inline std::vector<int64_t> centred(const Tensor &tensor, int64_t zeroPoint) {
  std::vector<int64_t> values = tensor.values;
  for (int64_t &value : values)
    value -= zeroPoint;
  return values;
}

/// Sum of `count` products, modulo 2^64; wrap makes it the accumulator's.
inline int64_t dotProduct(const int64_t *a, const int64_t *b, int64_t count) {
  uint64_t sum = 0;
  for (int64_t i = 0; i < count; ++i)
    sum += uint64_t(a[i]) * uint64_t(b[i]);
  return int64_t(sum);
}

/// A3: the bias of `channel`; `bias` is null where the layer has none.
inline int64_t biasOf(const Tensor *bias, int64_t channel) {
  if (!bias)
    return 0;
  return bias->values.size() == 1 ? bias->values[0] : bias->values[channel];
}

/// Ends a convolution: adds the bias to the sums of one output position and
/// stores them, wrapped to the accumulator (A3, A4).
inline void storeSums(llvm::ArrayRef<int64_t> sums, const Tensor *bias,
                      Tensor &result, int64_t *destination) {
  for (auto [channel, sum] : llvm::enumerate(sums))
    destination[channel] =
        wrap(addModulo(sum, biasOf(bias, channel)), result.bits());
}

} // namespace lacuna::reference

#endif // LACUNA_LIB_REFERENCE_MATRIXSUMS_H
