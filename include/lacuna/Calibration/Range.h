// What samples say of the values of one tensor: extremes, mean and a histogram
// that grows with what it sees, so that nothing but sums is kept of a sample.
#ifndef LACUNA_CALIBRATION_RANGE_H
#define LACUNA_CALIBRATION_RANGE_H

#include <cstdint>
#include <vector>

namespace lacuna {

/// Statistics of finite numbers. The histogram has `bins` bins of equal width
/// over [-limit, limit), where limit is the least power of two above all
/// magnitudes: what it holds does not depend on the order of the numbers.
struct RangeStatistics {
  static constexpr unsigned bins = 4096;
  /// Magnitudes below 2^leastExponent count as those just below it.
  static constexpr int leastExponent = -140;

  uint64_t count = 0;
  double minimum = 0, maximum = 0, sum = 0, squares = 0;
  /// 0 while there is nothing but zeros (and the histogram is empty then).
  double limit = 0;
  std::vector<int64_t> histogram;

  /// Adds `value`, which is finite.
  void add(double value);

  /// Width of a bin, 0 without a histogram.
  double getBinWidth() const { return 2 * limit / bins; }
  /// The middle of bin `index`.
  double getMiddle(unsigned index) const {
    return (double(index) + 0.5) * getBinWidth() - limit;
  }

private:
  /// Doubles the limit (and merges bins) until it is at least `needed`.
  void widen(double needed);
};

} // namespace lacuna

#endif // LACUNA_CALIBRATION_RANGE_H
