// Which bytes of a memory have been written so far.
#ifndef LACUNA_LIB_PROGRAM_WRITTENBYTES_H
#define LACUNA_LIB_PROGRAM_WRITTENBYTES_H

#include "lacuna/Program/AccessPattern.h"

#include <map>
#include <optional>

namespace lacuna {

/// A set of bytes as disjoint ranges, joined where they touch.
class WrittenBytes {
public:
  void add(ByteRange range);
  /// The first byte of `range` that is not in the set, if there is one.
  std::optional<uint64_t> findMissing(ByteRange range) const;
  /// Number of ranges: what the set costs.
  size_t getFragments() const { return ends.size(); }

private:
  /// From begin to end.
  std::map<uint64_t, uint64_t> ends;
};

} // namespace lacuna

#endif // LACUNA_LIB_PROGRAM_WRITTENBYTES_H
