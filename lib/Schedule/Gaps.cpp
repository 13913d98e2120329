// The pieces of a memory that nothing takes.
#include "Gaps.h"

#include "llvm/ADT/STLExtras.h"

using namespace lacuna;
using namespace lacuna::schedule;

std::vector<ByteRange> schedule::gapsBetween(std::vector<ByteRange> taken,
                                             uint64_t capacity) {
  llvm::sort(taken, [](const ByteRange &a, const ByteRange &b) {
    return a.begin < b.begin;
  });
  std::vector<ByteRange> gaps;
  uint64_t at = 0;
  for (const ByteRange &range : taken) {
    if (range.begin > at)
      gaps.push_back({at, range.begin});
    at = std::max(at, range.end);
  }
  if (at < capacity)
    gaps.push_back({at, capacity});
  return gaps;
}

uint64_t schedule::largestOf(llvm::ArrayRef<ByteRange> gaps) {
  uint64_t largest = 0;
  for (const ByteRange &gap : gaps)
    largest = std::max(largest, gap.size());
  return largest;
}

std::optional<ByteRange> schedule::findGap(llvm::ArrayRef<ByteRange> taken,
                                           uint64_t bytes, uint64_t capacity,
                                           bool fromTop) {
  std::vector<ByteRange> gaps = gapsBetween(taken, capacity);
  auto fits = [&](const ByteRange &gap) { return gap.size() >= bytes; };
  if (fromTop) {
    auto gap = std::find_if(gaps.rbegin(), gaps.rend(), fits);
    if (gap != gaps.rend())
      return ByteRange{gap->end - bytes, gap->end};
  } else {
    auto gap = llvm::find_if(gaps, fits);
    if (gap != gaps.end())
      return ByteRange{gap->begin, gap->begin + bytes};
  }
  return std::nullopt;
}
