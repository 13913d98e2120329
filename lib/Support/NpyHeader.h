// What the header of a .npy file says: the part that is parsed.
#ifndef LACUNA_LIB_SUPPORT_NPYHEADER_H
#define LACUNA_LIB_SUPPORT_NPYHEADER_H

#include "lacuna/Support/Npy.h"

namespace lacuna {

/// What numpy.save begins every file with.
constexpr llvm::StringRef npyMagic("\x93NUMPY", 6);
/// Bytes of the longest dictionary that is read, and of what may precede it.
constexpr uint64_t maxNpyDictionaryBytes = uint64_t(64) << 10;
constexpr uint64_t maxNpyHeaderBytes = maxNpyDictionaryBytes + 12;

struct NpyHeader {
  NpyType type = NpyType::I8;
  std::vector<int64_t> shape;
  bool isFortran = false;
  /// Where the elements lie in the file: up to its end.
  uint64_t begin = 0, bytes = 0;
};

/// Whether elements of `type` are numbers of several bytes.
inline bool hasByteOrder(NpyType type) {
  return getByteSize(type) != 1 && type != NpyType::V2;
}

/// Reads the header of the file `name` of `fileBytes` bytes, which begins with
/// `start`: all of it, or its first maxNpyHeaderBytes. Errors: those of viewNpy
/// but for bools.
llvm::Expected<NpyHeader>
parseNpyHeader(llvm::StringRef start, uint64_t fileBytes, llvm::StringRef name);

/// An error if one of the bools `data`, which lie at `offset` in file `name`,
/// is neither 0 nor 1.
llvm::Error checkBools(llvm::ArrayRef<uint8_t> data, uint64_t offset,
                       llvm::StringRef name);

} // namespace lacuna

#endif // LACUNA_LIB_SUPPORT_NPYHEADER_H
