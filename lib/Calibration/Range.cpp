// A histogram whose range doubles.
#include "lacuna/Calibration/Range.h"

#include <algorithm>
#include <cmath>

using namespace lacuna;

void RangeStatistics::widen(double needed) {
  while (limit < needed) {
    limit *= 2;
    // Two old bins are one new one; together they fill the middle half. From
    // the middle outwards, nothing is read after it was written.
    for (unsigned i = 0; i != bins / 4; ++i) {
      unsigned up = bins / 2 + i, down = bins / 2 - 1 - i;
      unsigned fromUp = bins / 2 + 2 * i, fromDown = bins / 2 - 2 - 2 * i;
      histogram[up] = histogram[fromUp] + histogram[fromUp + 1];
      histogram[down] = histogram[fromDown] + histogram[fromDown + 1];
    }
    std::fill(histogram.begin(), histogram.begin() + bins / 4, 0);
    std::fill(histogram.end() - bins / 4, histogram.end(), 0);
  }
}

void RangeStatistics::add(double value) {
  minimum = count ? std::min(minimum, value) : value;
  maximum = count ? std::max(maximum, value) : value;
  ++count;
  sum += value;
  squares += value * value;
  if (limit == 0) {
    if (value == 0)
      return;
    int exponent = 0;
    std::frexp(value, &exponent);
    limit = std::ldexp(1, std::max(exponent, leastExponent));
    histogram.resize(bins);
    // The zeros so far.
    histogram[bins / 2] = int64_t(count) - 1;
  } else if (!(value < limit && value > -limit)) {
    int exponent = 0;
    std::frexp(value, &exponent);
    widen(std::ldexp(1, exponent));
  }
  // Powers of two divide exactly.
  double position = (value / limit + 1) * (bins / 2);
  ++histogram[std::clamp<int64_t>(int64_t(position), 0, bins - 1)];
}
