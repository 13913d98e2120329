// The accesses to one memory that some engine may still run beside, and whether
// a new one is ordered after those it shares bytes with.
#ifndef LACUNA_LIB_PROGRAM_ACCESSHISTORY_H
#define LACUNA_LIB_PROGRAM_ACCESSHISTORY_H

#include "WrittenBytes.h"
#include "lacuna/Program/AccessPattern.h"

#include <array>
#include <deque>
#include <vector>

namespace lacuna {

/// LOAD, MATRIX, VECTOR and STORE, in the order of Engine, from 0.
constexpr unsigned numEngines = 4;

/// A vector clock: how far each engine is known to have come, in periods that
/// its signals end.
using Clock = std::array<uint32_t, numEngines>;
/// That of each engine.
using Clocks = std::array<Clock, numEngines>;

/// Counts the elementary operations of a verification.
struct WorkBudget {
  uint64_t left;
  /// Whether `amount` more may be done.
  bool spend(uint64_t amount) {
    if (amount > left)
      return false;
    left -= amount;
    return true;
  }
};

/// One operand of one executed instruction, as far as one memory is concerned.
struct Access {
  AccessPattern pattern;
  /// The executed instruction's number, which serves to name it again.
  uint64_t step = 0;
  bool writes = false;
  /// Every byte touched is in one of these; the second is empty unless a ring
  /// wraps.
  std::array<ByteRange, 2> hulls;
  /// The runs of contiguous bytes, ascending and joined; found when first
  /// needed.
  std::vector<ByteRange> runs;

  /// `pattern` must keep checkPattern and reach no further than its ring.
  Access(AccessPattern pattern, uint64_t step, bool writes);
  void findRuns();
};

/// Two accesses that nothing orders.
struct Race {
  uint64_t otherStep;
  llvm::StringRef otherOperand;
  bool otherWrites;
  unsigned otherEngine;
  ByteRange bytes;
};

/// What can be wrong with an access; at most one of them is set.
struct AccessProblem {
  std::optional<Race> race;
  std::optional<uint64_t> unwrittenByte;
  bool outOfBudget = false;

  explicit operator bool() const {
    return race || unwrittenByte || outOfBudget;
  }
};

class AccessHistory {
public:
  /// `used`: the engines that execute anything.
  explicit AccessHistory(std::array<bool, numEngines> used) : used(used) {}

  /// The engine's next access, made at `clocks[engine]`: reads bytes that are
  /// all written if `mustBeWritten`.
  AccessProblem add(Access access, unsigned engine, const Clocks &clocks,
                    bool mustBeWritten, WorkBudget &budget);

  const WrittenBytes &getWritten() const { return written; }

private:
  struct Entry {
    Access access;
    /// The engine's own clock then.
    uint32_t time;
  };
  /// One engine's reads, or its writes, oldest first.
  struct Lane {
    std::deque<Entry> entries;
    /// Entries dropped since all engines are ordered after them.
    uint64_t dropped = 0;
    /// For each engine, the number of entries that it's ordered after.
    std::array<uint64_t, numEngines> seen{};
    size_t collectAt = 64;
  };

  AccessProblem findRace(Access &access, unsigned engine, Lane &lane,
                         unsigned other, const Clocks &clocks,
                         WorkBudget &budget);
  void advance(Lane &lane, unsigned owner, unsigned observer,
               const Clock &clock);
  bool append(Access access, unsigned engine, const Clocks &clocks);

  std::array<bool, numEngines> used;
  std::array<std::array<Lane, 2>, numEngines> lanes; // [engine][writes]
  WrittenBytes written;
};

} // namespace lacuna

#endif // LACUNA_LIB_PROGRAM_ACCESSHISTORY_H
