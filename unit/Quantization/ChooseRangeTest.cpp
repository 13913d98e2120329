// Histograms that stream, and the ranges that come of them.
#include "lacuna/Quantization/ChooseRange.h"

#include "gmock/gmock.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

using namespace lacuna;
using namespace lacuna::quantization;

static std::vector<double> drawNormal(size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> values(count);
  for (double &value : values)
    value = normal(random);
  return values;
}

static RangeStatistics collect(const std::vector<double> &values) {
  RangeStatistics statistics;
  for (double value : values)
    statistics.add(value);
  return statistics;
}

TEST(RangeStatistics, CountsWhatWasSeenInAnyOrder) {
  std::vector<double> values = {0, 0, 0.125, -7, 1e-9, 3, 1024, -1024.5};
  RangeStatistics forwards = collect(values);
  std::reverse(values.begin(), values.end());
  RangeStatistics backwards = collect(values);
  EXPECT_EQ(forwards.histogram, backwards.histogram);
  EXPECT_EQ(forwards.limit, 2048);
  EXPECT_EQ(forwards.minimum, -1024.5);
  EXPECT_EQ(forwards.maximum, 1024);
  EXPECT_EQ(forwards.count, 8u);
  EXPECT_EQ(std::accumulate(forwards.histogram.begin(),
                            forwards.histogram.end(), int64_t(0)),
            8);
  // Bins are one unit wide: by definition, not by merging.
  std::vector<int64_t> expected(RangeStatistics::bins);
  for (double value : values)
    ++expected[size_t(std::floor(value) + 2048)];
  EXPECT_EQ(forwards.histogram, expected);
}

TEST(RangeStatistics, ZerosHaveNoHistogram) {
  RangeStatistics statistics = collect({0, 0});
  EXPECT_TRUE(statistics.histogram.empty());
  Range range = chooseRange(statistics, {RangeMethod::KL});
  EXPECT_EQ(range.low, 0);
  EXPECT_EQ(range.high, 0);
}

TEST(ChooseRange, MinMaxHoldsZero) {
  Range range = chooseRange(collect({3, 5}), {RangeMethod::MinMax});
  EXPECT_EQ(range.low, 0);
  EXPECT_EQ(range.high, 5);
}

TEST(ChooseRange, PercentileCutsBothEnds) {
  std::vector<double> values(10000);
  std::iota(values.begin(), values.end(), -5000.0);
  RangeOptions options{RangeMethod::Percentile, 98};
  Range range = chooseRange(collect(values), options);
  // One in a hundred at each end, to a bin's width of 4.
  EXPECT_NEAR(range.low, -4900, 4);
  EXPECT_NEAR(range.high, 4900, 4);
}

TEST(ChooseRange, OutliersAreCutOff) {
  std::vector<double> values = drawNormal(100000, 3);
  values.push_back(60);
  RangeStatistics statistics = collect(values);
  for (RangeMethod method :
       {RangeMethod::Percentile, RangeMethod::MSE, RangeMethod::KL}) {
    // At 8 bits, the one outlier's own error would be more than all others'.
    Range range = chooseRange(statistics, {method, 99.99, 4});
    EXPECT_LT(range.high, 15) << int(method);
    EXPECT_GT(range.high, 1.5) << int(method);
    EXPECT_LE(range.low, -1.5) << int(method);
  }
}

TEST(ChooseRange, LeastErrorIsLessThanAllValues) {
  RangeStatistics statistics = collect(drawNormal(100000, 4));
  for (Symmetry symmetry : {Symmetry::Symmetric, Symmetry::Asymmetric}) {
    RangeOptions options{RangeMethod::MSE, 99.99, 4, symmetry};
    auto errorOf = [&](Range range) {
      return meanSquaredError(statistics, *chooseAffine(range, 4, symmetry));
    };
    double found = errorOf(chooseRange(statistics, options));
    options.method = RangeMethod::MinMax;
    EXPECT_LT(found, 0.8 * errorOf(chooseRange(statistics, options)));
    // Sixteen levels of a normal distribution: 0.0115 is the least (Max, 1960).
    EXPECT_LT(found, 0.0135);
    EXPECT_GT(found, 0.0115);
  }
}

TEST(ChooseRange, OneSignStaysOneSign) {
  std::vector<double> values = drawNormal(10000, 5);
  for (double &value : values)
    value = std::max(value, 0.0);
  for (RangeMethod method :
       {RangeMethod::Percentile, RangeMethod::MSE, RangeMethod::KL})
    EXPECT_EQ(chooseRange(collect(values), {method}).low, 0);
}
