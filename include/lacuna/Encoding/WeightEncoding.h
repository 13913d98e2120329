// Weights as they lie off-chip: lossless encodings that the machine decodes on
// the way to the scratchpad. docs/formats.md defines every format, bit by bit.
//
// A tensor is cut into units, each of which can be decoded alone. Encoded, it
// is three byte strings: an index (where each unit's stream begins), a table
// (what all units share) and the streams.
#ifndef LACUNA_ENCODING_WEIGHTENCODING_H
#define LACUNA_ENCODING_WEIGHTENCODING_H

#include "lacuna/Program/Instructions.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace lacuna {

/// How a tensor's elements lie, and what the encoding needs to know of them.
struct StreamFormat {
  WeightEncoding kind = WeightEncoding::Bitmap;
  /// 4 (two to a byte, the element of lower index in the low half), 8, or 16
  /// (little-endian).
  unsigned elementBits = 8;
  /// The element that counts as zero: the weights' zero point, signed or not.
  int64_t zero = 0;
  /// NM alone: at most `nonzeros` of every `group` elements are not zero.
  unsigned nonzeros = 0;
  unsigned group = 0;
  /// NM alone: elements of one output channel's row. Rows follow one another
  /// from the beginning of each unit, and groups run along each; the last
  /// group of a row may be short. 0: a unit is one row.
  uint64_t rowElements = 0;
};

/// Largest group of N:M.
constexpr unsigned maxSparseGroup = 256;
/// Most bytes of a tensor's streams; the tensor itself has half at most.
constexpr uint64_t maxEncodedBytes = (uint64_t(1) << 32) - 1;

struct EncodedTensor {
  /// For each unit, and once more for the end, an offset into `stream`: 32
  /// bits, little-endian.
  std::vector<uint8_t> index;
  /// What all units share; empty for NM and Bitmap.
  std::vector<uint8_t> table;
  std::vector<uint8_t> stream;

  uint64_t getStoredBytes() const {
    return index.size() + table.size() + stream.size();
  }
};

/// Errors: a format that contradicts itself (see StreamFormat).
llvm::Error checkFormat(const StreamFormat &format);

/// Encodes a tensor cut into these units, each of whole elements. Errors: the
/// format contradicts itself; a unit is cut inside an element; the tensor or
/// its streams are too large; NM: a group has too many non-zeros;
/// Palette: there are more than 16 values.
llvm::Expected<EncodedTensor>
encodeWeights(const StreamFormat &format,
              llvm::ArrayRef<llvm::ArrayRef<uint8_t>> units);

/// Exactly what encodeWeights would store: index, table and streams. Errors:
/// as encodeWeights. Entropy takes as long as encoding, the others less.
llvm::Expected<uint64_t>
getStoredBytes(const StreamFormat &format,
               llvm::ArrayRef<llvm::ArrayRef<uint8_t>> units);

/// Checks the index of a tensor of `units` units whose streams take
/// `streamBytes`: it has units + 1 entries, begins at 0, never descends and
/// ends at the end of the streams.
llvm::Error checkIndex(llvm::ArrayRef<uint8_t> index, uint64_t units,
                       uint64_t streamBytes);

/// The stream of `unit`, which the index locates in `stream`. Errors: the
/// index is too short for that unit, or its two offsets descend or leave the
/// streams.
llvm::Expected<llvm::ArrayRef<uint8_t>>
getUnitStream(llvm::ArrayRef<uint8_t> index, llvm::ArrayRef<uint8_t> stream,
              uint64_t unit);

class FormatDecoder;

/// Decodes units of one tensor. Whatever the bytes, it ends in time
/// proportional to the stream and the unit, never touches memory outside them,
/// and either fills the unit or returns an error.
class UnitDecoder {
public:
  /// Errors: checkFormat's, and a table that is damaged.
  static llvm::Expected<UnitDecoder> create(const StreamFormat &format,
                                            llvm::ArrayRef<uint8_t> table);

  /// Fills `raw` with the unit that `unitStream` holds. Errors, each located
  /// at a byte or bit of the stream: it is too short or too long for the unit,
  /// contradicts itself, or sets padding bits. `raw` is then unspecified.
  llvm::Error decode(llvm::ArrayRef<uint8_t> unitStream,
                     llvm::MutableArrayRef<uint8_t> raw) const;

private:
  UnitDecoder(std::shared_ptr<const FormatDecoder> decoder,
              unsigned elementBits)
      : decoder(std::move(decoder)), elementBits(elementBits) {}

  std::shared_ptr<const FormatDecoder> decoder;
  unsigned elementBits;
};

} // namespace lacuna

#endif // LACUNA_ENCODING_WEIGHTENCODING_H
