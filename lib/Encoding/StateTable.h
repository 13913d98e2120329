// The tables of the tabled asymmetric numeral system (Duda, "Asymmetric numeral
// systems: entropy coding combining speed of Huffman coding with compression
// rate of arithmetic coding", 2013): which states belong to which bin, and
// where each leads.
#ifndef LACUNA_LIB_ENCODING_STATETABLE_H
#define LACUNA_LIB_ENCODING_STATETABLE_H

#include "EntropyModel.h"

namespace lacuna {

/// What a decoder does in a state: the next state is `next` + the low stateBits
/// bits of what comes, and the element lies at `first` + the rest of `bits`
/// bits.
struct DecoderState {
  uint16_t next;
  uint16_t first;
  /// As many ones as the state's and the offset's bits.
  uint16_t stateMask;
  uint16_t offsetMask;
  uint8_t stateBits;
  /// Of state and offset.
  uint8_t bits;
};

std::vector<DecoderState> makeDecoderStates(const EntropyModel &model);

/// How an encoder takes an element into a state from 2^stateBits to
/// 2^(stateBits + 1) - 1: it gives off the low (state + bitsBias) >> 16 bits,
/// with the offset above them, and goes to next[state >> bits].
struct EncoderStep {
  uint32_t bitsBias;
  uint16_t offset;
  uint8_t offsetBits;
  const uint16_t *next;
};

struct EncoderStates {
  explicit EncoderStates(const EntropyModel &model);

  EncoderStates(const EncoderStates &) = delete;

  std::vector<EncoderStep> steps; // by element
  /// By element: a state to which it leads without giving off bits.
  std::vector<uint16_t> firstStates;

private:
  /// Each bin's states in ascending order, after as many unused entries.
  std::vector<uint16_t> states;
};

} // namespace lacuna

#endif // LACUNA_LIB_ENCODING_STATETABLE_H
