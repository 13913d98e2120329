// Counting the bits of blocks.
#include "Blocks.h"

#include "llvm/Support/Compiler.h"

using namespace llvm;
using namespace lacuna;

namespace {
/// Of two rows of `words` words: the bits that they share in each block of
/// `window`, where these are more than before, and in all.
LLVM_ATTRIBUTE_ALWAYS_INLINE uint64_t countShared(const uint64_t *a,
                                                  const uint64_t *b,
                                                  size_t words, uint64_t window,
                                                  uint32_t *most) {
  auto take = [&](uint64_t block, uint64_t shared) {
    auto count = static_cast<uint32_t>(__builtin_popcountll(shared));
    most[block] = std::max(most[block], count);
    return count;
  };
  uint64_t total = 0;
  if (window == 64) {
    for (size_t word = 0; word != words; ++word)
      total += take(word, a[word] & b[word]);
    return total;
  }
  if (window < 64) {
    uint64_t ones = (uint64_t(1) << window) - 1;
    for (size_t word = 0; word != words; ++word)
      for (uint64_t shared = a[word] & b[word], block = word * (64 / window);
           shared; shared >>= window, ++block)
        total += take(block, shared & ones);
    return total;
  }
  size_t step = window / 64;
  for (size_t word = 0, block = 0; word < words; word += step, ++block) {
    uint32_t count = 0;
    for (size_t i = word; i != std::min(words, word + step); ++i)
      count += static_cast<uint32_t>(__builtin_popcountll(a[i] & b[i]));
    most[block] = std::max(most[block], count);
    total += count;
  }
  return total;
}

using Count = uint64_t (*)(const uint64_t *, const uint64_t *, size_t, uint64_t,
                           uint32_t *);

uint64_t countPlainly(const uint64_t *a, const uint64_t *b, size_t words,
                      uint64_t window, uint32_t *most) {
  return countShared(a, b, words, window, most);
}
#if defined(__x86_64__)
__attribute__((target("popcnt")))
uint64_t countByInstruction(const uint64_t *a, const uint64_t *b, size_t words,
                            uint64_t window, uint32_t *most) {
  return countShared(a, b, words, window, most);
}
Count chooseCount() {
  return __builtin_cpu_supports("popcnt") ? countByInstruction : countPlainly;
}
#else
Count chooseCount() { return countPlainly; }
#endif
} // namespace

uint64_t FoldBlocks::add(const uint64_t *a, const uint64_t *b) {
  static const Count count = chooseCount();
  return count(a, b, wordsFor(terms), window, most.data());
}

uint64_t FoldBlocks::takeCycles() {
  uint64_t cycles = 0;
  for (auto [index, block] : llvm::enumerate(most)) {
    uint64_t in = std::min(window, terms - index * window);
    uint64_t work = (uint64_t(block) * rate.denominator + rate.numerator - 1) /
                    rate.numerator;
    cycles += std::max((in + ports - 1) / ports, work);
    block = 0;
  }
  return cycles;
}
