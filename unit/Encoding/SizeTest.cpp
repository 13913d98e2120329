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

/// Stored bytes of 8-bit weights, entropy-coded.
static uint64_t getEntropyCoded(llvm::ArrayRef<llvm::ArrayRef<uint8_t>> units) {
  StreamFormat format;
  format.kind = WeightEncoding::Entropy;
  return llvm::cantFail(getStoredBytes(format, units));
}

TEST(Size, EntropyOfPrunedGaussians) {
  for (unsigned percent : {0, 50, 75, 90})
    for (uint32_t seed : {1, 2, 3}) {
      Bytes raw = makeConvolution(seed, percent);
      auto units = cut(raw, convolutionUnitBytes);
      EXPECT_LE(getEntropyCoded(units),
                1.01 * getEntropyBytes(raw) + 128 + 8 * units.size())
          << percent << "% pruned, seed " << seed;
    }
}

TEST(Size, EntropyOfSmallTensors) {
  for (size_t count : {16, 100, 300, 1000, 3000})
    for (double deviation : {2, 10, 30, 60})
      for (unsigned percent : {0, 60}) {
        Bytes raw = makeGaussian(5, count, deviation, percent);
        auto units = cut(raw, (count + 2) / 3);
        EXPECT_LE(getEntropyCoded(units),
                  1.01 * getEntropyBytes(raw) + 128 + 8 * units.size())
            << count << " weights, deviation " << deviation;
      }
}

TEST(Size, IncompressibleWeightsStayNearRaw) {
  Random random(1);
  Bytes raw(convolutionBytes);
  for (uint8_t &value : raw)
    value = static_cast<uint8_t>(random.below(256));
  EXPECT_LE(getEntropyCoded(cut(raw, convolutionUnitBytes)), raw.size() + 64);
}

TEST(Size, UnitsOfZerosTakeTheirStatesAlone) {
  Bytes raw(convolutionBytes);
  auto units = cut(raw, convolutionUnitBytes);
  // 5 offsets, a table of head and tree, two states of 10 bits in each unit.
  EXPECT_LE(getEntropyCoded(units), 5 * 4 + 4 + 4 * 3u);
}
