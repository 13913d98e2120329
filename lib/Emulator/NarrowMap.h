// map where every number on the way has 32 bits: sums of scaled activations,
// which are most of what networks ask of it.
#ifndef LACUNA_LIB_EMULATOR_NARROWMAP_H
#define LACUNA_LIB_EMULATOR_NARROWMAP_H

#include "lacuna/Emulator/Memory.h"
#include "lacuna/Program/Instructions.h"

namespace lacuna {

/// Whether executeNarrow computes what `inst` says.
bool isNarrow(const Map &inst);

/// Executes `inst` (resolved, no empty extent), which isNarrow.
void executeNarrow(const Map &inst, Memory &memory);

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_NARROWMAP_H
