// Choosing thresholds of activations, and what a policy says of them.
#include "lacuna/Sparsity/Threshold.h"
#include "lacuna/Sparsity/PolicyFile.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace lacuna;
using namespace lacuna::sparsity;
using llvm::StringRef;
using Kind = Threshold::Kind;

llvm::Expected<Threshold> sparsity::parseThreshold(StringRef text) {
  if (text == "none")
    return Threshold();
  Threshold threshold;
  StringRef rest = text;
  if (rest.consume_front("snr:")) {
    threshold.kind = Kind::Noise;
    if (!rest.getAsDouble(threshold.decibels) && threshold.decibels > 0 &&
        threshold.decibels <= 200)
      return threshold;
  } else {
    threshold.kind = Kind::Fixed;
    if (!rest.getAsInteger(10, threshold.value) && threshold.value >= 0 &&
        threshold.value <= 255)
      return threshold;
  }
  return makeError("'" + text + "' is no threshold of activations",
                   "write none, a number from 0 to 255, or snr:DB (above 0, at "
                   "most 200)");
}

ChosenThreshold sparsity::chooseThreshold(const ActivationCounts &counts,
                                          int64_t zeroPoint,
                                          const Threshold &threshold) {
  /// By distance from the zero point.
  std::array<uint64_t, 256> distances = {};
  ChosenThreshold chosen;
  double energy = 0;
  for (auto [index, count] : llvm::enumerate(counts)) {
    int64_t distance = std::abs(int64_t(index) - 128 - zeroPoint);
    distances[distance] += count;
    chosen.all += count;
    energy += double(distance * distance) * double(count);
  }
  chosen.zerosBefore = chosen.zerosAfter = distances[0];
  double budget = energy * std::pow(10, -threshold.decibels / 10);
  double noise = 0;
  for (int64_t t = 1; t != 256; ++t) {
    double more = noise + double(t * t) * double(distances[t]);
    if (threshold.kind == Kind::None ||
        (threshold.kind == Kind::Fixed && t > threshold.value) ||
        (threshold.kind == Kind::Noise && more > budget))
      break;
    noise = more;
    // The largest that changes something the samples have: of values that they
    // don't have, nothing is known.
    if (distances[t] || threshold.kind == Kind::Fixed)
      chosen.value = t;
    chosen.zerosAfter += distances[t];
  }
  if (noise > 0)
    chosen.signalToNoise = 10 * std::log10(energy / noise);
  return chosen;
}

llvm::Expected<ThresholdPolicy>
sparsity::parseThresholds(StringRef text, StringRef name,
                          llvm::ArrayRef<StringRef> layers) {
  ThresholdPolicy policy;
  auto read = [&](const YamlEntry &entry, PolicyErrors &errors) {
    LayerThreshold &layer = policy[entry.key];
    layer.location = entry.getLocation(name);
    if (entry.value.kind != YamlNode::Kind::Scalar)
      return errors.add(entry.value.getLocation(name),
                        "a threshold is written as one word");
    auto parsed = parseThreshold(entry.value.text);
    if (parsed)
      layer.threshold = *parsed;
    else
      errors.add(entry.value.getLocation(name), parsed.takeError());
  };
  if (llvm::Error error =
          readPolicySection(text, name, "threshold", "layer", layers, read))
    return std::move(error);
  return policy;
}

llvm::Expected<ThresholdPolicy>
sparsity::readThresholds(StringRef path, llvm::ArrayRef<StringRef> layers) {
  auto file = readInputFile(path, maxYamlBytes);
  if (!file)
    return file.takeError();
  return parseThresholds((*file)->getBuffer(), path, layers);
}
