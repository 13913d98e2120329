// The bytes that a run works on: the regions of the program's off-chip memory,
// a scratchpad and accumulators.
#ifndef LACUNA_EMULATOR_MEMORY_H
#define LACUNA_EMULATOR_MEMORY_H

#include "lacuna/Emulator/DecodedWeights.h"
#include "lacuna/Emulator/PackedWeights.h"
#include "lacuna/Machine/Machine.h"
#include "lacuna/Program/Operands.h"
#include "lacuna/Program/Program.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <tuple>
#include <vector>

namespace lacuna {

class Memory {
public:
  /// Memory for runs of `program`, which outlives it. Error: the host lacks the
  /// memory.
  static llvm::Expected<Memory> create(const Program &program,
                                       const Machine &machine);

  /// Before each run: all that instructions or inputs may write becomes zero.
  void clear();

  uint8_t *scratchpad() { return scratchpadBytes.get(); }
  uint8_t *accumulators() { return accumulatorBytes.get(); }
  uint8_t *onChip(OnChipMemory memory) {
    return memory == OnChipMemory::Scratchpad ? scratchpad() : accumulators();
  }
  uint64_t sizeOf(OnChipMemory memory) const {
    return memory == OnChipMemory::Scratchpad ? scratchpadSize
                                              : accumulatorSize;
  }

  /// The `size` bytes at `address` off-chip if they lie in one region, else
  /// null.
  const uint8_t *read(uint64_t address, uint64_t size) {
    const Block *block = find(address, size);
    return block ? block->contents + (address - block->address) : nullptr;
  }
  /// The same, if instructions may write there.
  uint8_t *write(uint64_t address, uint64_t size) {
    const Block *block = find(address, size);
    return block && block->writable
               ? block->own.get() + (address - block->address)
               : nullptr;
  }
  /// What MATRIX keeps of weights in the scratchpad; In: int16_t, int64_t or
  /// float.
  template <typename In> PackedWeights<In> &packedWeights() {
    return std::get<PackedWeights<In>>(weights);
  }
  /// What LOAD keeps of weights that it has decoded.
  DecodedWeights &decodedWeights() { return decoded; }

  /// The bytes of an input or output, for whoever runs the program.
  llvm::MutableArrayRef<uint8_t> tensor(const TensorInfo &tensor);

private:
  struct Free {
    void operator()(uint8_t *bytes) const { std::free(bytes); }
  };
  using Bytes = std::unique_ptr<uint8_t, Free>;
  /// A region: `own` bytes of this run, or the program's.
  struct Block {
    uint64_t address;
    uint64_t size;
    bool writable;
    Bytes own;
    const uint8_t *contents;
  };

  Memory() = default;
  static llvm::Expected<Bytes> allocate(uint64_t size, llvm::StringRef what);
  const Block *find(uint64_t address, uint64_t size);

  std::vector<Block> blocks;
  /// Whether a run may have written anything: fresh memory is zero, and pages
  /// that no run touches are never taken from the host.
  bool used = false;
  /// Transfers most often stay in one region.
  size_t lastFound = 0;
  Bytes scratchpadBytes, accumulatorBytes;
  uint64_t scratchpadSize = 0, accumulatorSize = 0;
  std::tuple<PackedWeights<int16_t>, PackedWeights<int64_t>,
             PackedWeights<float>>
      weights;
  DecodedWeights decoded;
};

} // namespace lacuna

#endif // LACUNA_EMULATOR_MEMORY_H
