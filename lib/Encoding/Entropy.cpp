// Entropy coding of units: two states, which take elements in turn, share a
// string of bits that is read forwards. An encoder thus starts at the last
// element and fills the string from its end.
#include "BitStream.h"
#include "Elements.h"
#include "EntropyLoops.h"
#include "Format.h"

using namespace lacuna;
using llvm::ArrayRef;
using llvm::Error;
using llvm::MutableArrayRef;
using llvm::Twine;
namespace endian = llvm::support::endian;

/// Appends the string `bits`, whose bytes end at `end`, filled up at its end.
static void appendBits(const ReverseBits &bits, const uint8_t *end,
                       std::vector<uint8_t> &result) {
  uint64_t carry = bits.pending & ((uint64_t(1) << bits.count) - 1);
  const uint8_t *next = bits.begin;
  size_t at = result.size();
  result.resize(at + (end - next) + (bits.count != 0));
  for (; end - next >= 8; next += 8, at += 8) {
    uint64_t word = endian::read64le(next);
    endian::write64le(&result[at], carry | word << bits.count);
    carry = word >> 1 >> (63 - bits.count);
  }
  for (; at < result.size(); ++at, carry >>= 8) {
    if (next < end)
      carry |= uint64_t(*next++) << bits.count;
    result[at] = static_cast<uint8_t>(carry);
  }
}

namespace {

template <typename Access> class EntropyEncoder : public FormatEncoder {
public:
  EntropyEncoder(uint32_t zero, Units units)
      : model(chooseModel(count(units), Access::bitCount, zero, table)),
        states(model) {}

  ArrayRef<uint8_t> getTable() const override { return table; }

  void encode(ArrayRef<uint8_t> raw,
              std::vector<uint8_t> &stream) const override {
    uint64_t elements = countElements(Access::bitCount, raw);
    if (elements == 0)
      return;
    // Two states and a flush of eight bytes besides the elements.
    uint64_t size = elements * (model.stateBits + Access::bitCount) / 8 + 24;
    std::unique_ptr<uint8_t[]> buffer(new uint8_t[size]);
    ReverseBits bits{buffer.get() + size};
    auto stepOf = [&](uint64_t i) -> const EncoderStep & {
      return states.steps[Access::get(raw.data(), i)];
    };
    auto start = [&](uint64_t i) -> uint32_t {
      bits.write(stepOf(i).offset, stepOf(i).offsetBits);
      return states.firstStates[Access::get(raw.data(), i)];
    };

    StatePair pair;
    uint64_t left = elements;
    if (elements % 2)
      pair.even = start(--left);
    if (left)
      pair.odd = start(--left);
    bits.flush();
    if (left && elements % 2)
      pair.even = takeIn(stepOf(--left), pair.even, bits);
    else if (left)
      pair.even = start(--left);
    bits.flush();
    bits = encodePairsHere<Access>(states, raw.data(), left, pair, bits);

    uint32_t base = uint32_t(1) << model.stateBits;
    if (elements > 1)
      bits.write(pair.odd - base, model.stateBits);
    bits.write(pair.even - base, model.stateBits);
    bits.flush();
    appendBits(bits, buffer.get() + size, stream);
  }

private:
  static std::vector<uint64_t> count(Units units) {
    // Equal neighbours, zeros above all, would wait for each other's counter.
    constexpr unsigned lanes = Access::bitCount == 16 ? 1 : 4;
    constexpr size_t range = size_t(1) << Access::bitCount;
    std::vector<uint64_t> counts(lanes * range);
    for (ArrayRef<uint8_t> unit : units) {
      uint64_t elements = countElements(Access::bitCount, unit), i = 0;
      for (; i + lanes <= elements; i += lanes)
        for (unsigned lane = 0; lane < lanes; ++lane)
          ++counts[lane * range + Access::get(unit.data(), i + lane)];
      for (; i < elements; ++i)
        ++counts[Access::get(unit.data(), i)];
    }
    for (size_t i = range; i < counts.size(); ++i)
      counts[i % range] += counts[i];
    counts.resize(range);
    return counts;
  }

  std::vector<uint8_t> table;
  EntropyModel model;
  EncoderStates states;
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
      // In registers, with a constant width: the loop is then vectorised.
      ValueAxis axis{Access::bitCount, this->axis.zero, this->axis.isFolded};
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

    DecodePosition position;
    position.bit = reader.getPosition();
    position.states = {state[0], state[1]};
    position = decodePairsHere<Places>(states.data(), stream, places, elements,
                                       position);

    reader = BitReader(stream, "unit", position.bit);
    state[0] = position.states.even;
    state[1] = position.states.odd;
    for (uint64_t i = position.element; i < elements; ++i) {
      const DecoderState &entry = states[state[i % 2]];
      bool goesOn = i + 2 < elements;
      if (!reader.has(goesOn ? entry.bits : entry.bits - entry.stateBits))
        return reader.makeTruncated("element " + Twine(i));
      if (goesOn)
        state[i % 2] = entry.next + reader.take(entry.stateBits);
      uint32_t offset = reader.take(entry.bits - entry.stateBits);
      Places::setInOrder(places, i, entry.first + offset);
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
