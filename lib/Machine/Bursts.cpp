// How many bursts a run takes depends on where in a burst it starts. So starts
// are counted by their offset in a burst, dimension by dimension: offsets
// repeat after at most `burst` steps, whatever the extents are.
#include "lacuna/Machine/Cost.h"

#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace llvm;
using namespace lacuna;

namespace {
/// How many runs start at an offset in a burst; only offsets that occur.
using Starts = SmallVector<std::pair<uint64_t, uint64_t>, 8>;
} // namespace

static Starts step(const Starts &starts, uint64_t count, uint64_t stride,
                   uint64_t burst) {
  uint64_t period = burst / std::gcd(stride, burst);
  Starts result;
  SmallVector<uint64_t, 64> counts(burst, 0);
  for (auto [offset, starting] : starts)
    for (uint64_t i = 0, e = std::min(period, count); i != e; ++i) {
      // The steps i, i + period, i + 2 * period, ... below count.
      uint64_t steps = (count - i - 1) / period + 1;
      uint64_t &slot = counts[(offset + i * stride) % burst];
      slot = SaturatingMultiplyAdd(starting, steps, slot);
    }
  for (auto [offset, starting] : llvm::enumerate(counts))
    if (starting)
      result.push_back({offset, starting});
  return result;
}

uint64_t lacuna::getBurstBytes(uint64_t address, uint64_t run,
                               ArrayRef<Interval> dims,
                               ArrayRef<int64_t> strides, uint64_t burst) {
  // Innermost extents that leave no gap only make the run longer.
  while (!dims.empty() && (dims.back().size == 1 ||
                           static_cast<uint64_t>(strides.back()) == run)) {
    address += static_cast<uint64_t>(dims.back().start.constant) *
               static_cast<uint64_t>(strides.back());
    run = SaturatingMultiply(run, dims.back().size);
    dims = dims.drop_back();
    strides = strides.drop_back();
  }
  for (size_t d = 0; d != dims.size(); ++d)
    address += static_cast<uint64_t>(dims[d].start.constant) *
               static_cast<uint64_t>(strides[d]);
  Starts starts{{address % burst, 1}};
  for (size_t d = 0; d != dims.size(); ++d) {
    int64_t stride = strides[d] % static_cast<int64_t>(burst);
    if (stride < 0)
      stride += static_cast<int64_t>(burst);
    starts = step(starts, dims[d].size, static_cast<uint64_t>(stride), burst);
  }
  uint64_t bytes = 0;
  for (auto [offset, starting] : starts) {
    uint64_t bursts = (SaturatingAdd(offset, run) - 1) / burst + 1;
    bytes = SaturatingMultiplyAdd(SaturatingMultiply(bursts, burst), starting,
                                  bytes);
  }
  return bytes;
}
