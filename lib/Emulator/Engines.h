// One function for each instruction of LOAD, MATRIX, VECTOR and STORE, each in
// a file of its own. They compute and nothing else: bounds have been checked
// (Bounds.h), counting is Cost.h's, time is Timeline.h's. Instructions are
// resolved and have no empty extent.
#ifndef LACUNA_LIB_EMULATOR_ENGINES_H
#define LACUNA_LIB_EMULATOR_ENGINES_H

#include "lacuna/Emulator/Memory.h"
#include "lacuna/Program/Instructions.h"

#include "llvm/Support/Error.h"

namespace lacuna {

/// Errors: those that depend on data, such as a division by zero. They have no
/// location; the caller knows the instruction.
#include "lacuna/Emulator/Engines.h.inc"

/// The pools that weigh two taps a dimension.
llvm::Error interpolate(const Pool &, Memory &);

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_ENGINES_H
