// N:M: for each group of M elements N values, in the order of their positions,
// and after all values the positions, packed. A group with fewer non-zeros
// takes up its first zeros, so that each group has one form.
#include "BitStream.h"
#include "Elements.h"
#include "Format.h"

#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using llvm::ArrayRef;
using llvm::Error;
using llvm::Twine;

namespace {

/// Where the groups of a unit lie.
struct Groups {
  explicit Groups(const StreamFormat &format)
      : slots(format.nonzeros), group(format.group), row(format.rowElements),
        indexBits(llvm::Log2_32_Ceil(format.group)) {}

  /// Groups in a unit of `count` elements.
  uint64_t countIn(uint64_t count) const {
    if (row == 0)
      return llvm::divideCeil(count, group);
    return count / row * llvm::divideCeil(row, group) +
           llvm::divideCeil(count % row, group);
  }

  /// Calls body(first element, elements) for each group until one is an error.
  template <typename Body> Error forEach(uint64_t count, Body body) const {
    uint64_t rowSize = row ? row : count;
    for (uint64_t begin = 0, end; begin < count; begin = end) {
      end = begin + std::min(rowSize, count - begin);
      for (uint64_t first = begin; first < end; first += group)
        if (Error error = body(first, std::min<uint64_t>(group, end - first)))
          return error;
    }
    return Error::success();
  }

  unsigned slots;
  unsigned group;
  uint64_t row;
  unsigned indexBits;
};

template <typename Access> class NMEncoder : public FormatEncoder {
public:
  explicit NMEncoder(const StreamFormat &format)
      : groups(format), zero(getZeroElement(format)) {}

  /// Checks that no group has too many non-zeros, and that short groups don't
  /// multiply the tensor beyond all bounds.
  Error check(Units units) const {
    uint64_t bytes = 0;
    for (auto [number, unit] : llvm::enumerate(units)) {
      bytes += getEncodedBytes(unit);
      if (bytes > maxEncodedBytes)
        return makeError("unit " + Twine(number) +
                         ": up to here, N:M takes more than " +
                         Twine(maxEncodedBytes) + " bytes");
      auto checkGroup = [&, number = number, data = unit.data()](
                            uint64_t first, uint64_t size) -> Error {
        unsigned nonzeros = 0;
        for (uint64_t i = first; i < first + size; ++i)
          nonzeros += Access::get(data, i) != zero;
        if (nonzeros <= groups.slots)
          return Error::success();
        return makeError("unit " + Twine(number) + ", element " + Twine(first) +
                         ": " + Twine(nonzeros) +
                         " elements of this group are not zero; " +
                         Twine(groups.slots) + ":" + Twine(groups.group) +
                         " allows " + Twine(groups.slots));
      };
      if (Error error =
              groups.forEach(countElements(Access::bitCount, unit), checkGroup))
        return error;
    }
    return Error::success();
  }

  void encode(ArrayRef<uint8_t> raw,
              std::vector<uint8_t> &stream) const override {
    uint64_t count = countElements(Access::bitCount, raw);
    std::vector<uint8_t> packed;
    BitWriter indices(packed);
    ElementWriter<Access> values(stream);
    auto encodeGroup = [&](uint64_t first, uint64_t size) {
      auto at = [&](unsigned i) {
        return i < size ? Access::get(raw.data(), first + i) : zero;
      };
      unsigned spare = groups.slots;
      for (unsigned i = 0; i < size; ++i)
        spare -= at(i) != zero;
      for (unsigned i = 0; i < groups.group; ++i) {
        uint32_t value = at(i);
        if (value == zero && spare == 0)
          continue;
        spare -= value == zero;
        values.write(value);
        indices.write(i, groups.indexBits);
      }
      return Error::success();
    };
    llvm::cantFail(groups.forEach(count, encodeGroup));
    indices.finish();
    stream.insert(stream.end(), packed.begin(), packed.end());
  }

  uint64_t getEncodedBytes(ArrayRef<uint8_t> raw) const override {
    uint64_t slots =
        groups.slots * groups.countIn(countElements(Access::bitCount, raw));
    return getPackedBytes(Access::bitCount, slots) +
           getPackedBytes(groups.indexBits, slots);
  }

private:
  Groups groups;
  uint32_t zero;
};

template <typename Access> class NMDecoder : public FormatDecoder {
public:
  explicit NMDecoder(const StreamFormat &format)
      : groups(format), zero(getZeroElement(format)) {}

  Error decode(ArrayRef<uint8_t> stream,
               llvm::MutableArrayRef<uint8_t> raw) const override {
    uint64_t count = countElements(Access::bitCount, raw);
    uint64_t slots = groups.slots * groups.countIn(count);
    uint64_t valueBytes = getPackedBytes(Access::bitCount, slots);
    uint64_t bytes = valueBytes + getPackedBytes(groups.indexBits, slots);
    if (stream.size() != bytes)
      return makeByteError("unit", std::min<uint64_t>(stream.size(), bytes),
                           Twine(slots) + " values and positions take " +
                               Twine(bytes) + " bytes, not " +
                               Twine(stream.size()));
    if (Access::bitCount == 4 && slots % 2 && stream[valueBytes - 1] >> 4)
      return makeBitError("unit", valueBytes * 8 - 4,
                          "padding bits of the values are not zero");
    BitReader indices(stream, "unit", valueBytes * 8);
    uint64_t next = 0;
    auto decodeGroup = [&](uint64_t first, uint64_t size) -> Error {
      unsigned begin = 0; // the first position that is not yet written
      for (unsigned slot = 0; slot < groups.slots; ++slot) {
        uint64_t place = indices.getPosition();
        unsigned index = indices.take(groups.indexBits);
        uint32_t value = Access::get(stream.data(), next++);
        const char *wrong = nullptr;
        if (index >= groups.group)
          wrong = "is beyond the group";
        else if (index < begin)
          wrong = "is not greater than the one before it";
        else if (index >= size && value != zero)
          wrong = "of a non-zero is beyond the end of the row";
        else if (value == zero && index != slot)
          wrong = "of a zero is not the first one free";
        if (wrong)
          return makeBitError("unit", place,
                              "position " + Twine(index) + " " + wrong);
        for (; begin < index && begin < size; ++begin)
          Access::setInOrder(raw.data(), first + begin, zero);
        if (index < size)
          Access::setInOrder(raw.data(), first + index, value);
        begin = index + 1;
      }
      for (; begin < size; ++begin)
        Access::setInOrder(raw.data(), first + begin, zero);
      return Error::success();
    };
    if (Error error = groups.forEach(count, decodeGroup))
      return error;
    return indices.finish();
  }

private:
  Groups groups;
  uint32_t zero;
};

} // namespace

ExpectedOwned<FormatEncoder> lacuna::createNMEncoder(const StreamFormat &format,
                                                     Units units) {
  return withElementBits(
      format.elementBits, [&](auto access) -> ExpectedOwned<FormatEncoder> {
        auto encoder = std::make_unique<NMEncoder<decltype(access)>>(format);
        if (Error error = encoder->check(units))
          return std::move(error);
        return encoder;
      });
}

ExpectedOwned<FormatDecoder> lacuna::createNMDecoder(const StreamFormat &format,
                                                     Table table) {
  if (!table.empty())
    return makeByteError("table", 0,
                         "N:M has none, but it has " + Twine(table.size()) +
                             " bytes");
  return withElementBits(
      format.elementBits, [&](auto access) -> std::unique_ptr<FormatDecoder> {
        return std::make_unique<NMDecoder<decltype(access)>>(format);
      });
}
