// Zero runs: how many zeros come before the next non-zero, then that. The
// table's one byte says how many bits a length has; the greatest length means
// that so many zeros follow and then another length.
#include "BitStream.h"
#include "Elements.h"
#include "Format.h"

#include <map>

using namespace lacuna;
using llvm::ArrayRef;
using llvm::Error;
using llvm::Twine;

/// Bits of a length; more are never worth it: a length that is cut in two
/// costs a few bits for 255 elements.
static constexpr unsigned maxLengthBits = 8;

/// Calls body(length, value) for each run of zeros in `raw` and the value that
/// ends it; at the end of the unit, if zeros stand there, body(length, zero).
template <typename Access, typename Body>
static void forEachRun(ArrayRef<uint8_t> raw, uint32_t zero, Body body) {
  uint64_t count = countElements(Access::bitCount, raw), length = 0;
  for (uint64_t i = 0; i < count; ++i) {
    uint32_t value = Access::get(raw.data(), i);
    if (value == zero) {
      ++length;
      continue;
    }
    body(length, value);
    length = 0;
  }
  if (length)
    body(length, zero);
}

namespace {

template <typename Access> class ZeroRunEncoder : public FormatEncoder {
public:
  ZeroRunEncoder(uint32_t zero, Units units) : zero(zero) {
    std::map<uint64_t, uint64_t> runs; // by length
    for (ArrayRef<uint8_t> unit : units)
      forEachRun<Access>(unit, zero, [&](uint64_t length, uint32_t value) {
        // A run at the end needs no further length if it is a multiple.
        ++runs[value == zero ? length - 1 : length];
      });
    uint64_t least = ~uint64_t(0);
    for (unsigned bits = 1; bits <= maxLengthBits; ++bits) {
      uint64_t total = 0;
      for (auto [length, occurrences] : runs)
        total += (length / ((1u << bits) - 1) + 1) * bits * occurrences;
      if (total < least) {
        least = total;
        lengthBits = static_cast<uint8_t>(bits);
      }
    }
  }

  ArrayRef<uint8_t> getTable() const override { return lengthBits; }

  void encode(ArrayRef<uint8_t> raw,
              std::vector<uint8_t> &stream) const override {
    BitWriter writer(stream);
    uint64_t greatest = (1u << lengthBits) - 1;
    forEachRun<Access>(raw, zero, [&](uint64_t length, uint32_t value) {
      for (; length >= greatest; length -= greatest)
        writer.write(greatest, lengthBits);
      if (value != zero || length)
        writer.write(length, lengthBits);
      if (value != zero)
        writer.write(value, Access::bitCount);
    });
    writer.finish();
  }

private:
  uint32_t zero;
  uint8_t lengthBits = 1;
};

template <typename Access> class ZeroRunDecoder : public FormatDecoder {
public:
  ZeroRunDecoder(uint32_t zero, unsigned lengthBits)
      : zero(zero), lengthBits(lengthBits) {}

  Error decode(ArrayRef<uint8_t> stream,
               llvm::MutableArrayRef<uint8_t> raw) const override {
    uint64_t count = countElements(Access::bitCount, raw);
    uint32_t greatest = (1u << lengthBits) - 1;
    BitReader reader(stream, "unit");
    for (uint64_t i = 0; i < count;) {
      if (!reader.has(lengthBits))
        return reader.makeTruncated("the run of zeros at element " + Twine(i));
      uint64_t place = reader.getPosition();
      uint32_t length = reader.take(lengthBits);
      if (length > count - i)
        return makeBitError("unit", place,
                            Twine(length) + " zeros from element " + Twine(i) +
                                " leave the unit of " + Twine(count) +
                                " elements");
      for (uint32_t end = length; end; --end)
        Access::setInOrder(raw.data(), i++, zero);
      if (length == greatest || i == count)
        continue;
      if (!reader.has(Access::bitCount))
        return reader.makeTruncated("the value of element " + Twine(i));
      uint32_t value = reader.take(Access::bitCount);
      if (value == zero)
        return makeBitError("unit", reader.getPosition() - Access::bitCount,
                            "the value of element " + Twine(i) +
                                " is zero, which belongs to a run");
      Access::setInOrder(raw.data(), i++, value);
    }
    return reader.finish();
  }

private:
  uint32_t zero;
  unsigned lengthBits;
};

} // namespace

ExpectedOwned<FormatEncoder>
lacuna::createZeroRunEncoder(const StreamFormat &format, Units units) {
  return withElementBits(
      format.elementBits, [&](auto access) -> std::unique_ptr<FormatEncoder> {
        return std::make_unique<ZeroRunEncoder<decltype(access)>>(
            getZeroElement(format), units);
      });
}

ExpectedOwned<FormatDecoder>
lacuna::createZeroRunDecoder(const StreamFormat &format, Table table) {
  if (table.size() != 1)
    return makeByteError("table", std::min<size_t>(table.size(), 1),
                         "zero runs have a table of 1 byte, not " +
                             Twine(table.size()));
  if (table[0] < 1 || table[0] > maxLengthBits)
    return makeByteError("table", 0,
                         "a length has 1 to " + Twine(maxLengthBits) +
                             " bits, not " + Twine(unsigned(table[0])));
  return withElementBits(
      format.elementBits, [&](auto access) -> std::unique_ptr<FormatDecoder> {
        return std::make_unique<ZeroRunDecoder<decltype(access)>>(
            getZeroElement(format), table[0]);
      });
}
