// How many bytes weights take, against their order-0 entropy.
#include "Weights.h"

#include "gmock/gmock.h"

#include <cmath>

using namespace lacuna;
using namespace lacuna::test;

/// Bytes of the order-0 entropy of `raw`: what a code of whole tensors without
/// any table would take.
static double getEntropyBytes(llvm::ArrayRef<uint8_t> raw) {
  std::array<uint64_t, 256> counts = {};
  for (uint8_t value : raw)
    ++counts[value];
  double bits = 0;
  for (uint64_t count : counts)
    if (count)
      bits -= count * std::log2(double(count) / raw.size());
  return bits / 8;
}

/// A 3x3 convolution from 64 channels to 64: the greatest magnitude is 127, and
/// the `percent` of least magnitude are zero.
static Bytes makeConvolution(uint32_t seed, unsigned percent) {
  Random random(seed);
  std::vector<double> weights(64 * 9 * 64), magnitudes;
  for (double &weight : weights)
    magnitudes.push_back(std::abs(weight = random.gaussian()));
  std::sort(magnitudes.begin(), magnitudes.end());
  double least = magnitudes[magnitudes.size() * percent / 100];
  Bytes raw;
  for (double weight : weights)
    raw.push_back(std::abs(weight) < least && percent
                      ? 0
                      : std::lround(weight / magnitudes.back() * 127));
  return raw;
}

TEST(Size, EntropyOfPrunedGaussians) {
  for (unsigned percent : {0, 50, 75, 90})
    for (uint32_t seed : {1, 2, 3}) {
      Bytes raw = makeConvolution(seed, percent);
      auto units = cut(raw, 16 * 9 * 64);
      StreamFormat format;
      format.kind = WeightEncoding::Entropy;
      auto stored = getStoredBytes(format, units);
      ASSERT_TRUE(bool(stored));
      double entropy = getEntropyBytes(raw);
      EXPECT_LE(*stored, 1.01 * entropy + 128 + 8 * units.size())
          << percent << "% pruned, seed " << seed;
    }
}
