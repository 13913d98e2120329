// Which instructions made a byte: from a wrong element back to whoever wrote
// it.
#ifndef LACUNA_EMULATOR_PROVENANCE_H
#define LACUNA_EMULATOR_PROVENANCE_H

#include "lacuna/Emulator/Timeline.h"

#include "llvm/ADT/ArrayRef.h"

#include <optional>

namespace lacuna {

struct ProgramText;

/// How an off-chip byte came to be.
struct Provenance {
  /// The STORE that wrote it last; a scatter, of which only data know the rows,
  /// is taken to have written it.
  Occurrence store;
  /// The instruction that had last written the byte of the scratchpad which
  /// that STORE copied; none for a scatter.
  std::optional<Occurrence> maker;
};

/// The provenance of the byte at `address` after a run that started the
/// instructions of `text` in `order`; none if no STORE wrote it.
std::optional<Provenance> findProvenance(const ProgramText &text,
                                         llvm::ArrayRef<Occurrence> order,
                                         uint64_t address);

} // namespace lacuna

#endif // LACUNA_EMULATOR_PROVENANCE_H
