// Bank conflicts, as docs/machine.md defines them under "Banks": how the words
// of an operand fall on the banks of the scratchpad. Private to the cost
// functions.
#ifndef LACUNA_LIB_MACHINE_BANKS_H
#define LACUNA_LIB_MACHINE_BANKS_H

#include "lacuna/Machine/Machine.h"
#include "lacuna/Program/Operands.h"

#include "llvm/Support/MathExtras.h"

namespace lacuna {

/// An operand in the scratchpad as an engine walks over it: elements in the
/// order of its extents, the last one fastest. Addresses wrap at 2^64: an
/// instruction that reaches so far has been refused, or has no addresses yet.
class BankedOperand {
public:
  /// Read or written `accesses` times for each vector of results.
  BankedOperand(const Machine &machine, const Ring &ring, ElementType type,
                uint64_t accesses = 1);

  /// Adds an extent inside those added before: `count` coordinates from `first`
  /// on, every `step`th of those that lie `stride` elements apart.
  BankedOperand &along(int64_t first, uint64_t count, int64_t stride,
                       uint64_t step = 1);

  /// Takes note of the elements numbered `first` .. `first + count - 1`.
  void touch(uint64_t first, uint64_t count);
  /// The most words of one bank among the elements touched since the last
  /// call; a word that several of them share counts once.
  uint64_t takeFullest();

  /// Whether no `count` elements in a row have two words in one bank.
  bool isSpread(uint64_t count) const;
  uint64_t getAccesses() const { return accesses; }

private:
  struct Extent {
    uint64_t count;
    uint64_t stride; // in bytes, modulo 2^64
  };
  uint64_t addressOf(uint64_t position) const;
  void touchRun(uint64_t position, uint64_t count, uint64_t stride);
  void touchBytes(uint64_t address, uint64_t bytes);

  const Machine::Scratchpad &scratchpad;
  /// A copy: callers make rings for the purpose.
  Ring ring;
  uint64_t elementBytes;
  uint64_t accesses;
  uint64_t start;
  llvm::SmallVector<Extent, 4> extents;
  llvm::SmallVector<uint64_t, 64> words;
  llvm::SmallVector<uint32_t, 32> wordsOfBank;
};

/// The sum of cyclesOf(0), cyclesOf(1), ..., cyclesOf(count - 1), where the
/// first 64 of them stand for the rest; saturates.
template <typename Function>
uint64_t addUpCycles(uint64_t count, Function cyclesOf) {
  using namespace llvm;
  uint64_t seen = std::min<uint64_t>(count, 64), sum = 0;
  for (uint64_t i = 0; i != seen; ++i)
    sum = SaturatingAdd(sum, cyclesOf(i));
  if (count == seen)
    return sum;
  return SaturatingAdd(SaturatingMultiply(sum, count / seen),
                       divideCeil(SaturatingMultiply(sum, count % seen), seen));
}

/// Cycles of `elements` results, `lanes` of them at a time, each such vector in
/// `steps` cycles, or as many as its accesses to one of `operands` take.
uint64_t getVectorCycles(uint64_t elements, uint64_t lanes, uint64_t steps,
                         llvm::MutableArrayRef<BankedOperand> operands);

} // namespace lacuna

#endif // LACUNA_LIB_MACHINE_BANKS_H
