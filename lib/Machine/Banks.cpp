// Words by bank: of the elements of one vector or fold at a time.
#include "Banks.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace lacuna;

BankedOperand::BankedOperand(const Machine &machine, const Ring &ring,
                             ElementType type, uint64_t accesses)
    : scratchpad(machine.scratchpad), ring(ring),
      elementBytes((getInfo(type).storageBits + 7) / 8), accesses(accesses),
      start(static_cast<uint64_t>(ring.offset.constant) * elementBytes),
      wordsOfBank(scratchpad.banks, 0) {}

BankedOperand &BankedOperand::along(int64_t first, uint64_t count,
                                    int64_t stride, uint64_t step) {
  uint64_t bytes = static_cast<uint64_t>(stride) * elementBytes;
  start += static_cast<uint64_t>(first) * bytes;
  bytes *= step;
  if (count == 1)
    return *this;
  // Extents that leave no gap are one, so that vectors are few runs.
  constexpr uint64_t maxCount = uint64_t(1) << 48;
  if (!extents.empty() && extents.back().stride == count * bytes &&
      SaturatingMultiply(extents.back().count, count) < maxCount)
    extents.back() = {extents.back().count * count, bytes};
  else
    extents.push_back({count, bytes});
  return *this;
}

uint64_t BankedOperand::addressOf(uint64_t position) const {
  if (ring.length == 0)
    return ring.base + position;
  if (static_cast<int64_t>(position) >= 0)
    return ring.base + position % ring.length;
  return ring.base + (ring.length - 1 - ~position % ring.length);
}

void BankedOperand::touchBytes(uint64_t address, uint64_t bytes) {
  uint64_t width = scratchpad.bankBytes;
  uint64_t count = (address % width + bytes - 1) / width + 1;
  // An input that goes on beyond its edges may begin below address 0.
  uint64_t lastWord = UINT64_MAX / width;
  for (uint64_t i = 0; i != count; ++i)
    words.push_back((address / width + i) & lastWord);
}

void BankedOperand::touchRun(uint64_t position, uint64_t count,
                             uint64_t stride) {
  if (stride == 0)
    count = 1;
  uint64_t address = addressOf(position);
  bool wraps =
      ring.length && address - ring.base + count * elementBytes > ring.length;
  if (stride == elementBytes && !wraps)
    return touchBytes(address, count * elementBytes);
  for (uint64_t i = 0; i != count; ++i)
    touchBytes(addressOf(position + i * stride), elementBytes);
}

void BankedOperand::touch(uint64_t first, uint64_t count) {
  if (extents.empty())
    return touchRun(start, 1, 0);
  SmallVector<uint64_t, 4> index(extents.size());
  uint64_t position = start;
  for (size_t level = extents.size(); level-- != 0;) {
    index[level] = first % extents[level].count;
    first /= extents[level].count;
    position += index[level] * extents[level].stride;
  }
  while (true) {
    const Extent &inner = extents.back();
    uint64_t run = std::min(count, inner.count - index.back());
    touchRun(position, run, inner.stride);
    if ((count -= run) == 0)
      return;
    index.back() += run;
    position += run * inner.stride;
    for (size_t level = extents.size() - 1;
         level != 0 && index[level] == extents[level].count; --level) {
      position -= index[level] * extents[level].stride;
      index[level] = 0;
      ++index[level - 1];
      position += extents[level - 1].stride;
    }
    // Past the last element: there was nothing more to touch.
    if (index.front() == extents.front().count)
      return;
  }
}

uint64_t BankedOperand::takeFullest() {
  if (!llvm::is_sorted(words))
    llvm::sort(words);
  words.erase(llvm::unique(words), words.end());
  uint32_t fullest = 0;
  for (uint64_t word : words)
    fullest = std::max(fullest, ++wordsOfBank[word % scratchpad.banks]);
  for (uint64_t word : words)
    wordsOfBank[word % scratchpad.banks] = 0;
  words.clear();
  return fullest;
}

bool BankedOperand::isSpread(uint64_t count) const {
  // Of what has gaps, nothing is said; all that repeats is one element.
  uint64_t all = 1;
  for (const Extent &extent : extents) {
    if (extents.size() != 1 ||
        (extent.stride != elementBytes && extent.stride != 0))
      return false;
    all = extent.stride ? extent.count : 1;
  }
  if (ring.length &&
      addressOf(start) - ring.base + all * elementBytes > ring.length)
    return false;
  // Wherever these bytes begin in a word.
  uint64_t bytes = std::min(count, all) * elementBytes;
  return (bytes + scratchpad.bankBytes - 2) / scratchpad.bankBytes + 1 <=
         scratchpad.banks;
}

uint64_t lacuna::getVectorCycles(uint64_t elements, uint64_t lanes,
                                 uint64_t steps,
                                 MutableArrayRef<BankedOperand> operands) {
  uint64_t vectors = divideCeil(elements, lanes);
  bool spread = llvm::all_of(operands, [&](const BankedOperand &operand) {
    return operand.isSpread(lanes) && operand.getAccesses() <= steps;
  });
  if (spread)
    return SaturatingMultiply(vectors, steps);
  return addUpCycles(vectors, [&](uint64_t vector) {
    uint64_t first = vector * lanes, cycles = steps;
    for (BankedOperand &operand : operands) {
      operand.touch(first, std::min(lanes, elements - first));
      cycles = std::max(cycles, SaturatingMultiply(operand.getAccesses(),
                                                   operand.takeFullest()));
    }
    return cycles;
  });
}
