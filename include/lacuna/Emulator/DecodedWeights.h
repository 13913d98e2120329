// Weights that a `decode` gave, kept for the next sample, whose decodes are the
// same. Whether they are is seen by comparing the bytes that they are made of,
// so no result depends on what was kept.
#ifndef LACUNA_EMULATOR_DECODEDWEIGHTS_H
#define LACUNA_EMULATOR_DECODEDWEIGHTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <map>
#include <vector>

namespace lacuna {

class DecodedWeights {
public:
  /// What `decode` makes of `sources`, which must depend on them and on `how`
  /// alone. Valid until the next call. Errors: those of `decode`.
  llvm::Expected<llvm::ArrayRef<uint8_t>>
  get(std::vector<uint64_t> how,
      llvm::ArrayRef<llvm::ArrayRef<uint8_t>> sources,
      llvm::function_ref<llvm::Error(std::vector<uint8_t> &)> decode);

private:
  struct Entry {
    std::vector<std::vector<uint8_t>> sources;
    std::vector<uint8_t> decoded;
    bool isMadeOf(llvm::ArrayRef<llvm::ArrayRef<uint8_t>> bytes) const;
    size_t size() const;
  };
  std::map<std::vector<uint64_t>, Entry> entries;
  /// Bytes that the entries hold; beyond some, all are dropped.
  size_t held = 0;
};

} // namespace lacuna

#endif // LACUNA_EMULATOR_DECODEDWEIGHTS_H
