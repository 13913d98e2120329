// The instructions of VECTOR where they compute in floats: parts of those in
// Engines.h, which hand over to them.
#ifndef LACUNA_LIB_EMULATOR_FLOATENGINES_H
#define LACUNA_LIB_EMULATOR_FLOATENGINES_H

#include "lacuna/Emulator/Memory.h"
#include "lacuna/Program/Instructions.h"

#include "llvm/Support/Error.h"

namespace lacuna {

/// Whether floats are computed with; not where their bits are moved.
bool computesInFloats(const Map &inst);
bool computesInFloats(const Pool &inst);

/// Of instructions that do, and keep the rules for floats.
llvm::Error executeFloats(const Rescale &inst, Memory &memory);
llvm::Error executeFloats(const Map &inst, Memory &memory);
llvm::Error executeFloats(const Pool &inst, Memory &memory);
llvm::Error executeFloats(const Reduce &inst, Memory &memory);

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_FLOATENGINES_H
