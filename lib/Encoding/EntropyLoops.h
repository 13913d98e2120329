// The two loops in which entropy coding spends its time, compiled twice for
// x86: shifts by a variable take three micro-operations there, with BMI2 one.
#ifndef LACUNA_LIB_ENCODING_ENTROPYLOOPS_H
#define LACUNA_LIB_ENCODING_ENTROPYLOOPS_H

#include "Elements.h"
#include "StateTable.h"

namespace lacuna {

/// A string of bits that grows at its beginning: its whole bytes begin at
/// `begin`, before them come the low `count` bits of `pending`. Room is the
/// caller's affair.
struct ReverseBits {
  uint8_t *begin;
  uint64_t pending = 0;
  unsigned count = 0;

  /// Puts `bits` bits before all others; 56 at most between two flushes.
  void write(uint64_t value, unsigned bits) {
    pending = pending << bits | value;
    count += bits;
  }

  /// Leaves fewer than 8 bits pending. Writes to the 8 bytes before `begin`.
  void flush() {
    llvm::support::endian::write64le(begin - 8, pending << (63 - count) << 1);
    begin -= count / 8;
    count %= 8;
  }
};

/// The two states of a unit.
struct StatePair {
  uint32_t even = 0;
  uint32_t odd = 0;
};

/// Takes an element into `state`, which it returns.
[[gnu::always_inline]] inline uint32_t
takeIn(const EncoderStep &step, uint32_t state, ReverseBits &result) {
  unsigned bits = (state + step.bitsBias) >> 16;
  uint32_t given = state & ((1u << bits) - 1);
  result.write(uint32_t(step.offset) << bits | given, bits + step.offsetBits);
  return step.next[state >> bits];
}

/// Takes in the elements count - 1 down to 0 of `raw`; count is even.
template <typename Access>
[[gnu::always_inline]] inline ReverseBits
encodePairs(const EncoderStates &coder, const uint8_t *raw, uint64_t count,
            StatePair &pair, ReverseBits result) {
  const EncoderStep *steps = coder.steps.data();
  uint32_t even = pair.even, odd = pair.odd;
  auto take = [&](uint64_t i, uint32_t &state) __attribute__((always_inline)) {
    state = takeIn(steps[Access::get(raw, i)], state, result);
  };
  uint64_t i = count;
  if constexpr (3 * (mostChosenStateBits + Access::bitCount) <= 56) {
    for (; i >= 6; i -= 6) {
      take(i - 1, odd);
      take(i - 2, even);
      take(i - 3, odd);
      result.flush();
      take(i - 4, even);
      take(i - 5, odd);
      take(i - 6, even);
      result.flush();
    }
  }
  static_assert(2 * (mostChosenStateBits + Access::bitCount) <= 56);
  for (; i; i -= 2) {
    take(i - 1, odd);
    take(i - 2, even);
    result.flush();
  }
  pair = {even, odd};
  return result;
}

/// Where a decoder stands in a unit.
struct DecodePosition {
  /// Bit of the stream, and element of the unit, which is even.
  uint64_t bit = 0;
  uint64_t element = 0;
  StatePair states;
};

/// Decodes pairs of elements to their places, as long as the stream has eight
/// more bytes and both states go on after the pair.
template <typename Access>
[[gnu::always_inline]] inline DecodePosition
decodePairs(const DecoderState *table, llvm::ArrayRef<uint8_t> stream,
            uint8_t *places, uint64_t elements, DecodePosition from) {
  // What a load of eight bytes from a byte surely gives after its first bits.
  static_assert(2 * (maxStateBits + Access::bitCount) <= 57);
  const uint8_t *bytes = stream.data();
  uint64_t lastBit = uint64_t(stream.size()) * 8 - 64;
  uint64_t bit = from.bit, i = from.element;
  uint32_t even = from.states.even, odd = from.states.odd;
  if (stream.size() < 8)
    return from;
  for (; i + 3 < elements && bit <= lastBit; i += 2) {
    uint64_t window =
        llvm::support::endian::read64le(bytes + bit / 8) >> bit % 8;
    const DecoderState &first = table[even];
    const DecoderState &second = table[odd];
    even = first.next + (window & first.stateMask);
    uint32_t place =
        first.first + (window >> first.stateBits & first.offsetMask);
    window >>= first.bits;
    odd = second.next + (window & second.stateMask);
    Access::setInOrder(places, i, place);
    Access::setInOrder(places, i + 1,
                       second.first +
                           (window >> second.stateBits & second.offsetMask));
    bit += first.bits + second.bits;
  }
  return {bit, i, {even, odd}};
}

#if defined(__x86_64__)
template <typename Access>
__attribute__((target("bmi2")))
ReverseBits encodePairsBmi2(const EncoderStates &coder, const uint8_t *raw,
                            uint64_t count, StatePair &pair,
                            ReverseBits result) {
  return encodePairs<Access>(coder, raw, count, pair, result);
}

template <typename Access>
__attribute__((target("bmi2"))) DecodePosition
decodePairsBmi2(const DecoderState *table, llvm::ArrayRef<uint8_t> stream,
                uint8_t *places, uint64_t elements, DecodePosition from) {
  return decodePairs<Access>(table, stream, places, elements, from);
}
#endif

/// encodePairs, as this processor does it best.
template <typename Access>
ReverseBits encodePairsHere(const EncoderStates &coder, const uint8_t *raw,
                            uint64_t count, StatePair &pair,
                            ReverseBits result) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("bmi2"))
    return encodePairsBmi2<Access>(coder, raw, count, pair, result);
#endif
  return encodePairs<Access>(coder, raw, count, pair, result);
}

/// decodePairs, as this processor does it best.
template <typename Access>
DecodePosition decodePairsHere(const DecoderState *table,
                               llvm::ArrayRef<uint8_t> stream, uint8_t *places,
                               uint64_t elements, DecodePosition from) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("bmi2"))
    return decodePairsBmi2<Access>(table, stream, places, elements, from);
#endif
  return decodePairs<Access>(table, stream, places, elements, from);
}

} // namespace lacuna

#endif // LACUNA_LIB_ENCODING_ENTROPYLOOPS_H
