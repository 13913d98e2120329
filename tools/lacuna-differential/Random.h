// A source of random numbers whose sequence is the same everywhere and for
// ever: a failing seed must show the same failure on another computer.
#ifndef LACUNA_TOOLS_DIFFERENTIAL_RANDOM_H
#define LACUNA_TOOLS_DIFFERENTIAL_RANDOM_H

#include "llvm/ADT/ArrayRef.h"

#include <algorithm>
#include <cstdint>
#include <initializer_list>

namespace lacuna::differential {

class Random {
public:
  /// Different streams of one seed share nothing.
  explicit Random(uint64_t seed, uint64_t stream = 0)
      : state(seed * 0xd1342543de82ef95 + stream * 0xaf251af3b0f025b5) {}

  /// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
  uint64_t next() {
    uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// From `low` to `high`, both included.
  int64_t between(int64_t low, int64_t high) {
    return low + int64_t(next() % uint64_t(high - low + 1));
  }
  /// The same, each power of two as likely as the next; low is at least 1.
  int64_t betweenLog(int64_t low, int64_t high) {
    unsigned doublings = 0;
    while (low << (doublings + 1) <= high)
      ++doublings;
    int64_t from = low << between(0, doublings);
    return between(from, std::min(2 * from, high));
  }
  double fraction() { return double(next() >> 11) / double(uint64_t(1) << 53); }
  bool chance(double probability) { return fraction() < probability; }
  template <typename T> T pick(std::initializer_list<T> values) {
    return values.begin()[next() % values.size()];
  }
  template <typename T> const T &pick(llvm::ArrayRef<T> values) {
    return values[next() % values.size()];
  }

private:
  uint64_t state;
};

} // namespace lacuna::differential

#endif // LACUNA_TOOLS_DIFFERENTIAL_RANDOM_H
