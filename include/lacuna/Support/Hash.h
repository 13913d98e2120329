// A stable hash of contents: the same on every host and in every version,
// since programs store it.
#ifndef LACUNA_SUPPORT_HASH_H
#define LACUNA_SUPPORT_HASH_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>

namespace lacuna {

/// XXH3, 64 bits, of the bytes of `contents`. It finds accidents, not
/// forgeries.
uint64_t hashContents(llvm::StringRef contents);

/// A hash as 16 lower-case hexadecimal digits.
std::string hashToHex(uint64_t hash);

} // namespace lacuna

#endif // LACUNA_SUPPORT_HASH_H
