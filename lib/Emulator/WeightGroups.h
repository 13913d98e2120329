// The claim that an instruction makes of its weights, held against them.
#ifndef LACUNA_LIB_EMULATOR_WEIGHTGROUPS_H
#define LACUNA_LIB_EMULATOR_WEIGHTGROUPS_H

#include "lacuna/Emulator/Memory.h"
#include "lacuna/Program/Instructions.h"

#include "llvm/Support/Error.h"

namespace lacuna {

/// Checks that no group of weights has more than `nonzeros` that differ from
/// their zero point. The error names the first one that has. Takes a step for
/// each weight, where each of them is multiplied once for each pixel.
llvm::Error checkGroups(const Conv &inst, Memory &memory);
llvm::Error checkGroups(const Conv3D &inst, Memory &memory);

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_WEIGHTGROUPS_H
