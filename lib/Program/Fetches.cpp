// Closed forms of fetching: loops multiply what is inside them.
#include "lacuna/Program/Fetches.h"

#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace lacuna;

std::vector<Fetches> lacuna::countFetches(const ProgramText &text) {
  std::vector<Fetches> fetches(text.instructions.size());
  if (!fetches.empty())
    fetches.front().jumps = 1;
  // Outer loops come first, so what they multiply is known inside.
  for (uint32_t at = 0; at != fetches.size(); ++at) {
    const auto *loop = std::get_if<Loop>(&text.at(at));
    if (!loop)
      continue;
    // A loop inside one that is kept is smaller, so it is kept too.
    bool kept = text.fits[at];
    if (!kept)
      fetches[at + 1].jumps =
          SaturatingMultiply(fetches[at].fetched, loop->count - 1);
    for (uint32_t inside = at + 1; inside <= text.match[at]; ++inside) {
      Fetches &fetch = fetches[inside];
      fetch.issued = SaturatingMultiply(fetch.issued, loop->count);
      if (!kept)
        fetch.fetched = SaturatingMultiply(fetch.fetched, loop->count);
    }
  }
  return fetches;
}

uint64_t Fetches::getBurstBytes(uint64_t address, uint64_t size,
                                uint64_t burst) const {
  uint64_t bursts = divideCeil(address + size, burst) - address / burst;
  // In a straight line, the bytes up to the next boundary came before.
  uint64_t fewer = address % burst != 0 ? fetched - jumps : 0;
  return (bursts * fetched - fewer) * burst;
}
