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

static void addTo(DataSlack &sum, const DataSlack &slack) {
  addTo(sum.cycles, slack.cycles);
  addTo(sum.conflictCycles, slack.conflictCycles);
  addTo(sum.macsSkipped, slack.macsSkipped);
  addTo(sum.macsGated, slack.macsGated);
  addTo(sum.macsDone, slack.macsDone);
}

uint64_t Counters::getDramBytes() const {
  return SaturatingAdd(dramRead, dramWritten);
}

void Counters::addOnChip(const Instruction &resolved, const Cost &cost) {
  addTo(macs, cost.macs);
  addTo(macsPadding, cost.macsPadding);
  addTo(macsSkipped, cost.macsSkipped);
  addTo(macsGated, cost.macsGated);
  addTo(denseCycles, cost.denseCycles);
  addTo(slack, cost.slack);
  addTo(vectorOperations, cost.vectorOperations);
  addTo(decodedBytes, cost.decodedBytes);
  addTo(scratchpadRead, cost.getRead(OnChipMemory::Scratchpad));
  addTo(scratchpadWritten, cost.getWritten(OnChipMemory::Scratchpad));
  addTo(accumulatorRead, cost.getRead(OnChipMemory::Accumulators));
  addTo(accumulatorWritten, cost.getWritten(OnChipMemory::Accumulators));
  auto engine = static_cast<unsigned>(queueOf(resolved));
  addTo(busyCycles[engine], cost.cycles);
  addTo(conflictCycles[engine], cost.conflictCycles);
  std::visit(
      [&](const auto &inst) {
        using Inst = std::decay_t<decltype(inst)>;
        if constexpr (Inst::executedBy == Engine::Matrix) {
          Done &done = doneByType[{inst.srcType, inst.weightType}];
          addTo(done.most, cost.macsDone);
          addTo(done.slack, cost.slack.macsDone);
        }
      },
      resolved);
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
  addTo(macsGated, other.macsGated);
  addTo(denseCycles, other.denseCycles);
  addTo(slack, other.slack);
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
  for (auto [types, done] : other.doneByType) {
    addTo(doneByType[types].most, done.most);
    addTo(doneByType[types].slack, done.slack);
  }
  for (const auto &[tensor, traffic] : other.tensors) {
    addTensor(tensor, false, traffic.dramRead);
    addTensor(tensor, true, traffic.dramWritten);
  }
  return *this;
}
