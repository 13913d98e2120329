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

/// Whether the innermost extent leaves no gap, so that it only makes a run of
/// `run` bytes longer.
static bool isContiguous(ArrayRef<Interval> dims, ArrayRef<int64_t> strides,
                         uint64_t run) {
  return dims.back().size == 1 || static_cast<uint64_t>(strides.back()) == run;
}

/// Makes a run longer by the innermost extent.
static void takeInnermost(ArrayRef<Interval> &dims, ArrayRef<int64_t> &strides,
                          uint64_t &address, uint64_t &run) {
  address += static_cast<uint64_t>(dims.back().start.constant) *
             static_cast<uint64_t>(strides.back());
  run = SaturatingMultiply(run, dims.back().size);
  dims = dims.drop_back();
  strides = strides.drop_back();
}

static Starts findStarts(uint64_t address, ArrayRef<Interval> dims,
                         ArrayRef<int64_t> strides, uint64_t burst) {
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
  return starts;
}

static uint64_t countBytes(const Starts &starts, uint64_t run, uint64_t burst) {
  uint64_t bytes = 0;
  for (auto [offset, starting] : starts) {
    uint64_t bursts = (SaturatingAdd(offset, run) - 1) / burst + 1;
    bytes = SaturatingMultiplyAdd(SaturatingMultiply(bursts, burst), starting,
                                  bytes);
  }
  return bytes;
}

uint64_t lacuna::getBurstBytes(uint64_t address, uint64_t run,
                               ArrayRef<Interval> dims,
                               ArrayRef<int64_t> strides, uint64_t burst) {
  while (!dims.empty() && isContiguous(dims, strides, run))
    takeInnermost(dims, strides, address, run);
  return getBurstBytesApart(address, run, dims, strides, burst);
}

uint64_t lacuna::getBurstBytesApart(uint64_t address, uint64_t run,
                                    ArrayRef<Interval> dims,
                                    ArrayRef<int64_t> strides, uint64_t burst) {
  return countBytes(findStarts(address, dims, strides, burst), run, burst);
}

uint64_t lacuna::getBurstBytes(uint64_t address, uint64_t run,
                               ArrayRef<Interval> dims,
                               ArrayRef<int64_t> strides,
                               ArrayRef<int64_t> indexStrides,
                               int64_t rowStride, uint64_t burst) {
  while (!dims.empty() &&
         (dims.back().size == 1 ||
          (indexStrides.back() == 0 && isContiguous(dims, strides, run)))) {
    takeInnermost(dims, strides, address, run);
    indexStrides = indexStrides.drop_back();
  }
  Starts starts = findStarts(address, dims, strides, burst);
  // A row moves a start by a multiple of this; the last place in a burst that
  // it can come to is the worst.
  uint64_t remainder = static_cast<uint64_t>(rowStride % int64_t(burst) < 0
                                                 ? -(rowStride % int64_t(burst))
                                                 : rowStride % int64_t(burst));
  uint64_t grain = std::gcd(remainder, burst);
  for (auto &start : starts)
    start.first = start.first % grain + (burst - grain);
  return countBytes(starts, run, burst);
}
