// Which instructions made a byte: from a wrong element back to whoever wrote
// it.
#ifndef LACUNA_EMULATOR_PROVENANCE_H
#define LACUNA_EMULATOR_PROVENANCE_H

#include "lacuna/Emulator/Timeline.h"
#include "lacuna/Program/AccessDescription.h"

#include "llvm/ADT/ArrayRef.h"

#include <optional>

namespace lacuna {

struct ProgramText;

/// How a byte came to be.
struct Provenance {
  /// The STORE that wrote it last; a scatter, of which only data know the rows,
  /// is taken to have written it. None for a byte of the scratchpad.
  std::optional<Occurrence> store;
  /// The instruction that had last written the byte of the scratchpad, or that
  /// which the STORE copied; none for a scatter.
  std::optional<Occurrence> maker;
};

/// The provenance of the byte at `address` of `memory` (off-chip or the
/// scratchpad) after a run that started the instructions of `text` in `order`;
/// none if none of them wrote it.
std::optional<Provenance> findProvenance(const ProgramText &text,
                                         llvm::ArrayRef<Occurrence> order,
                                         uint64_t address,
                                         MemoryKind memory = MemoryKind::Dram);

} // namespace lacuna

#endif // LACUNA_EMULATOR_PROVENANCE_H
