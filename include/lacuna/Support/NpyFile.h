// A tensor file of which parts are read as they are asked for: samples one by
// one, whatever their number.
#ifndef LACUNA_SUPPORT_NPYFILE_H
#define LACUNA_SUPPORT_NPYFILE_H

#include "lacuna/Support/InputFile.h"
#include "lacuna/Support/Npy.h"

#include <variant>

namespace lacuna {

class NpyFile {
public:
  /// Opens the .npy file at `path` and holds its header against its size.
  /// Errors: those of readNpy, but bools are looked at as they are read. What
  /// is no regular file, or in Fortran order, where samples don't lie one after
  /// the other, is read whole, up to maxBinaryBytes.
  static llvm::Expected<NpyFile> open(llvm::StringRef path);

  /// An array in memory, as if it had been read.
  explicit NpyFile(NpyArray array);

  NpyType getType() const { return type; }
  llvm::ArrayRef<int64_t> getShape() const { return shape; }
  /// The path, as errors have it.
  llvm::StringRef getName() const { return name; }

  /// The elements first, first + 1, ... of the tensor in C order, as many as
  /// `shape` has. All must lie in the tensor. Any number of threads may read.
  /// Errors, at the byte: the file has become shorter, or can't be read; a bool
  /// that is neither 0 nor 1.
  llvm::Expected<NpyArray> read(uint64_t first,
                                llvm::ArrayRef<int64_t> shape) const;

private:
  NpyFile() = default;

  NpyType type = NpyType::I8;
  std::vector<int64_t> shape;
  std::string name;
  /// Where the elements lie, or they themselves.
  std::variant<std::vector<uint8_t>, InputPieces> source;
  uint64_t begin = 0;
};

} // namespace lacuna

#endif // LACUNA_SUPPORT_NPYFILE_H
