// Adding up counters.
#include "lacuna/Machine/Counters.h"

#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace lacuna;

StringRef lacuna::getName(DramUse use) {
  static constexpr StringLiteral names[kDramUses] = {
      "weights", "parameters", "activations",
      "input",   "output",     "instructions"};
  return names[static_cast<unsigned>(use)];
}

static void addTo(uint64_t &sum, uint64_t value) {
  sum = SaturatingAdd(sum, value);
}

uint64_t Counters::getDramBytes() const {
  return SaturatingAdd(dramRead, dramWritten);
}

void Counters::addOnChip(const Instruction &resolved, const Cost &cost) {
  addTo(macs, cost.macs);
  addTo(macsPadding, cost.macsPadding);
  addTo(vectorOperations, cost.vectorOperations);
  addTo(decodedBytes, cost.decodedBytes);
  addTo(scratchpadRead, cost.getRead(OnChipMemory::Scratchpad));
  addTo(scratchpadWritten, cost.getWritten(OnChipMemory::Scratchpad));
  addTo(accumulatorRead, cost.getRead(OnChipMemory::Accumulators));
  addTo(accumulatorWritten, cost.getWritten(OnChipMemory::Accumulators));
  auto engine = static_cast<unsigned>(queueOf(resolved));
  addTo(busyCycles[engine], cost.cycles);
  addTo(conflictCycles[engine], cost.conflictCycles);
  if (const auto *conv = std::get_if<Conv>(&resolved))
    addTo(macsByType[{conv->srcType, conv->weightType}], cost.macs);
  else if (const auto *depthwise = std::get_if<Depthwise>(&resolved))
    addTo(macsByType[{depthwise->srcType, depthwise->weightType}], cost.macs);
  else if (const auto *volume = std::get_if<Conv3D>(&resolved))
    addTo(macsByType[{volume->srcType, volume->weightType}], cost.macs);
}

void Counters::addTransfer(DramUse use, bool written, uint64_t bytes) {
  addTo(written ? dramWritten : dramRead, bytes);
  addTo(dramBy[static_cast<unsigned>(use)], bytes);
}

void Counters::addTensor(uint32_t tensor, bool written, uint64_t bytes) {
  TensorTraffic &traffic = tensors[tensor];
  addTo(written ? traffic.dramWritten : traffic.dramRead, bytes);
}

Counters &Counters::operator+=(const Counters &other) {
  addTo(macs, other.macs);
  addTo(macsSkipped, other.macsSkipped);
  addTo(macsPadding, other.macsPadding);
  addTo(vectorOperations, other.vectorOperations);
  addTo(decodedBytes, other.decodedBytes);
  addTo(dramRead, other.dramRead);
  addTo(dramWritten, other.dramWritten);
  addTo(dramBurst, other.dramBurst);
  for (unsigned i = 0; i != kDramUses; ++i)
    addTo(dramBy[i], other.dramBy[i]);
  addTo(scratchpadRead, other.scratchpadRead);
  addTo(scratchpadWritten, other.scratchpadWritten);
  scratchpadPeak = std::max(scratchpadPeak, other.scratchpadPeak);
  addTo(accumulatorRead, other.accumulatorRead);
  addTo(accumulatorWritten, other.accumulatorWritten);
  addTo(instructionBytesIssued, other.instructionBytesIssued);
  for (unsigned i = 0; i != kEngines; ++i) {
    addTo(busyCycles[i], other.busyCycles[i]);
    addTo(conflictCycles[i], other.conflictCycles[i]);
  }
  for (auto [types, count] : other.macsByType)
    addTo(macsByType[types], count);
  for (const auto &[tensor, traffic] : other.tensors) {
    addTensor(tensor, false, traffic.dramRead);
    addTensor(tensor, true, traffic.dramWritten);
  }
  return *this;
}
