// Strings of bits in bytes. The first bit is the lowest of the first byte; a
// number of several bits lies with its lowest bit first. Strings are filled up
// to whole bytes with zeros.
#ifndef LACUNA_LIB_ENCODING_BITSTREAM_H
#define LACUNA_LIB_ENCODING_BITSTREAM_H

#include "lacuna/Support/Diagnostics.h"

#include "llvm/Support/Endian.h"

#include <cassert>
#include <cstring>
#include <vector>

namespace lacuna {

/// An error at `bit` of `part` ("unit", "table"): "unit, byte 3, bit 1: ...".
inline llvm::Error makeBitError(llvm::StringRef part, uint64_t bit,
                                const llvm::Twine &message) {
  return makeError(part + ", byte " + llvm::Twine(bit / 8) + ", bit " +
                   llvm::Twine(bit % 8) + ": " + message);
}

inline llvm::Error makeByteError(llvm::StringRef part, uint64_t byte,
                                 const llvm::Twine &message) {
  return makeError(part + ", byte " + llvm::Twine(byte) + ": " + message);
}

/// Appends bits to bytes.
class BitWriter {
public:
  explicit BitWriter(std::vector<uint8_t> &bytes) : bytes(bytes) {}

  /// Appends the low `bits` bits, 32 at most, of `value`, whose others are 0.
  void write(uint64_t value, unsigned bits) {
    assert(bits <= 32 && value >> bits == 0);
    pending |= value << count;
    for (count += bits; count >= 8; count -= 8, pending >>= 8)
      bytes.push_back(static_cast<uint8_t>(pending));
  }

  /// Fills up the last byte.
  void finish() {
    if (count)
      bytes.push_back(static_cast<uint8_t>(pending));
    pending = count = 0;
  }

private:
  std::vector<uint8_t> &bytes;
  uint64_t pending = 0;
  unsigned count = 0;
};

/// Reads bits of bytes that anybody may have written.
class BitReader {
public:
  /// `part` names the bytes in errors.
  BitReader(llvm::ArrayRef<uint8_t> bytes, llvm::StringRef part,
            uint64_t position = 0)
      : bytes(bytes), part(part), position(position) {}

  uint64_t getPosition() const { return position; }

  /// Whether `bits` more bits are there.
  bool has(uint64_t bits) const {
    return bits <= uint64_t(bytes.size()) * 8 - position;
  }

  /// The next `bits` bits, 32 at most, which must be there.
  uint32_t take(unsigned bits) {
    assert(bits <= 32 && has(bits));
    uint64_t window = 0;
    size_t first = position / 8;
    if (first < bytes.size()) {
      size_t size = std::min<size_t>(8, bytes.size() - first);
      std::memcpy(&window, bytes.data() + first, size);
      window = llvm::support::endian::byte_swap<uint64_t>(
          window, llvm::endianness::little);
    }
    window >>= position % 8;
    position += bits;
    return static_cast<uint32_t>(window & ((uint64_t(1) << bits) - 1));
  }

  /// An error that `what` begins here and `bits` bits are too few for it.
  llvm::Error makeTruncated(const llvm::Twine &what) const {
    return makeBitError(part, position,
                        what + " is cut off: only " +
                            llvm::Twine(uint64_t(bytes.size()) * 8 - position) +
                            " bits are left");
  }

  llvm::Error makeErrorHere(const llvm::Twine &message) const {
    return makeBitError(part, position, message);
  }

  /// Checks that what is left is the zeros that fill up the last byte.
  llvm::Error finish() {
    uint64_t left = uint64_t(bytes.size()) * 8 - position;
    if (left >= 8)
      return makeByteError(part, (position + 7) / 8,
                           llvm::Twine(left / 8) +
                               " bytes follow the end of what was encoded");
    if (left && take(left))
      return makeBitError(part, uint64_t(bytes.size()) * 8 - left,
                          "padding bits are not zero");
    return llvm::Error::success();
  }

private:
  llvm::ArrayRef<uint8_t> bytes;
  llvm::StringRef part;
  uint64_t position;
};

} // namespace lacuna

#endif // LACUNA_LIB_ENCODING_BITSTREAM_H
