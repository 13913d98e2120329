// The geometry of `compress` and `expand`: blocks of activations, their slots
// off-chip and their entries in a table of lengths (docs/formats.md).
#ifndef LACUNA_PROGRAM_ACTIVATIONBLOCKS_H
#define LACUNA_PROGRAM_ACTIVATIONBLOCKS_H

#include "lacuna/Program/AccessDescription.h"

#include <type_traits>

namespace lacuna {

/// An entry of the table: the length of a payload, little-endian; 0 where no
/// block was ever stored.
constexpr uint64_t kBlockEntryBytes = 2;

template <typename Inst>
constexpr bool kMovesBlocks =
    std::is_same_v<Inst, Compress> || std::is_same_v<Inst, Expand>;
/// Whether what `instruction` moves off-chip depends on data.
bool movesBlocks(const Instruction &instruction);

/// Whether `zero` is an element of `type`, one of 8 or 16 bits on-chip; of
/// floats, zero has no bit set.
bool isBlockElement(ElementType type, int64_t zero);

/// Bytes of a block of `bytes` that holds zeros alone: its bitmap.
uint64_t leastBlockBytes(uint64_t bytes, ElementType type);

/// Where a block lies: off-chip its slot and its entry, and its position in the
/// ring on-chip.
struct BlockPlace {
  uint64_t slot;
  uint64_t entry;
  int64_t position;
};

/// Calls `visit(place)` for each block of a resolved `compress` or `expand`
/// until that returns false, in row-major order of the coordinates. Addresses
/// wrap at 2^64.
template <typename Inst, typename Visit>
void forEachBlock(const Inst &inst, Visit &&visit) {
  size_t rank = inst.dims.size();
  llvm::SmallVector<uint64_t, 6> at(rank, 0);
  auto sum = [&](const Strides &strides) {
    uint64_t total = 0;
    for (size_t dim = 0; dim != rank; ++dim)
      total +=
          (static_cast<uint64_t>(inst.dims[dim].start.constant) + at[dim]) *
          static_cast<uint64_t>(strides[dim]);
    return total;
  };
  while (true) {
    BlockPlace place;
    place.slot = static_cast<uint64_t>(inst.dram.address.constant) +
                 sum(inst.dramStrides);
    place.entry = static_cast<uint64_t>(inst.table.address.constant) +
                  kBlockEntryBytes * sum(inst.tableStrides);
    place.position = static_cast<int64_t>(sum(inst.padStrides));
    if (!visit(place))
      return;
    size_t dim = rank;
    while (dim != 0 && ++at[dim - 1] == inst.dims[dim - 1].size)
      at[--dim] = 0;
    if (dim == 0)
      return;
  }
}

} // namespace lacuna

#endif // LACUNA_PROGRAM_ACTIVATIONBLOCKS_H
