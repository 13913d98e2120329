// The geometry of `decode`: which units it takes, where their offsets stand,
// and how fast a machine gives their elements.
#ifndef LACUNA_PROGRAM_WEIGHTUNITS_H
#define LACUNA_PROGRAM_WEIGHTUNITS_H

#include "lacuna/Program/Instructions.h"

#include "llvm/ADT/ArrayRef.h"

namespace lacuna {

struct Machine;

/// Bytes of the header: the table and an index of all units.
uint64_t headerBytes(const Decode &inst);

/// Elements of this encoding that one stream of the machine's decoder gives in
/// a cycle; 0: it can't decode them.
uint32_t decodeRate(WeightEncoding encoding, const Machine &machine);

/// What a resolved `decode` that does something decodes. Products saturate.
struct WeightUnits {
  explicit WeightUnits(const Decode &resolved);

  /// Bytes of a row as it is decoded, and rows in all.
  uint64_t rowBytes, rows;
  uint64_t unitRows;
  /// Units that the rows take: numbers first to first + count - 1.
  uint64_t first, count;

  uint64_t rowsOf(uint64_t unit) const {
    return std::min(unitRows, rows - (unit - first) * unitRows);
  }
};

/// Offset `number` of the index in a header; `number` is at most the number of
/// units.
uint32_t readIndex(llvm::ArrayRef<uint8_t> header, const Decode &inst,
                   uint64_t number);

} // namespace lacuna

#endif // LACUNA_PROGRAM_WEIGHTUNITS_H
