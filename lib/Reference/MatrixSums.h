// Sums of products as all matrix layers have them, of integers (rules A1, A3
// and A4 of docs/numerics.md) and of floats (X6 and X7): functions of one name
// for either, so that each layer's loops are written once.
#ifndef LACUNA_LIB_REFERENCE_MATRIXSUMS_H
#define LACUNA_LIB_REFERENCE_MATRIXSUMS_H

#include "lacuna/Reference/Arithmetic.h"
#include "lacuna/Reference/Tensor.h"

#include "llvm/ADT/STLExtras.h"

namespace lacuna::reference {

/// The factors of a sum: integers less their zero point (A1), or the values of
/// floats.
template <typename Number>
std::vector<Number> readFactors(const Tensor &tensor, int64_t zeroPoint);
template <>
std::vector<int64_t> readFactors(const Tensor &tensor, int64_t zeroPoint);
template <>
std::vector<float> readFactors(const Tensor &tensor, int64_t zeroPoint);

/// The factors of weights [O, ...] with O the last axis, so that neighbours
/// are those of neighbouring sums.
template <typename Number>
std::vector<Number> readFilters(const Tensor &weights, int64_t zeroPoint) {
  std::vector<Number> rows = readFactors<Number>(weights, zeroPoint);
  std::vector<Number> filters(rows.size());
  int64_t outputs = weights.shape[0], terms = rows.size() / outputs;
  for (int64_t o = 0; o < outputs; ++o)
    for (int64_t term = 0; term < terms; ++term)
      filters[term * outputs + o] = rows[o * terms + term];
  return filters;
}

/// Adds x * w to every sum for one x after another, `count` of them; the w of
/// an x are as many as there are sums, and follow those of the x before.
void addTerms(llvm::MutableArrayRef<int64_t> sums, const int64_t *x,
              int64_t count, const int64_t *w);
void addTerms(llvm::MutableArrayRef<float> sums, const float *x, int64_t count,
              const float *w);

/// Adds x[i / repeat] * w[i] to sum i.
void addProducts(llvm::MutableArrayRef<int64_t> sums, const int64_t *x,
                 int64_t repeat, const int64_t *w);
void addProducts(llvm::MutableArrayRef<float> sums, const float *x,
                 int64_t repeat, const float *w);

/// What is added last: the bias, or 0 where `bias` is null.
template <typename Number> std::vector<Number> readBias(const Tensor *bias) {
  return bias ? readFactors<Number>(*bias, 0) : std::vector<Number>{0};
}

/// Adds `bias`, one number or one a sum, to the sums of one output position and
/// stores them in `result` from element `place` on (A3, A4).
void storeSums(llvm::ArrayRef<int64_t> sums, llvm::ArrayRef<int64_t> bias,
               Tensor &result, int64_t place);
void storeSums(llvm::ArrayRef<float> sums, llvm::ArrayRef<float> bias,
               Tensor &result, int64_t place);

} // namespace lacuna::reference

#endif // LACUNA_LIB_REFERENCE_MATRIXSUMS_H
