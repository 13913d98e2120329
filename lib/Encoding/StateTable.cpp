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
  ranks.reserve(model.bins.size());
  for (const Bin &bin : model.bins)
    ranks.push_back(bin.mass);
  std::vector<DecoderState> states(size);
  for (auto [state, number] : llvm::zip_equal(states, spreadBins(model))) {
    const Bin &bin = model.bins[number];
    uint32_t rank = ranks[number]++; // mass to 2 * mass - 1
    unsigned bits = model.stateBits - llvm::Log2_32(rank);
    state.next = static_cast<uint16_t>((rank << bits) - size);
    state.first = static_cast<uint16_t>(bin.first);
    state.stateMask = static_cast<uint16_t>((1u << bits) - 1);
    state.offsetMask = static_cast<uint16_t>((1u << bin.offsetBits) - 1);
    state.stateBits = static_cast<uint8_t>(bits);
    state.bits = static_cast<uint8_t>(bits + bin.offsetBits);
  }
  return states;
}

EncoderStates::EncoderStates(const EntropyModel &model)
    : steps(size_t(1) << model.axis.elementBits), firstStates(steps.size()),
      states(size_t(2) << model.stateBits) {
  uint32_t size = uint32_t(1) << model.stateBits;
  uint16_t *first = states.data() + size; // of a bin
  std::vector<uint16_t *> next;
  for (const Bin &bin : model.bins) {
    next.push_back(first);
    first += bin.mass;
  }
  std::vector<uint16_t> binOfState = spreadBins(model);
  for (uint32_t state = 0; state < size; ++state)
    *next[binOfState[state]]++ = static_cast<uint16_t>(size + state);

  first = states.data() + size;
  for (const Bin &bin : model.bins) {
    // States from mass << most on give off `most` bits, others one fewer; what
    // is left of them is the rank, from mass on.
    unsigned most = model.stateBits - llvm::Log2_32(bin.mass);
    EncoderStep step;
    step.bitsBias = (most << 16) - (uint32_t(bin.mass) << most);
    step.offsetBits = bin.offsetBits;
    step.next = first - bin.mass;
    for (uint32_t offset = 0; offset < uint32_t(1) << bin.offsetBits;
         ++offset) {
      step.offset = static_cast<uint16_t>(offset);
      uint32_t element = model.axis.toElement(bin.first + offset);
      steps[element] = step;
      firstStates[element] = *first;
    }
    first += bin.mass;
  }
}
