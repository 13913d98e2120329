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
llvm::Error execute(const Load &, Memory &);
llvm::Error execute(const Store &, Memory &);
llvm::Error execute(const Gather &, Memory &);
llvm::Error execute(const Scatter &, Memory &);
llvm::Error execute(const Fill &, Memory &);
llvm::Error execute(const Conv &, Memory &);
llvm::Error execute(const Depthwise &, Memory &);
llvm::Error execute(const Conv3D &, Memory &);
llvm::Error execute(const Rescale &, Memory &);
llvm::Error execute(const Map &, Memory &);
llvm::Error execute(const Pool &, Memory &);
llvm::Error execute(const Reduce &, Memory &);

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_ENGINES_H
