// Weights in the order in which MATRIX's products read them, kept from one
// instruction to the next: the steps of a loop most often multiply by the same
// weights. Whether they are the same is seen by comparing their bytes, so no
// result depends on what was kept.
#ifndef LACUNA_EMULATOR_PACKEDWEIGHTS_H
#define LACUNA_EMULATOR_PACKEDWEIGHTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <array>
#include <cstdint>
#include <vector>

namespace lacuna {

/// In: the type of a packed weight.
template <typename In> class PackedWeights {
public:
  /// What `pack` makes of `bytes`, which must depend on them and on `how`
  /// alone. Valid until the next call.
  const std::vector<In> &get(llvm::ArrayRef<int64_t> how,
                             llvm::ArrayRef<uint8_t> bytes,
                             llvm::function_ref<void(std::vector<In> &)> pack) {
    for (const Entry &entry : entries)
      if (llvm::ArrayRef<int64_t>(entry.how) == how &&
          llvm::ArrayRef<uint8_t>(entry.bytes) == bytes)
        return entry.packed;
    Entry &entry = entries[oldest];
    oldest = (oldest + 1) % entries.size();
    entry.how.assign(how.begin(), how.end());
    entry.bytes.assign(bytes.begin(), bytes.end());
    pack(entry.packed);
    return entry.packed;
  }

private:
  struct Entry {
    llvm::SmallVector<int64_t, 16> how;
    std::vector<uint8_t> bytes;
    std::vector<In> packed;
  };
  std::array<Entry, 4> entries;
  size_t oldest = 0;
};

} // namespace lacuna

#endif // LACUNA_EMULATOR_PACKEDWEIGHTS_H
