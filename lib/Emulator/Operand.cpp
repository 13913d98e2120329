// Reading and writing rows: one loop over contiguous elements, which the
// compiler vectorises, and one that steps through a ring.
#include "Operand.h"

#include "VectorRows.h"

#include "lacuna/Emulator/Arithmetic.h"

#include <cstring>

using namespace lacuna;

namespace {
/// An element at any byte address.
template <typename Storage> Storage loadAt(const uint8_t *address) {
  Storage value;
  std::memcpy(&value, address, sizeof(value));
  return value;
}
template <typename Storage> void storeAt(uint8_t *address, Storage value) {
  std::memcpy(address, &value, sizeof(value));
}

/// value - zeroPoint in the arithmetic of T, without overflow.
template <typename T> T subtract(int64_t value, int64_t zeroPoint) {
  return static_cast<T>(static_cast<uint64_t>(value) -
                        static_cast<uint64_t>(zeroPoint));
}
} // namespace

template <typename Storage, typename T, typename Decode>
void Operand::readAs(int64_t position, int64_t stride, size_t count,
                     int64_t zeroPoint, T *out, Decode decode) const {
  constexpr int64_t size = sizeof(Storage);
  int64_t byte = wrapByte((offset + position) * size);
  int64_t end = byte + static_cast<int64_t>(count) * size;
  if (stride == 1 && (!length || end <= static_cast<int64_t>(length))) {
    const uint8_t *source = start + byte;
    if constexpr (std::is_same_v<Storage, int8_t> && std::is_same_v<T, int16_t>)
      return widenRow(reinterpret_cast<const int8_t *>(source), count,
                      static_cast<int16_t>(zeroPoint), out);
    // In T's own width, so that narrow elements stay narrow in the loop.
    using Unsigned = std::make_unsigned_t<T>;
    auto zero = static_cast<Unsigned>(zeroPoint);
    for (size_t i = 0; i != count; ++i)
      out[i] = static_cast<T>(static_cast<Unsigned>(
          static_cast<Unsigned>(
              static_cast<T>(decode(loadAt<Storage>(source + i * size)))) -
          zero));
    return;
  }
  int64_t step = stepOf(stride, size);
  for (size_t i = 0; i != count; ++i) {
    out[i] = subtract<T>(decode(loadAt<Storage>(start + byte)), zeroPoint);
    byte = next(byte, step);
  }
}

template <typename T>
void Operand::readPacked(int64_t position, int64_t stride, size_t count,
                         int64_t zeroPoint, T *out) const {
  for (size_t i = 0; i != count; ++i) {
    int64_t nibble = offset + position + static_cast<int64_t>(i) * stride;
    uint8_t pair = start[wrapByte(nibble >> 1)];
    int64_t value = arithmetic::wrap(nibble & 1 ? pair >> 4 : pair & 15, 4);
    out[i] = subtract<T>(value, zeroPoint);
  }
}

template <typename T>
void Operand::read(int64_t position, int64_t stride, size_t count,
                   int64_t zeroPoint, T *out) const {
  auto same = [](auto value) { return value; };
  auto readPlain = [&](auto storage) {
    readAs<decltype(storage)>(position, stride, count, zeroPoint, out, same);
  };
  switch (type) {
  case ElementType::I1:
    return readAs<uint8_t>(position, stride, count, zeroPoint, out,
                           [](uint8_t value) { return value != 0; });
  case ElementType::I4:
    if (packed)
      return readPacked(position, stride, count, zeroPoint, out);
    return readAs<uint8_t>(
        position, stride, count, zeroPoint, out,
        [](uint8_t value) { return static_cast<int8_t>(value << 4) >> 4; });
  case ElementType::U8:
    return readPlain(uint8_t());
  case ElementType::I16:
  case ElementType::BF16:
  case ElementType::FP16:
    return readPlain(int16_t());
  case ElementType::U16:
    return readPlain(uint16_t());
  case ElementType::I32:
  case ElementType::FP32:
    return readPlain(int32_t());
  case ElementType::I48:
    return readAs<int64_t>(
        position, stride, count, zeroPoint, out,
        [](int64_t value) { return arithmetic::wrap(value, 48); });
  default: // i8, and floats of 8 bits
    return readPlain(int8_t());
  }
}

template <typename Storage, typename T>
void Operand::writeAs(int64_t position, int64_t stride, size_t count,
                      const T *values) const {
  constexpr int64_t size = sizeof(Storage);
  int64_t byte = wrapByte((offset + position) * size);
  int64_t end = byte + static_cast<int64_t>(count) * size;
  if (stride == 1 && (!length || end <= static_cast<int64_t>(length))) {
    uint8_t *target = start + byte;
    if constexpr (std::is_same_v<Storage, int8_t> && std::is_same_v<T, int32_t>)
      return narrowRow(values, count, reinterpret_cast<int8_t *>(target));
    for (size_t i = 0; i != count; ++i)
      storeAt(target + i * size, static_cast<Storage>(values[i]));
    return;
  }
  int64_t step = stepOf(stride, size);
  for (size_t i = 0; i != count; ++i) {
    storeAt(start + byte, static_cast<Storage>(values[i]));
    byte = next(byte, step);
  }
}

template <typename T>
void Operand::write(int64_t position, int64_t stride, size_t count,
                    const T *values) const {
  switch (bytes) {
  case 1:
    return writeAs<int8_t>(position, stride, count, values);
  case 2:
    return writeAs<int16_t>(position, stride, count, values);
  case 4:
    return writeAs<int32_t>(position, stride, count, values);
  default:
    return writeAs<int64_t>(position, stride, count, values);
  }
}

template void Operand::read(int64_t, int64_t, size_t, int64_t, int16_t *) const;
template void Operand::read(int64_t, int64_t, size_t, int64_t, int32_t *) const;
template void Operand::read(int64_t, int64_t, size_t, int64_t, int64_t *) const;
template void Operand::write(int64_t, int64_t, size_t, const int32_t *) const;
template void Operand::write(int64_t, int64_t, size_t, const int64_t *) const;
