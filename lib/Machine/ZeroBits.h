// Which elements of an operand in the scratchpad differ from their zero point,
// as bits. Private to the cost functions.
#ifndef LACUNA_LIB_MACHINE_ZEROBITS_H
#define LACUNA_LIB_MACHINE_ZEROBITS_H

#include "lacuna/Program/Operands.h"
#include "lacuna/Support/ElementType.h"

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace lacuna {

/// A row of bits, the first in the low end of the first word.
using BitRow = std::vector<uint64_t>;
inline size_t wordsFor(uint64_t bits) { return (bits + 63) / 64; }
/// Sets bits begin .. begin + count - 1.
void setBits(llvm::MutableArrayRef<uint64_t> row, uint64_t begin,
             uint64_t count);
/// row |= the first `count` bits of `from`, moved up by `begin`. Bits of `from`
/// after those are 0.
void orBits(llvm::MutableArrayRef<uint64_t> row, uint64_t begin,
            llvm::ArrayRef<uint64_t> from, uint64_t count);

/// The elements of an operand; those that lie outside `memory` count as
/// nonzero, an instruction that has some being refused elsewhere.
class ZeroBits {
public:
  /// `packed`: i4 elements lie two to a byte.
  ZeroBits(llvm::ArrayRef<uint8_t> memory, const Ring &ring, ElementType type,
           bool packed, int64_t zeroPoint)
      : memory(memory), ring(ring), zeroPoint(zeroPoint),
        bits(getInfo(type).bits), floating(isFloat(type)),
        packed(packed && type == ElementType::I4),
        bytes(this->packed ? 1 : (getInfo(type).storageBits + 7) / 8) {}

  /// Sets bit begin + i of `row` where the element at position + i * stride is
  /// not zero, for i < count.
  void read(int64_t position, int64_t stride, uint64_t count,
            llvm::MutableArrayRef<uint64_t> row, uint64_t begin) const;

private:
  bool isNonzero(int64_t position) const;
  /// The index in `memory` of byte `position` of the ring.
  uint64_t indexOf(int64_t position) const;

  llvm::ArrayRef<uint8_t> memory;
  Ring ring;
  int64_t zeroPoint;
  unsigned bits;
  bool floating;
  bool packed;
  unsigned bytes;
};

} // namespace lacuna

#endif // LACUNA_LIB_MACHINE_ZEROBITS_H
