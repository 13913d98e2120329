// The set of bytes written.
#include "WrittenBytes.h"

using namespace lacuna;

void WrittenBytes::add(ByteRange range) {
  auto after = ends.upper_bound(range.begin);
  if (after != ends.begin()) {
    auto before = std::prev(after);
    if (before->second >= range.end)
      return;
    if (before->second >= range.begin) {
      range.begin = before->first;
      ends.erase(before);
    }
  }
  while (after != ends.end() && after->first <= range.end) {
    range.end = std::max(range.end, after->second);
    after = ends.erase(after);
  }
  ends.emplace_hint(after, range.begin, range.end);
}

std::optional<uint64_t> WrittenBytes::findMissing(ByteRange range) const {
  auto after = ends.upper_bound(range.begin);
  if (after == ends.begin() || std::prev(after)->second <= range.begin)
    return range.begin;
  uint64_t end = std::prev(after)->second;
  // Ranges that touch are joined, so what follows is a gap.
  return end < range.end ? std::optional<uint64_t>(end) : std::nullopt;
}
