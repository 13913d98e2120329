// Tensor files in NumPy's .npy format (version 1.0, 2.0 and 3.0 of the format,
// as described in numpy/lib/format.py).
#ifndef LACUNA_SUPPORT_NPY_H
#define LACUNA_SUPPORT_NPY_H

#include "lacuna/Support/ElementType.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lacuna {

/// NumPy's scalar types that a tensor file may hold.
enum class NpyType : uint8_t {
  Bool,
  I8,
  I16,
  I32,
  I64,
  U8,
  U16,
  U32,
  U64,
  F16,
  F32,
  F64,
  /// One or two bytes of which NumPy knows no meaning: how it stores the types
  /// of the ml_dtypes package.
  V1,
  V2,
};

/// As in a header, without the byte order: "b1", "i4", "f8".
llvm::StringRef getDescriptor(NpyType type);
unsigned getByteSize(NpyType type);

/// The .npy type that tensors of `type` are written as: i1 as bool, i4 as int8,
/// i48 as int64, fp8 as V1 and bf16 as V2 (their bit patterns), the others as
/// themselves.
NpyType getNpyType(ElementType type);

/// True if an array of `stored` serves where `wanted` is: for V1 and V2,
/// unsigned integers of the same size do too.
bool canReadAs(NpyType stored, NpyType wanted);

/// Ranks that NumPy itself can hold.
constexpr size_t maxNpyRank = 64;

/// A tensor in memory: little-endian elements in C order (last axis fastest).
struct NpyArray {
  NpyType type = NpyType::I8;
  std::vector<int64_t> shape;
  std::vector<uint8_t> data;

  /// Product of the shape, 1 for a scalar; only valid for arrays that
  /// parseNpy returned or whose data has been filled.
  uint64_t getElementCount() const { return data.size() / getByteSize(type); }
};

/// A tensor that lies in the contents of a .npy file.
struct NpyView {
  NpyType type = NpyType::I8;
  std::vector<int64_t> shape;
  /// Little-endian elements, the first axis fastest if isFortran, else the
  /// last.
  llvm::ArrayRef<uint8_t> data;
  bool isFortran = false;
};

/// Bytes of a tensor of this shape, none if that overflows (whatever extents
/// of 0 there are besides). Extents must not be negative.
std::optional<uint64_t> getNpyBytes(llvm::ArrayRef<int64_t> shape,
                                    NpyType type);

/// Finds the tensor in the contents of the .npy file `name`. Errors, each at
/// its byte: not this format; big-endian, structured or other types; a header
/// that is damaged or larger than 64 KiB; a shape whose size overflows; a
/// payload shorter or longer than the shape says; a bool that is neither 0 nor
/// 1.
llvm::Expected<NpyView> viewNpy(llvm::StringRef contents, llvm::StringRef name);

/// A copy of the tensor that viewNpy finds, with its errors; Fortran order is
/// converted to C order.
llvm::Expected<NpyArray> parseNpy(llvm::StringRef contents,
                                  llvm::StringRef name);

/// Reads the .npy file at `path`, of at most maxBinaryBytes.
llvm::Expected<NpyArray> readNpy(llvm::StringRef path);

/// The bytes that numpy.save writes before the elements of such a tensor
/// (NumPy 1.23 or later, which leave room in the header for the first dimension
/// to grow).
std::string encodeNpyHeader(NpyType type, llvm::ArrayRef<int64_t> shape);
/// The bytes of the whole file.
std::string encodeNpy(const NpyArray &array);

/// Writes `array` whole or not at all; refuses to overwrite one of `inputs`.
llvm::Error writeNpy(llvm::StringRef path, const NpyArray &array,
                     llvm::ArrayRef<std::string> inputs = {});

} // namespace lacuna

#endif // LACUNA_SUPPORT_NPY_H
