// Whose bytes a transfer moves: tensors are found by their addresses.
#ifndef LACUNA_LIB_EMULATOR_ATTRIBUTION_H
#define LACUNA_LIB_EMULATOR_ATTRIBUTION_H

#include "lacuna/Machine/Counters.h"
#include "lacuna/Program/AccessPattern.h"
#include "lacuna/Program/Program.h"

#include <vector>

namespace lacuna {

/// Finds the tensors that lie at off-chip addresses. Where tensors share bytes,
/// the first that holds all of a transfer counts, else the first by address.
class Attribution {
public:
  explicit Attribution(const Program &program);

  /// Counts what the transfer `resolved` moves; `patterns` are its accesses.
  void add(const Instruction &resolved, llvm::ArrayRef<AccessPattern> patterns,
           const Cost &cost, Counters &counters);

private:
  struct Place {
    uint64_t begin;
    uint64_t end;
    uint32_t tensor;
  };
  void addRange(uint64_t begin, uint64_t end, bool written,
                Counters &counters) const;
  void addTo(const Place &place, bool written, MovedBytes bytes,
             Counters &counters) const;
  DramUse useOfRegion(uint64_t address) const;

  const Program &program;
  /// By address.
  std::vector<Place> places;
  size_t lastFound = 0;
};

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_ATTRIBUTION_H
