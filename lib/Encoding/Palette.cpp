// Palettes: the few values that occur stand in the table, in ascending order;
// the stream has their numbers, of 1 to 4 bits.
#include "BitStream.h"
#include "Elements.h"
#include "Format.h"

#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using llvm::ArrayRef;
using llvm::Error;
using llvm::Twine;

static constexpr unsigned maxPaletteValues = 16;

/// Bits of a number in a palette of `values`.
static unsigned getNumberBits(size_t values) {
  return std::max(1u, llvm::Log2_32_Ceil(static_cast<uint32_t>(values)));
}

namespace {

/// The table: how many values there are, less one; then the values.
template <typename Access> class PaletteEncoder : public FormatEncoder {
public:
  Error collect(Units units) {
    std::vector<bool> occurs(size_t(1) << Access::bitCount);
    unsigned count = 0;
    for (ArrayRef<uint8_t> unit : units) {
      uint64_t elements = countElements(Access::bitCount, unit);
      for (uint64_t i = 0; i < elements; ++i) {
        uint32_t value = Access::get(unit.data(), i);
        if (occurs[value])
          continue;
        occurs[value] = true;
        if (++count > maxPaletteValues)
          return makeError("a palette has at most " + Twine(maxPaletteValues) +
                           " values; this tensor has more");
      }
    }
    if (count == 0) {
      occurs[0] = true;
      count = 1;
    }
    numberBits = getNumberBits(count);
    numbers.resize(occurs.size());
    table.push_back(static_cast<uint8_t>(count - 1));
    ElementWriter<Access> writer(table);
    uint8_t number = 0;
    for (size_t value = 0; value < occurs.size(); ++value) {
      if (!occurs[value])
        continue;
      writer.write(static_cast<uint32_t>(value));
      numbers[value] = number++;
    }
    return Error::success();
  }

  ArrayRef<uint8_t> getTable() const override { return table; }

  void encode(ArrayRef<uint8_t> raw,
              std::vector<uint8_t> &stream) const override {
    BitWriter writer(stream);
    uint64_t count = countElements(Access::bitCount, raw);
    for (uint64_t i = 0; i < count; ++i)
      writer.write(numbers[Access::get(raw.data(), i)], numberBits);
    writer.finish();
  }

  uint64_t getEncodedBytes(ArrayRef<uint8_t> raw) const override {
    return getPackedBytes(numberBits, countElements(Access::bitCount, raw));
  }

private:
  std::vector<uint8_t> table;
  std::vector<uint8_t> numbers; // by value
  unsigned numberBits = 1;
};

template <typename Access> class PaletteDecoder : public FormatDecoder {
public:
  Error readTable(ArrayRef<uint8_t> table) {
    if (table.empty())
      return makeByteError("table", 0, "a palette's table is not empty");
    unsigned count = table[0] + 1u;
    if (count > maxPaletteValues)
      return makeByteError("table", 0,
                           "a palette has at most " + Twine(maxPaletteValues) +
                               " values, not " + Twine(count));
    ArrayRef<uint8_t> values = table.drop_front();
    uint64_t bytes = getPackedBytes(Access::bitCount, count);
    if (values.size() != bytes)
      return makeByteError("table", 1,
                           Twine(count) + " values take " + Twine(bytes) +
                               " bytes, not " + Twine(values.size()));
    if (Access::bitCount == 4 && count % 2 && values.back() >> 4)
      return makeBitError("table", table.size() * 8 - 4,
                          "padding bits are not zero");
    for (unsigned i = 0; i < count; ++i) {
      uint32_t value = Access::get(values.data(), i);
      if (i && value <= palette.back())
        return makeBitError("table", 8 + i * Access::bitCount,
                            "value " + Twine(value) +
                                " is not greater than the one before it");
      palette.push_back(value);
    }
    return Error::success();
  }

  Error decode(ArrayRef<uint8_t> stream,
               llvm::MutableArrayRef<uint8_t> raw) const override {
    unsigned numberBits = getNumberBits(palette.size());
    uint64_t count = countElements(Access::bitCount, raw);
    uint64_t bytes = getPackedBytes(numberBits, count);
    if (stream.size() != bytes)
      return makeByteError("unit", std::min<uint64_t>(stream.size(), bytes),
                           Twine(count) + " elements take " + Twine(bytes) +
                               " bytes, not " + Twine(stream.size()));
    BitReader reader(stream, "unit");
    for (uint64_t i = 0; i < count; ++i) {
      uint32_t number = reader.take(numberBits);
      if (number >= palette.size())
        return makeBitError("unit", reader.getPosition() - numberBits,
                            "element " + Twine(i) + " is number " +
                                Twine(number) + " of a palette of " +
                                Twine(palette.size()) + " values");
      Access::setInOrder(raw.data(), i, palette[number]);
    }
    return reader.finish();
  }

private:
  llvm::SmallVector<uint32_t, maxPaletteValues> palette;
};

} // namespace

ExpectedOwned<FormatEncoder>
lacuna::createPaletteEncoder(const StreamFormat &format, Units units) {
  return withElementBits(
      format.elementBits, [&](auto access) -> ExpectedOwned<FormatEncoder> {
        auto encoder = std::make_unique<PaletteEncoder<decltype(access)>>();
        if (Error error = encoder->collect(units))
          return std::move(error);
        return encoder;
      });
}

ExpectedOwned<FormatDecoder>
lacuna::createPaletteDecoder(const StreamFormat &format, Table table) {
  return withElementBits(
      format.elementBits, [&](auto access) -> ExpectedOwned<FormatDecoder> {
        auto decoder = std::make_unique<PaletteDecoder<decltype(access)>>();
        if (Error error = decoder->readTable(table))
          return std::move(error);
        return decoder;
      });
}
