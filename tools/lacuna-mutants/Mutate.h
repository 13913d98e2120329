// Damaged copies of files, each made again from a seed and a number.
#ifndef LACUNA_TOOLS_MUTANTS_MUTATE_H
#define LACUNA_TOOLS_MUTANTS_MUTATE_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>

namespace lacuna::mutants {

/// Mutant `number` of `original` under `seed`: cut off, with bits flipped, with
/// tokens or bytes deleted, repeated, moved in from elsewhere in the file, or
/// numbers driven to extremes, one by one or wherever they stand; one to three
/// such changes. `isText` says whether changes go by tokens and lines or by
/// bytes and little-endian integers. The same arguments give the same mutant.
std::string mutate(llvm::StringRef original, bool isText, uint64_t seed,
                   uint64_t number);

} // namespace lacuna::mutants

#endif // LACUNA_TOOLS_MUTANTS_MUTATE_H
