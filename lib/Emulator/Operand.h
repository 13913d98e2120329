// How the engines see an operand: a typed ring in a memory, read and written in
// rows of elements at a stride. Whoever makes one has checked that every
// position that will be touched is inside the memory (Bounds.h).
#ifndef LACUNA_LIB_EMULATOR_OPERAND_H
#define LACUNA_LIB_EMULATOR_OPERAND_H

#include "lacuna/Program/Operands.h"
#include "lacuna/Support/ElementType.h"

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>

namespace lacuna {

/// Bytes that one element of a type takes where it is not packed.
inline unsigned getElementBytes(ElementType type) {
  return (getInfo(type).storageBits + 7) / 8;
}

/// Sum of coordinate * stride, modulo 2^64.
inline int64_t positionOf(llvm::ArrayRef<int64_t> coordinates,
                          llvm::ArrayRef<int64_t> strides) {
  uint64_t position = 0;
  for (size_t i = 0; i != coordinates.size(); ++i)
    position += static_cast<uint64_t>(coordinates[i]) *
                static_cast<uint64_t>(strides[i]);
  return static_cast<int64_t>(position);
}

class Operand {
public:
  /// `ring` is resolved and lies in the memory at `memory`. `packed`: two
  /// elements a byte, as i4 weights are.
  Operand(uint8_t *memory, const Ring &ring, ElementType type,
          bool packed = false)
      : start(memory + ring.base), length(ring.length),
        offset(ring.offset.constant), type(type), bytes(getElementBytes(type)),
        packed(packed) {}

  /// out[i] = element at position + i * stride, minus zeroPoint, for i <
  /// count. T is int16_t, int32_t or int64_t: results are taken modulo its
  /// size, and of floats are their bits, sign-extended. Or it is float: the
  /// type is one, and there is no zero point.
  template <typename T>
  void read(int64_t position, int64_t stride, size_t count, int64_t zeroPoint,
            T *out) const;

  /// Writes `count` values, which the type can hold. T is int32_t or int64_t,
  /// or float, and the type one: each is rounded to it, and NaNs are
  /// canonical.
  template <typename T>
  void write(int64_t position, int64_t stride, size_t count,
             const T *values) const;

  /// The bytes of `count` elements from `position` on, side by side; none where
  /// they go round the end of a ring.
  llvm::MutableArrayRef<uint8_t> getBytes(int64_t position,
                                          size_t count) const {
    auto elements = static_cast<int64_t>(count);
    int64_t first = offset + position;
    if (packed && type == ElementType::I4) {
      elements = ((first + elements - 1) >> 1) - (first >> 1) + 1;
      first >>= 1;
    }
    int64_t byte = wrapByte(first * bytes), size = elements * bytes;
    if (length && byte + size > static_cast<int64_t>(length))
      return {};
    return {start + byte, static_cast<size_t>(size)};
  }

  int64_t readOne(int64_t position) const {
    int64_t value;
    read(position, 1, 1, 0, &value);
    return value;
  }

private:
  template <typename Storage, typename T, typename Decode>
  void readAs(int64_t position, int64_t stride, size_t count, int64_t zeroPoint,
              T *out, Decode decode) const;
  template <typename Storage, typename T>
  void writeAs(int64_t position, int64_t stride, size_t count,
               const T *values) const;
  template <typename T>
  void readPacked(int64_t position, int64_t stride, size_t count,
                  int64_t zeroPoint, T *out) const;
  /// Bytes from one element to the next. A stride that is taken at all has been
  /// checked; that of a single element may be anything.
  int64_t stepOf(int64_t stride, int64_t size) const {
    auto step = static_cast<int64_t>(static_cast<uint64_t>(stride) *
                                     static_cast<uint64_t>(size));
    return length ? wrapByte(step) : step;
  }
  int64_t next(int64_t byte, int64_t step) const {
    auto after = static_cast<int64_t>(static_cast<uint64_t>(byte) +
                                      static_cast<uint64_t>(step));
    return length && after >= static_cast<int64_t>(length)
               ? after - static_cast<int64_t>(length)
               : after;
  }
  int64_t wrapByte(int64_t byte) const {
    if (!length)
      return byte;
    int64_t remainder = byte % static_cast<int64_t>(length);
    return remainder < 0 ? remainder + static_cast<int64_t>(length) : remainder;
  }

  uint8_t *start;
  uint64_t length;
  int64_t offset;
  ElementType type;
  unsigned bytes;
  bool packed;
};

template <>
void Operand::read(int64_t position, int64_t stride, size_t count,
                   int64_t zeroPoint, float *out) const;
template <>
void Operand::write(int64_t position, int64_t stride, size_t count,
                    const float *values) const;

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_OPERAND_H
