// Entropy coding of units: two states, which take elements in turn, share a
// string of bits that is read forwards. An encoder thus starts at the last
// element and fills the string from its end.
#include "BitStream.h"
#include "Elements.h"
#include "EntropyModel.h"
#include "Format.h"
#include "StateTable.h"

using namespace lacuna;
using llvm::ArrayRef;
using llvm::Error;
using llvm::MutableArrayRef;
using llvm::Twine;
namespace endian = llvm::support::endian;

namespace {

/// Most bits that one element takes: of a state and of an offset. Two of them
/// fit in the 57 bits that a load of eight bytes surely gives.
constexpr unsigned maxElementBits = maxStateBits + 16;
static_assert(2 * maxElementBits <= 57);

/// A string of bits that grows at its beginning.
class ReverseBitWriter {
public:
  /// Room for `bits` bits.
  explicit ReverseBitWriter(uint64_t bits) : words(bits / 32 + 1) {}

  /// Puts the low `bits` bits of `value`, at most 32, before all others.
  void write(uint64_t value, unsigned bits) {
    pending = pending << bits | value;
    count += bits;
    if (count >= 32) {
      count -= 32;
      words[words.size() - ++used] = static_cast<uint32_t>(pending >> count);
    }
  }

  /// Appends the string to `bytes`, filled up at its end.
  void finish(std::vector<uint8_t> &bytes) const {
    uint64_t carry = pending & ((uint64_t(1) << count) - 1);
    size_t at = bytes.size();
    bytes.resize(at + used * 4 + (count + 7) / 8);
    for (uint32_t word : ArrayRef(words).take_back(used)) {
      carry |= uint64_t(word) << count;
      endian::write32le(bytes.data() + at, static_cast<uint32_t>(carry));
      carry >>= 32;
      at += 4;
    }
    for (; at < bytes.size(); ++at, carry >>= 8)
      bytes[at] = static_cast<uint8_t>(carry);
  }

private:
  std::vector<uint32_t> words;
  size_t used = 0;
  uint64_t pending = 0;
  unsigned count = 0;
};

template <typename Access> class EntropyEncoder : public FormatEncoder {
public:
  EntropyEncoder(uint32_t zero, Units units)
      : model(chooseModel(count(units), Access::bitCount, zero, table)),
        states(model), steps(size_t(1) << Access::bitCount) {
    for (auto [number, bin] : llvm::enumerate(model.bins))
      for (uint32_t i = 0; i < uint32_t(1) << bin.offsetBits; ++i)
        steps[model.axis.toElement(bin.first + i)] = {
            static_cast<uint16_t>(number), static_cast<uint16_t>(i)};
  }

  ArrayRef<uint8_t> getTable() const override { return table; }

  void encode(ArrayRef<uint8_t> raw,
              std::vector<uint8_t> &stream) const override {
    uint64_t elements = countElements(Access::bitCount, raw);
    if (elements == 0)
      return;
    ReverseBitWriter writer((elements + 2) * maxElementBits);
    uint32_t state[2] = {};
    for (uint64_t i = elements; i-- > 0;) {
      Step step = steps[Access::get(raw.data(), i)];
      const EncoderBin &bin = states.bins[step.bin];
      uint32_t &current = state[i % 2];
      if (i + 2 >= elements) {
        current = bin.firstState;
        writer.write(step.offset, bin.offsetBits);
        continue;
      }
      unsigned bits = (current + bin.bitsBias) >> 16;
      uint32_t given = current & ((1u << bits) - 1);
      current = states.states[(current >> bits) + bin.nextBias];
      writer.write(uint32_t(step.offset) << bits | given,
                   bits + bin.offsetBits);
    }
    uint32_t base = uint32_t(1) << model.stateBits;
    if (elements > 1)
      writer.write(state[1] - base, model.stateBits);
    writer.write(state[0] - base, model.stateBits);
    writer.finish(stream);
  }

private:
  /// What becomes of an element.
  struct Step {
    uint16_t bin;
    uint16_t offset;
  };

  static std::vector<uint64_t> count(Units units) {
    std::vector<uint64_t> counts(size_t(1) << Access::bitCount);
    for (ArrayRef<uint8_t> unit : units) {
      uint64_t elements = countElements(Access::bitCount, unit);
      for (uint64_t i = 0; i < elements; ++i)
        ++counts[Access::get(unit.data(), i)];
    }
    return counts;
  }

  std::vector<uint8_t> table;
  EntropyModel model;
  EncoderStates states;
  std::vector<Step> steps; // by element
};

template <typename Access> class EntropyDecoder : public FormatDecoder {
public:
  explicit EntropyDecoder(const EntropyModel &model)
      : axis(model.axis), stateBits(model.stateBits),
        states(makeDecoderStates(model)) {}

  Error decode(ArrayRef<uint8_t> stream,
               MutableArrayRef<uint8_t> raw) const override {
    uint64_t elements = countElements(Access::bitCount, raw);
    if constexpr (Access::bitCount == 4) {
      std::vector<uint8_t> places(elements);
      if (Error error =
              decodePlaces<ElementAccess<8>>(stream, elements, places.data()))
        return error;
      for (uint64_t i = 0; i < elements; ++i)
        Access::setInOrder(raw.data(), i, axis.toElement(places[i]));
    } else {
      if (Error error = decodePlaces<Access>(stream, elements, raw.data()))
        return error;
      ValueAxis axis = this->axis; // in registers
      for (uint64_t i = 0; i < elements; ++i)
        Access::setInOrder(raw.data(), i,
                           axis.toElement(Access::get(raw.data(), i)));
    }
    return Error::success();
  }

private:
  template <typename Places>
  Error decodePlaces(ArrayRef<uint8_t> stream, uint64_t elements,
                     uint8_t *places) const {
    BitReader reader(stream, "unit");
    uint32_t state[2] = {};
    for (uint64_t i = 0; i < std::min<uint64_t>(elements, 2); ++i) {
      if (!reader.has(stateBits))
        return reader.makeTruncated("state " + Twine(i));
      state[i] = reader.take(stateBits);
    }
    uint64_t i = 0, position = reader.getPosition();
    // As long as the next eight bytes are there and both states go on.
    for (; i + 3 < elements && position / 8 + 8 <= stream.size(); i += 2) {
      uint64_t window =
          endian::read64le(stream.data() + position / 8) >> position % 8;
      for (unsigned turn = 0; turn < 2; ++turn) {
        const DecoderState &entry = states[state[turn]];
        state[turn] = entry.next + (window & ((1u << entry.stateBits) - 1));
        uint32_t offset =
            window >> entry.stateBits & ((1u << entry.offsetBits) - 1);
        Places::setInOrder(places, i + turn, entry.first + offset);
        window >>= entry.bits;
        position += entry.bits;
      }
    }
    reader = BitReader(stream, "unit", position);
    for (; i < elements; ++i) {
      const DecoderState &entry = states[state[i % 2]];
      bool goesOn = i + 2 < elements;
      if (!reader.has(goesOn ? entry.bits : entry.offsetBits))
        return reader.makeTruncated("element " + Twine(i));
      if (goesOn)
        state[i % 2] = entry.next + reader.take(entry.stateBits);
      Places::setInOrder(places, i,
                         entry.first + reader.take(entry.offsetBits));
    }
    return reader.finish();
  }

  ValueAxis axis;
  unsigned stateBits;
  std::vector<DecoderState> states;
};

} // namespace

ExpectedOwned<FormatEncoder>
lacuna::createEntropyEncoder(const StreamFormat &format, Units units) {
  return withElementBits(
      format.elementBits, [&](auto access) -> std::unique_ptr<FormatEncoder> {
        return std::make_unique<EntropyEncoder<decltype(access)>>(
            getZeroElement(format), units);
      });
}

ExpectedOwned<FormatDecoder>
lacuna::createEntropyDecoder(const StreamFormat &format, Table table) {
  auto model = readModel(table, format.elementBits, getZeroElement(format));
  if (!model)
    return model.takeError();
  return withElementBits(
      format.elementBits, [&](auto access) -> std::unique_ptr<FormatDecoder> {
        return std::make_unique<EntropyDecoder<decltype(access)>>(*model);
      });
}
