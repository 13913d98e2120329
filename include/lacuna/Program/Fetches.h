// How often each instruction of a text is fetched and issued, with the closed
// forms of docs/machine.md: nothing is walked through.
#ifndef LACUNA_PROGRAM_FETCHES_H
#define LACUNA_PROGRAM_FETCHES_H

#include "lacuna/Program/ProgramText.h"

namespace lacuna {

/// Of one instruction. Counts saturate.
struct Fetches {
  /// Once for a loop that fits into the sequencer's buffer, else once for each
  /// iteration.
  uint64_t fetched = 1;
  /// How many of these do not follow the fetch of the bytes before.
  uint64_t jumps = 0;
  uint64_t issued = 1;

  /// Bytes of the bursts that bring its `size` bytes, which begin at `address`.
  /// Only for a program whose steps have a sane limit.
  uint64_t getBurstBytes(uint64_t address, uint64_t size, uint64_t burst) const;
};

/// One for each instruction of `text`.
std::vector<Fetches> countFetches(const ProgramText &text);

} // namespace lacuna

#endif // LACUNA_PROGRAM_FETCHES_H
