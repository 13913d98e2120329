// Ranges from histograms.
#include "lacuna/Quantization/ChooseRange.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/StringSwitch.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace lacuna;
using namespace lacuna::quantization;

static constexpr unsigned bins = RangeStatistics::bins;

std::optional<RangeMethod>
quantization::rangeMethodFromName(llvm::StringRef name) {
  return llvm::StringSwitch<std::optional<RangeMethod>>(name)
      .Case("minmax", RangeMethod::MinMax)
      .Case("percentile", RangeMethod::Percentile)
      .Case("mse", RangeMethod::MSE)
      .Case("kl", RangeMethod::KL)
      .Default(std::nullopt);
}

static Range cutPercentile(const RangeStatistics &statistics, Range all,
                           double percentile) {
  double outside = (1 - percentile / 100) * double(statistics.count);
  bool hasBoth = all.low < 0 && all.high > 0;
  double each = hasBoth ? outside / 2 : outside;
  Range range = all;
  double gone = 0;
  for (unsigned i = bins; i-- != bins / 2 && all.high > 0;) {
    gone += double(statistics.histogram[i]);
    if (gone > each) {
      range.high = std::min(all.high, statistics.getMiddle(i) +
                                          statistics.getBinWidth() / 2);
      break;
    }
  }
  gone = 0;
  for (unsigned i = 0; i != bins / 2 && all.low < 0; ++i) {
    gone += double(statistics.histogram[i]);
    if (gone > each) {
      range.low = std::max(all.low, statistics.getMiddle(i) -
                                        statistics.getBinWidth() / 2);
      break;
    }
  }
  return range;
}

double quantization::meanSquaredError(const RangeStatistics &statistics,
                                      const AffineScale &affine) {
  double sum = 0;
  for (unsigned i = 0; i != statistics.histogram.size(); ++i) {
    if (!statistics.histogram[i])
      continue;
    double value = statistics.getMiddle(i);
    double error = affine.dequantize(affine.quantize(value)) - value;
    sum += double(statistics.histogram[i]) * error * error;
  }
  return statistics.count ? sum / double(statistics.count) : 0;
}

/// The error of `range`; more than any other where it has no scale.
static double errorOf(const RangeStatistics &statistics, Range range,
                      const RangeOptions &options) {
  auto affine = chooseAffine(range, options.bits, options.symmetry);
  if (!affine) {
    llvm::consumeError(affine.takeError());
    return std::numeric_limits<double>::infinity();
  }
  return meanSquaredError(statistics, *affine);
}

/// Steps in which an end of the range moves.
static constexpr int shares = 64;

static Range cutByError(const RangeStatistics &statistics, Range all,
                        const RangeOptions &options) {
  Range best = all;
  double least = errorOf(statistics, all, options);
  auto tryRange = [&](Range range) {
    double error = errorOf(statistics, range, options);
    if (error < least) {
      least = error;
      best = range;
    }
  };
  // Both ends together, then one after the other.
  for (int share = shares - 1; share > 0; --share) {
    double part = double(share) / shares;
    tryRange({all.low * part, all.high * part});
  }
  if (options.symmetry == Symmetry::Symmetric || all.low == 0 || all.high == 0)
    return best;
  for (int round = 0; round != 2; ++round)
    for (bool isHigh : {true, false}) {
      Range start = best;
      for (int share = shares; share > 0; --share) {
        double part = double(share) / shares;
        tryRange(isHigh ? Range{start.low, all.high * part}
                        : Range{all.low * part, start.high});
      }
    }
  return best;
}

/// Divergence of `counts`, cut after `kept` bins with the rest in the last,
/// from what is left of it in `levels` steps.
static double divergenceOf(llvm::ArrayRef<double> counts, double beyond,
                           size_t levels) {
  size_t kept = counts.size();
  double total = beyond, roundedTotal = 0;
  for (double count : counts)
    total += count;
  std::vector<double> rounded(kept);
  for (size_t level = 0; level != levels; ++level) {
    size_t first = level * kept / levels, end = (level + 1) * kept / levels;
    double sum = 0;
    size_t nonzero = 0;
    for (size_t i = first; i != end; ++i) {
      sum += counts[i];
      nonzero += counts[i] != 0;
    }
    for (size_t i = first; i != end; ++i)
      if (counts[i] != 0)
        rounded[i] = sum / double(nonzero);
    roundedTotal += sum;
  }
  if (roundedTotal == 0)
    return std::numeric_limits<double>::infinity();
  double divergence = 0;
  for (size_t i = 0; i != kept; ++i) {
    double p = (counts[i] + (i + 1 == kept ? beyond : 0)) / total;
    // A bin that holds nothing but what was cut off has no rounded share: a
    // small one keeps the divergence finite, and large.
    double q = std::max(rounded[i] / roundedTotal, 1e-12);
    if (p > 0)
      divergence += p * std::log(p / q);
  }
  return divergence;
}

static Range cutByDivergence(const RangeStatistics &statistics, Range all,
                             const RangeOptions &options) {
  // Magnitudes, from 0 outwards.
  std::vector<double> counts(bins / 2);
  for (unsigned i = 0; i != bins / 2; ++i)
    counts[i] = double(statistics.histogram[bins / 2 + i]) +
                double(statistics.histogram[bins / 2 - 1 - i]);
  size_t used = counts.size();
  while (used > 1 && counts[used - 1] == 0)
    --used;
  bool hasBoth = all.low < 0 && all.high > 0;
  size_t levels = size_t(1) << (options.bits - 1);
  if (!hasBoth && options.symmetry == Symmetry::Asymmetric)
    levels *= 2;
  // Finer than the bins, nothing can be said.
  if (levels >= used)
    return all;
  size_t best = used;
  double least = std::numeric_limits<double>::infinity();
  double beyond = 0;
  for (size_t kept = used; kept >= levels; --kept) {
    double divergence =
        divergenceOf(llvm::ArrayRef(counts).take_front(kept), beyond, levels);
    if (divergence < least) {
      least = divergence;
      best = kept;
    }
    beyond += counts[kept - 1];
  }
  double limit = double(best) * statistics.getBinWidth();
  return {std::max(all.low, -limit), std::min(all.high, limit)};
}

Range quantization::chooseRange(const RangeStatistics &statistics,
                                const RangeOptions &options) {
  Range all{std::min(statistics.minimum, 0.0),
            std::max(statistics.maximum, 0.0)};
  if (statistics.histogram.empty() || all.low == all.high)
    return all;
  switch (options.method) {
  case RangeMethod::MinMax:
    return all;
  case RangeMethod::Percentile:
    return cutPercentile(statistics, all, options.percentile);
  case RangeMethod::MSE:
    return cutByError(statistics, all, options);
  case RangeMethod::KL:
    return cutByDivergence(statistics, all, options);
  }
  return all;
}
