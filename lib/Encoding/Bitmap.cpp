// A bit for each element, lowest bit first, then the values that are not zero.
#include "BitStream.h"
#include "Elements.h"
#include "Format.h"

#include "llvm/ADT/bit.h"

using namespace lacuna;
using llvm::ArrayRef;
using llvm::Error;
using llvm::Twine;

namespace {

template <typename Access> class BitmapEncoder : public FormatEncoder {
public:
  explicit BitmapEncoder(uint32_t zero) : zero(zero) {}

  void encode(ArrayRef<uint8_t> raw,
              std::vector<uint8_t> &stream) const override {
    uint64_t count = countElements(Access::bitCount, raw);
    size_t bitmap = stream.size();
    stream.resize(bitmap + (count + 7) / 8);
    ElementWriter<Access> values(stream);
    for (uint64_t i = 0; i < count; ++i) {
      uint32_t value = Access::get(raw.data(), i);
      if (value == zero)
        continue;
      stream[bitmap + i / 8] |= 1 << i % 8;
      values.write(value);
    }
  }

  uint64_t getEncodedBytes(ArrayRef<uint8_t> raw) const override {
    uint64_t count = countElements(Access::bitCount, raw), nonzeros = 0;
    for (uint64_t i = 0; i < count; ++i)
      nonzeros += Access::get(raw.data(), i) != zero;
    return (count + 7) / 8 + getPackedBytes(Access::bitCount, nonzeros);
  }

private:
  uint32_t zero;
};

template <typename Access> class BitmapDecoder : public FormatDecoder {
public:
  explicit BitmapDecoder(uint32_t zero) : zero(zero) {}

  Error decode(ArrayRef<uint8_t> stream,
               llvm::MutableArrayRef<uint8_t> raw) const override {
    uint64_t count = countElements(Access::bitCount, raw);
    uint64_t bitmapBytes = (count + 7) / 8;
    if (stream.size() < bitmapBytes)
      return makeByteError("unit", stream.size(),
                           "the bitmap of " + Twine(count) +
                               " elements is cut off: it takes " +
                               Twine(bitmapBytes) + " bytes");
    ArrayRef<uint8_t> bitmap = stream.take_front(bitmapBytes);
    ArrayRef<uint8_t> values = stream.drop_front(bitmapBytes);
    if (count % 8 && bitmap.back() >> count % 8)
      return makeBitError("unit", count,
                          "padding bits of the bitmap are not zero");
    uint64_t nonzeros = 0;
    for (uint8_t byte : bitmap)
      nonzeros += llvm::popcount(byte);
    uint64_t valueBytes = getPackedBytes(Access::bitCount, nonzeros);
    if (values.size() != valueBytes)
      return makeByteError("unit", bitmapBytes,
                           Twine(values.size()) +
                               " bytes of values follow the bitmap, but its " +
                               Twine(nonzeros) + " bits that are set need " +
                               Twine(valueBytes));
    if (Access::bitCount == 4 && nonzeros % 2 && values.back() >> 4)
      return makeBitError("unit", stream.size() * 8 - 4,
                          "padding bits of the values are not zero");
    uint64_t next = 0;
    for (uint64_t i = 0; i < count; ++i) {
      uint32_t value = zero;
      if (bitmap[i / 8] >> i % 8 & 1) {
        value = Access::get(values.data(), next++);
        if (value == zero)
          return makeBitError("unit",
                              bitmapBytes * 8 + (next - 1) * Access::bitCount,
                              "the value of element " + Twine(i) +
                                  " is zero, but the bitmap says otherwise");
      }
      Access::setInOrder(raw.data(), i, value);
    }
    return Error::success();
  }

private:
  uint32_t zero;
};

} // namespace

ExpectedOwned<FormatEncoder>
lacuna::createBitmapEncoder(const StreamFormat &format, Units) {
  return withElementBits(
      format.elementBits, [&](auto access) -> std::unique_ptr<FormatEncoder> {
        return std::make_unique<BitmapEncoder<decltype(access)>>(
            getZeroElement(format));
      });
}

ExpectedOwned<FormatDecoder>
lacuna::createBitmapDecoder(const StreamFormat &format, Table table) {
  if (!table.empty())
    return makeByteError("table", 0,
                         "a bitmap has none, but it has " +
                             Twine(table.size()) + " bytes");
  return withElementBits(
      format.elementBits, [&](auto access) -> std::unique_ptr<FormatDecoder> {
        return std::make_unique<BitmapDecoder<decltype(access)>>(
            getZeroElement(format));
      });
}
