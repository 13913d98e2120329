// The stable content hash.
#include "lacuna/Support/Hash.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

uint64_t lacuna::hashContents(llvm::StringRef contents) {
  return llvm::xxh3_64bits(contents);
}

std::string lacuna::hashToHex(uint64_t hash) {
  return llvm::utohexstr(hash, /*LowerCase=*/true, /*Width=*/16);
}
