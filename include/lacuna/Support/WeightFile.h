// Weights in a file of their own: tensors by name, as frameworks save them.
#ifndef LACUNA_SUPPORT_WEIGHTFILE_H
#define LACUNA_SUPPORT_WEIGHTFILE_H

#include "lacuna/Support/Npy.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

namespace lacuna {

/// A safetensors or uncompressed .npz file (told apart by its first bytes).
/// The tensors are views into the file's one copy in memory.
///
/// safetensors: 8 bytes of length, little-endian; that many bytes of JSON, an
/// object from names to {"dtype", "shape", "data_offsets": [begin, end]};
/// then the data, which the tensors must cover without gap or overlap (format
/// of the safetensors project, version 0.4). npz: a ZIP archive of .npy files
/// (numpy/lib/format.py); members must be stored, not deflated.
class WeightFile {
public:
  /// Reads the file at `path`, of at most maxBinaryBytes, as parse() does.
  static llvm::Expected<WeightFile> read(llvm::StringRef path);

  /// Finds the tensors in `file`, whose name errors give. Errors, each at its
  /// byte: neither format; offsets, lengths or shapes that disagree with each
  /// other or with the file; a name that comes twice; a type that .npy hasn't
  /// but the 8- and 16-bit floats; a compressed member.
  static llvm::Expected<WeightFile>
  parse(std::unique_ptr<llvm::MemoryBuffer> file);

  struct Tensor {
    /// fp8 counts as u8 and bf16 as u16: their bit patterns.
    NpyType type;
    std::vector<int64_t> shape;
    /// Little-endian elements in C order.
    llvm::ArrayRef<uint8_t> data;
  };
  /// The tensor called `name`, or null.
  const Tensor *find(llvm::StringRef name) const;
  /// All of them, in no order.
  const llvm::StringMap<Tensor> &getTensors() const { return tensors; }
  /// The names of all tensors, in alphabetical order.
  std::vector<llvm::StringRef> getNames() const;
  /// The value of `key` in the `__metadata__` of a safetensors file, or "".
  llvm::StringRef getMetadata(llvm::StringRef key) const;

private:
  llvm::Error parseSafetensors(llvm::StringRef path);
  llvm::Error parseNpz(llvm::StringRef path);

  std::unique_ptr<llvm::MemoryBuffer> file;
  llvm::StringMap<Tensor> tensors;
  llvm::StringMap<std::string> metadata;
};

/// A tensor to be written.
struct NamedTensor {
  std::string name;
  NpyType type;
  std::vector<int64_t> shape;
  /// Little-endian elements in C order.
  llvm::ArrayRef<uint8_t> data;
};

/// Writes a safetensors file, tensors in the order given. Bytes of names that
/// are not UTF-8 are written as toPrintable shows them.
void writeSafetensors(
    llvm::raw_ostream &os, llvm::ArrayRef<NamedTensor> tensors,
    llvm::ArrayRef<std::pair<std::string, std::string>> metadata = {});

} // namespace lacuna

#endif // LACUNA_SUPPORT_WEIGHTFILE_H
