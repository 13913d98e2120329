// Comparing elements with their zero points.
#include "ZeroBits.h"

#include "llvm/Support/Endian.h"

using namespace llvm;
using namespace lacuna;

void lacuna::setBits(MutableArrayRef<uint64_t> row, uint64_t begin,
                     uint64_t count) {
  for (uint64_t end = begin + count; begin < end;) {
    uint64_t low = begin % 64, some = std::min(64 - low, end - begin);
    uint64_t ones = some == 64 ? ~uint64_t(0) : (uint64_t(1) << some) - 1;
    row[begin / 64] |= ones << low;
    begin += some;
  }
}

void lacuna::orBits(MutableArrayRef<uint64_t> row, uint64_t begin,
                    ArrayRef<uint64_t> from, uint64_t count) {
  uint64_t word = begin / 64, low = begin % 64;
  for (size_t i = 0; i != wordsFor(count); ++i) {
    row[word + i] |= from[i] << low;
    if (uint64_t high = low ? from[i] >> (64 - low) : 0)
      row[word + i + 1] |= high;
  }
}

uint64_t ZeroBits::indexOf(int64_t position) const {
  if (ring.length) {
    auto length = static_cast<int64_t>(ring.length);
    position %= length;
    if (position < 0)
      position += length;
  }
  return ring.base + static_cast<uint64_t>(position);
}

bool ZeroBits::isNonzero(int64_t position) const {
  // Modulo 2^64, as everywhere where addresses have been checked.
  auto element = static_cast<int64_t>(
      static_cast<uint64_t>(ring.offset.constant) + uint64_t(position));
  uint64_t index = indexOf(packed ? element >> 1 : element * int64_t(bytes));
  if (index >= memory.size() || memory.size() - index < bytes)
    return true;
  uint64_t raw = 0;
  for (unsigned i = 0; i != bytes; ++i)
    raw |= uint64_t(memory[index + i]) << (8 * i);
  if (packed && element & 1)
    raw >>= 4;
  unsigned unused = 64 - bits;
  if (floating) // +0 and -0
    return raw << unused << 1 != 0;
  return (static_cast<int64_t>(raw << unused) >> unused) != zeroPoint;
}

/// Bit i: byte i of `from` is not `zero`.
static uint64_t compareEight(const uint8_t *from, uint8_t zero) {
  constexpr uint64_t ones = 0x0101010101010101, low = 0x7f * ones;
  uint64_t differences = support::endian::read64le(from) ^ zero * ones;
  // The high bit of each byte that is not 0; then these, side by side.
  uint64_t high = (((differences & low) + low) | differences) & ~low;
  return (high >> 7) * 0x0102040810204080 >> 56;
}

void ZeroBits::read(int64_t position, int64_t stride, uint64_t count,
                    MutableArrayRef<uint64_t> row, uint64_t begin) const {
  auto first = static_cast<int64_t>(
      static_cast<uint64_t>(ring.offset.constant) + uint64_t(position));
  uint64_t index = indexOf(first);
  bool together = stride == 1 && bytes == 1 && bits == 8 && !packed &&
                  !floating && index < memory.size() &&
                  count <= memory.size() - index &&
                  (!ring.length || index - ring.base + count <= ring.length);
  if (!together) {
    for (uint64_t i = 0; i != count; ++i)
      if (isNonzero(position + int64_t(i) * stride))
        row[(begin + i) / 64] |= uint64_t(1) << (begin + i) % 64;
    return;
  }
  auto zero = static_cast<uint8_t>(zeroPoint);
  if (int8_t(zero) != zeroPoint)
    return setBits(row, begin, count);
  const uint8_t *from = memory.data() + index;
  for (uint64_t i = 0; i < count;) {
    uint64_t low = (begin + i) % 64, some = std::min(64 - low, count - i);
    uint64_t word = 0, j = 0;
    for (; j + 8 <= some; j += 8)
      word |= compareEight(from + i + j, zero) << j;
    for (; j != some; ++j)
      word |= uint64_t(from[i + j] != zero) << j;
    row[(begin + i) / 64] |= word << low;
    i += some;
  }
}
