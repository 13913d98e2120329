// Sums of products of integers.
#include "MatrixSums.h"

using namespace lacuna;
using namespace lacuna::reference;

template <>
std::vector<int64_t> reference::readFactors(const Tensor &tensor,
                                            int64_t zeroPoint) {
  std::vector<int64_t> values = tensor.values;
  for (int64_t &value : values)
    value -= zeroPoint;
  return values;
}

void reference::addTerms(llvm::MutableArrayRef<int64_t> sums, const int64_t *x,
                         int64_t count, const int64_t *w) {
  // Modulo 2^64; storeSums makes it the accumulator's.
  for (int64_t i = 0; i < count; ++i) {
    for (int64_t &sum : sums)
      sum = addModulo(sum, mulModulo(x[i], *w++));
  }
}

void reference::addProducts(llvm::MutableArrayRef<int64_t> sums,
                            const int64_t *x, int64_t repeat,
                            const int64_t *w) {
  for (auto [i, sum] : llvm::enumerate(sums))
    sum = addModulo(sum, mulModulo(x[i / repeat], w[i]));
}

void reference::storeSums(llvm::ArrayRef<int64_t> sums,
                          llvm::ArrayRef<int64_t> bias, Tensor &result,
                          int64_t place) {
  for (auto [channel, sum] : llvm::enumerate(sums))
    result.values[place + channel] = wrap(
        addModulo(sum, bias[bias.size() == 1 ? 0 : channel]), result.bits());
}
