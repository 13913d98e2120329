// The pieces of a memory that nothing takes.
#ifndef LACUNA_LIB_SCHEDULE_GAPS_H
#define LACUNA_LIB_SCHEDULE_GAPS_H

#include "lacuna/Program/AccessPattern.h"

#include <optional>
#include <vector>

namespace lacuna::schedule {

/// The pieces of [0, capacity) between `taken`, by ascending address.
std::vector<ByteRange> gapsBetween(std::vector<ByteRange> taken,
                                   uint64_t capacity);

/// The size of the largest of `gaps`.
uint64_t largestOf(llvm::ArrayRef<ByteRange> gaps);

/// The lowest or highest place of `bytes` below `capacity` outside `taken`.
std::optional<ByteRange> findGap(llvm::ArrayRef<ByteRange> taken,
                                 uint64_t bytes, uint64_t capacity,
                                 bool fromTop);

} // namespace lacuna::schedule

#endif // LACUNA_LIB_SCHEDULE_GAPS_H
