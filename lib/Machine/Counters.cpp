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
  addTo(sum.dramBytes, slack.dramBytes);
  addTo(sum.dramBurst, slack.dramBurst);
}

TensorTraffic &TensorTraffic::operator+=(const TensorTraffic &other) {
  addTo(dramRead, other.dramRead);
  addTo(dramWritten, other.dramWritten);
  addTo(readSlack, other.readSlack);
  addTo(writtenSlack, other.writtenSlack);
  addTo(padWritten, other.padWritten);
  addTo(padRead, other.padRead);
  return *this;
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
  addTo(blockBytes, cost.blockBytes);
  if (cost.blockBytes) {
    addTo(blockStored, SaturatingAdd(cost.dramRead, cost.dramWritten));
    addTo(blockStoredSlack, cost.slack.dramBytes);
  }
  addTo(dramBurst, cost.dramBurst);
  addTo(scratchpadRead, cost.getRead(OnChipMemory::Scratchpad));
  addTo(scratchpadWritten, cost.getWritten(OnChipMemory::Scratchpad));
  addTo(accumulatorRead, cost.getRead(OnChipMemory::Accumulators));
  addTo(accumulatorWritten, cost.getWritten(OnChipMemory::Accumulators));
  auto engine = static_cast<unsigned>(queueOf(resolved));
  addTo(busyCycles[engine], cost.cycles);
  addTo(conflictCycles[engine], cost.conflictCycles);
  addTo(busySlack[engine], cost.slack.cycles);
  addTo(conflictSlack[engine], cost.slack.conflictCycles);
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

void Counters::addTransfer(DramUse use, bool written, MovedBytes bytes) {
  addTo(written ? dramWritten : dramRead, bytes.most);
  addTo(dramBy[static_cast<unsigned>(use)], bytes.most);
  addTo(written ? dramWrittenSlack : dramReadSlack, bytes.slack);
}

void Counters::addTensor(uint32_t tensor, bool written, MovedBytes bytes) {
  TensorTraffic &traffic = tensors[tensor];
  addTo(written ? traffic.dramWritten : traffic.dramRead, bytes.most);
  addTo(written ? traffic.writtenSlack : traffic.readSlack, bytes.slack);
  addTo(written ? traffic.padRead : traffic.padWritten, bytes.onChip);
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
  addTo(blockBytes, other.blockBytes);
  addTo(blockStored, other.blockStored);
  addTo(blockStoredSlack, other.blockStoredSlack);
  addTo(dramReadSlack, other.dramReadSlack);
  addTo(dramWrittenSlack, other.dramWrittenSlack);
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
    addTo(busySlack[i], other.busySlack[i]);
    addTo(conflictSlack[i], other.conflictSlack[i]);
  }
  for (auto [types, done] : other.doneByType) {
    addTo(doneByType[types].most, done.most);
    addTo(doneByType[types].slack, done.slack);
  }
  for (const auto &[tensor, traffic] : other.tensors)
    tensors[tensor] += traffic;
  return *this;
}
