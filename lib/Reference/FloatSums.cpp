// Sums of products of floats: X6 and X7 of docs/numerics.md. One sum is a chain
// of additions that nothing may reorder, so neighbouring sums, which are
// independent, go through it together.
#include "FloatTensor.h"
#include "MatrixSums.h"

#include <cmath>

using namespace lacuna;
using namespace lacuna::reference;

template <>
std::vector<float> reference::readFactors(const Tensor &tensor, int64_t) {
  return decodeAll(tensor);
}

/// fp::accumulate, inlined: a zero factor leaves the sum alone.
__attribute__((always_inline)) static inline float
accumulate(float sum, float x, float w) {
  float next = std::fma(x, w, sum);
  return w == 0 ? sum : next;
}

__attribute__((always_inline)) static inline void
addTermsInline(float *sums, size_t size, const float *x, int64_t count,
               const float *w) {
  for (int64_t i = 0; i < count; ++i, w += size) {
    float factor = x[i];
    if (factor == 0)
      continue;
    for (size_t at = 0; at < size; ++at)
      sums[at] = accumulate(sums[at], factor, w[at]);
  }
}

namespace {
using AddTerms = void (*)(float *, size_t, const float *, int64_t,
                          const float *);

void addTermsPlainly(float *sums, size_t size, const float *x, int64_t count,
                     const float *w) {
  addTermsInline(sums, size, x, count, w);
}
#if defined(__x86_64__)
/// Without the instruction, the C library computes each fma.
__attribute__((target("avx2,fma"))) void
addTermsByInstruction(float *sums, size_t size, const float *x, int64_t count,
                      const float *w) {
  addTermsInline(sums, size, x, count, w);
}
AddTerms chooseAddTerms() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
             ? addTermsByInstruction
             : addTermsPlainly;
}
#else
AddTerms chooseAddTerms() { return addTermsPlainly; }
#endif
} // namespace

void reference::addTerms(llvm::MutableArrayRef<float> sums, const float *x,
                         int64_t count, const float *w) {
  static const AddTerms add = chooseAddTerms();
  add(sums.data(), sums.size(), x, count, w);
}

void reference::addProducts(llvm::MutableArrayRef<float> sums, const float *x,
                            int64_t repeat, const float *w) {
  for (auto [i, sum] : llvm::enumerate(sums))
    sum = fp::accumulate(sum, x[i / repeat], w[i]);
}

void reference::storeSums(llvm::ArrayRef<float> sums,
                          llvm::ArrayRef<float> bias, Tensor &result,
                          int64_t place) {
  for (auto [channel, sum] : llvm::enumerate(sums))
    result.values[place + channel] = encodeOne(
        result.type, fp::add(sum, bias[bias.size() == 1 ? 0 : channel]));
}
