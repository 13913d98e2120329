// Weights for the tests: random tensors from fixed seeds, cut into units.
#ifndef LACUNA_UNIT_ENCODING_WEIGHTS_H
#define LACUNA_UNIT_ENCODING_WEIGHTS_H

#include "lacuna/Encoding/WeightEncoding.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace lacuna::test {

using Bytes = std::vector<uint8_t>;

/// Cuts `raw` into units of `unitBytes`, the last of which may be short.
inline std::vector<llvm::ArrayRef<uint8_t>> cut(llvm::ArrayRef<uint8_t> raw,
                                                size_t unitBytes) {
  std::vector<llvm::ArrayRef<uint8_t>> units;
  for (; !raw.empty(); raw = raw.drop_front(units.back().size()))
    units.push_back(raw.take_front(unitBytes));
  return units;
}

inline llvm::Expected<Bytes> decodeWeights(const StreamFormat &format,
                                           const EncodedTensor &tensor,
                                           llvm::ArrayRef<size_t> unitSizes) {
  if (llvm::Error error =
          checkIndex(tensor.index, unitSizes.size(), tensor.stream.size()))
    return std::move(error);
  auto decoder = UnitDecoder::create(format, tensor.table);
  if (!decoder)
    return decoder.takeError();
  Bytes all;
  for (size_t unit = 0; unit < unitSizes.size(); ++unit) {
    auto stream = getUnitStream(tensor.index, tensor.stream, unit);
    if (!stream)
      return stream.takeError();
    Bytes raw(unitSizes[unit], 0xa5);
    if (llvm::Error error = decoder->decode(*stream, raw))
      return std::move(error);
    all.insert(all.end(), raw.begin(), raw.end());
  }
  return all;
}

/// Numbers that are the same everywhere, unlike those of <random>'s
/// distributions.
class Random {
public:
  explicit Random(uint32_t seed) : engine(seed) {}
  uint32_t below(uint32_t bound) { return engine() % bound; }
  bool chance(unsigned percent) { return below(100) < percent; }
  /// Nearly Gaussian, with a standard deviation of 1.
  double gaussian() {
    double sum = -6;
    for (int i = 0; i < 12; ++i)
      sum += engine() / 4294967296.0;
    return sum;
  }

private:
  std::mt19937 engine;
};

/// `count` Gaussian weights with a standard deviation of `deviation`, of which
/// the `percent` of least magnitude are zero.
inline Bytes makeGaussian(uint32_t seed, size_t count, double deviation,
                          unsigned percent) {
  Random random(seed);
  std::vector<double> weights(count), magnitudes;
  for (double &weight : weights)
    magnitudes.push_back(std::abs(weight = random.gaussian()));
  std::sort(magnitudes.begin(), magnitudes.end());
  double least = magnitudes[count * percent / 100];
  Bytes raw;
  for (double weight : weights)
    raw.push_back(
        percent && std::abs(weight) < least
            ? 0
            : std::clamp<long>(std::lround(weight * deviation), -127, 127));
  return raw;
}

/// Of a 3x3 convolution from 64 channels to 64, and of 16 output channels of
/// it.
constexpr size_t convolutionBytes = 36864;
constexpr size_t convolutionUnitBytes = 9216;

/// The weights of a 3x3 convolution from 64 channels to 64. Their order-0
/// entropy is 6.6 bits where nothing is pruned.
inline Bytes makeConvolution(uint32_t seed, unsigned percent) {
  return makeGaussian(seed, convolutionBytes, 24, percent);
}

} // namespace lacuna::test

#endif // LACUNA_UNIT_ENCODING_WEIGHTS_H
