// Elements of 4, 8 or 16 bits as they lie in a tensor's bytes, read and
// written as unsigned numbers.
#ifndef LACUNA_LIB_ENCODING_ELEMENTS_H
#define LACUNA_LIB_ENCODING_ELEMENTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Endian.h"

#include <vector>

namespace lacuna {

/// Access to elements of `bits` bits, known when compiled: loops over elements
/// are instantiated for each width by withElementBits.
template <unsigned bits> struct ElementAccess {
  static constexpr unsigned bitCount = bits;

  static uint32_t get(const uint8_t *data, uint64_t index) {
    if constexpr (bits == 4)
      return data[index / 2] >> (index % 2 * 4) & 0xf;
    else if constexpr (bits == 8)
      return data[index];
    else
      return llvm::support::endian::read16le(data + index * 2);
  }

  /// Elements of 4 bits are written in order, for each even one clears the
  /// other half of its byte.
  static void setInOrder(uint8_t *data, uint64_t index, uint32_t value) {
    if constexpr (bits == 4)
      data[index / 2] = index % 2 ? data[index / 2] | value << 4 : value;
    else if constexpr (bits == 8)
      data[index] = static_cast<uint8_t>(value);
    else
      llvm::support::endian::write16le(data + index * 2,
                                       static_cast<uint16_t>(value));
  }
};

/// Calls `body` with the ElementAccess of this width: 4, 8 or 16.
template <typename Body> auto withElementBits(unsigned bits, Body &&body) {
  switch (bits) {
  case 4:
    return body(ElementAccess<4>());
  case 8:
    return body(ElementAccess<8>());
  default:
    return body(ElementAccess<16>());
  }
}

/// Bytes of `count` packed elements.
inline uint64_t getPackedBytes(unsigned bits, uint64_t count) {
  return count / 8 * bits + (count % 8 * bits + 7) / 8;
}

/// Elements that lie in `raw`.
inline uint64_t countElements(unsigned bits, llvm::ArrayRef<uint8_t> raw) {
  return uint64_t(raw.size()) * 8 / bits;
}

/// Appends elements to bytes.
template <typename Access> class ElementWriter {
public:
  explicit ElementWriter(std::vector<uint8_t> &bytes) : bytes(bytes) {}

  void write(uint32_t value) {
    if constexpr (Access::bitCount == 4) {
      if (half)
        bytes.back() |= value << 4;
      else
        bytes.push_back(static_cast<uint8_t>(value));
      half = !half;
    } else {
      bytes.push_back(static_cast<uint8_t>(value));
      if constexpr (Access::bitCount == 16)
        bytes.push_back(static_cast<uint8_t>(value >> 8));
    }
  }

private:
  std::vector<uint8_t> &bytes;
  bool half = false;
};

} // namespace lacuna

#endif // LACUNA_LIB_ENCODING_ELEMENTS_H
