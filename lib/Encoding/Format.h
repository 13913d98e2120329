// What each format implements: an encoder that has seen the whole tensor, and a
// decoder that has read the table.
#ifndef LACUNA_LIB_ENCODING_FORMAT_H
#define LACUNA_LIB_ENCODING_FORMAT_H

#include "lacuna/Encoding/WeightEncoding.h"

namespace lacuna {

using Units = llvm::ArrayRef<llvm::ArrayRef<uint8_t>>;

/// The element that counts as zero, as an unsigned number.
inline uint32_t getZeroElement(const StreamFormat &format) {
  return static_cast<uint32_t>(format.zero) &
         ((uint32_t(1) << format.elementBits) - 1);
}

/// Encodes the units of one tensor. Units are of whole elements.
class FormatEncoder {
public:
  virtual ~FormatEncoder() = default;
  /// What all units share.
  virtual llvm::ArrayRef<uint8_t> getTable() const { return {}; }
  /// Appends the unit's stream to `stream`.
  virtual void encode(llvm::ArrayRef<uint8_t> raw,
                      std::vector<uint8_t> &stream) const = 0;
  /// Bytes that encode would append.
  virtual uint64_t getEncodedBytes(llvm::ArrayRef<uint8_t> raw) const;
};

class FormatDecoder {
public:
  virtual ~FormatDecoder() = default;
  /// Bits of an element, of which every unit holds a whole number.
  virtual llvm::Error decode(llvm::ArrayRef<uint8_t> stream,
                             llvm::MutableArrayRef<uint8_t> raw) const = 0;
};

template <typename T> using ExpectedOwned = llvm::Expected<std::unique_ptr<T>>;

ExpectedOwned<FormatEncoder> createNMEncoder(const StreamFormat &, Units);
ExpectedOwned<FormatEncoder> createBitmapEncoder(const StreamFormat &, Units);
ExpectedOwned<FormatEncoder> createZeroRunEncoder(const StreamFormat &, Units);
ExpectedOwned<FormatEncoder> createEntropyEncoder(const StreamFormat &, Units);
ExpectedOwned<FormatEncoder> createPaletteEncoder(const StreamFormat &, Units);

using Table = llvm::ArrayRef<uint8_t>;

ExpectedOwned<FormatDecoder> createNMDecoder(const StreamFormat &, Table);
ExpectedOwned<FormatDecoder> createBitmapDecoder(const StreamFormat &, Table);
ExpectedOwned<FormatDecoder> createZeroRunDecoder(const StreamFormat &, Table);
ExpectedOwned<FormatDecoder> createEntropyDecoder(const StreamFormat &, Table);
ExpectedOwned<FormatDecoder> createPaletteDecoder(const StreamFormat &, Table);

} // namespace lacuna

#endif // LACUNA_LIB_ENCODING_FORMAT_H
