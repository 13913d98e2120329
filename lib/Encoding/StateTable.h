// The tables of the tabled asymmetric numeral system (Duda, "Asymmetric numeral
// systems: entropy coding combining speed of Huffman coding with compression
// rate of arithmetic coding", 2013): which states belong to which bin, and
// where each leads.
#ifndef LACUNA_LIB_ENCODING_STATETABLE_H
#define LACUNA_LIB_ENCODING_STATETABLE_H

#include "EntropyModel.h"

namespace lacuna {

/// What a decoder does in a state: the element lies at `first` + the next
/// offsetBits bits, and the next state is `next` + stateBits bits that come
/// before those.
struct DecoderState {
  uint16_t next;
  uint16_t first;
  uint8_t stateBits;
  uint8_t offsetBits;
  /// Both together.
  uint8_t bits;
};

std::vector<DecoderState> makeDecoderStates(const EntropyModel &model);

/// How an encoder takes a bin into a state from 2^stateBits to
/// 2^(stateBits + 1) - 1: it gives off the low (state + bitsBias) >> 16 bits
/// and goes to states[(state >> bits) + nextBias].
struct EncoderBin {
  uint32_t bitsBias;
  int32_t nextBias;
  /// From which an element can be taken in without giving off bits.
  uint32_t firstState;
  uint32_t first;
  uint32_t offsetBits;
};

struct EncoderStates {
  explicit EncoderStates(const EntropyModel &model);

  std::vector<EncoderBin> bins;
  std::vector<uint16_t> states;
};

} // namespace lacuna

#endif // LACUNA_LIB_ENCODING_STATETABLE_H
