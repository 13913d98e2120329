// The checks that stand between a resolved instruction and the engines, which
// have none of their own.
#ifndef LACUNA_LIB_EMULATOR_LIMITS_H
#define LACUNA_LIB_EMULATOR_LIMITS_H

#include "lacuna/Emulator/Memory.h"
#include "lacuna/Program/AccessPattern.h"

namespace lacuna {

/// Elements that `resolved` works on: the product of its extents, or the bytes
/// it moves. Saturates.
uint64_t getWork(const Instruction &resolved);

/// Checks coordinates and types. Errors: a coordinate of 2^30 or more, beyond
/// which windows could overflow; a type that the engines don't compute.
llvm::Error checkExtents(const Instruction &resolved);

/// Checks that every on-chip access of `patterns` stays in its memory; gives
/// the end of the highest byte touched in the scratchpad.
llvm::Expected<uint64_t> checkOnChip(llvm::ArrayRef<AccessPattern> patterns,
                                     const Memory &memory);

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_LIMITS_H
