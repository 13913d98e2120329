// The states of a bin are spread evenly over the table by a step that is odd
// and thus meets each state once.
#include "StateTable.h"

#include "llvm/Support/MathExtras.h"

using namespace lacuna;

/// The bin of each state.
static std::vector<uint16_t> spreadBins(const EntropyModel &model) {
  uint32_t size = uint32_t(1) << model.stateBits;
  uint32_t step = size / 2 + size / 8 + 3, state = 0;
  std::vector<uint16_t> binOfState(size);
  for (size_t bin = 0; bin < model.bins.size(); ++bin)
    for (unsigned i = 0; i < model.bins[bin].mass; ++i) {
      binOfState[state] = static_cast<uint16_t>(bin);
      state = (state + step) & (size - 1);
    }
  return binOfState;
}

std::vector<DecoderState> lacuna::makeDecoderStates(const EntropyModel &model) {
  uint32_t size = uint32_t(1) << model.stateBits;
  std::vector<uint32_t> ranks;
  for (const Bin &bin : model.bins)
    ranks.push_back(bin.mass);
  std::vector<DecoderState> states(size);
  for (auto [state, number] : llvm::zip_equal(states, spreadBins(model))) {
    const Bin &bin = model.bins[number];
    uint32_t rank = ranks[number]++; // mass to 2 * mass - 1
    unsigned bits = model.stateBits - llvm::Log2_32(rank);
    state.next = static_cast<uint16_t>((rank << bits) - size);
    state.first = static_cast<uint16_t>(bin.first);
    state.stateBits = static_cast<uint8_t>(bits);
    state.offsetBits = bin.offsetBits;
    state.bits = static_cast<uint8_t>(bits + bin.offsetBits);
  }
  return states;
}

EncoderStates::EncoderStates(const EntropyModel &model)
    : states(size_t(1) << model.stateBits) {
  uint32_t size = uint32_t(1) << model.stateBits;
  std::vector<uint32_t> next;
  uint32_t before = 0;
  for (const Bin &bin : model.bins) {
    unsigned most = model.stateBits - llvm::Log2_32(bin.mass);
    EncoderBin entry;
    // States from mass << most on give off `most` bits, others one fewer.
    entry.bitsBias = (most << 16) - (uint32_t(bin.mass) << most);
    entry.nextBias = int32_t(before) - bin.mass;
    entry.first = bin.first;
    entry.offsetBits = bin.offsetBits;
    bins.push_back(entry);
    next.push_back(before);
    before += bin.mass;
  }
  std::vector<uint16_t> binOfState = spreadBins(model);
  for (uint32_t state = 0; state < size; ++state)
    states[next[binOfState[state]]++] = static_cast<uint16_t>(size + state);
  for (size_t i = 0; i < bins.size(); ++i)
    bins[i].firstState = states[next[i] - model.bins[i].mass];
}
