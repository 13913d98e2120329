// What all cost functions share; those of an engine's instructions are in a
// file of its own. The cost classes are in the order of docs/machine.md.
#include "CostFunctions.h"

using namespace llvm;
using namespace lacuna;
using namespace lacuna::cost;

void Cost::takeAtLeast(uint64_t least) {
  // What the least that it may take grows by is the most that conflicts add.
  uint64_t fewest = cycles - slack.cycles;
  uint64_t mostAdded = least > fewest ? least - fewest : 0;
  uint64_t added = least > cycles ? least - cycles : 0;
  conflictCycles = SaturatingAdd(conflictCycles, added);
  slack.conflictCycles = SaturatingAdd(slack.conflictCycles, mostAdded - added);
  cycles += added;
  if (macs)
    denseCycles = std::max(denseCycles, least);
  slack.cycles = cycles - (fewest + mostAdded);
}

uint64_t Cost::getRead(OnChipMemory memory) const {
  uint64_t bytes = 0;
  for (const OperandTraffic &operand : traffic)
    if (operand.memory == memory)
      bytes = SaturatingAdd(bytes, operand.read);
  return bytes;
}
uint64_t Cost::getWritten(OnChipMemory memory) const {
  uint64_t bytes = 0;
  for (const OperandTraffic &operand : traffic)
    if (operand.memory == memory)
      bytes = SaturatingAdd(bytes, operand.written);
  return bytes;
}

Cost lacuna::getCost(const Instruction &resolved, const Machine &machine,
                     const KnownBytes *known) {
  if (doesNothing(resolved))
    return {};
  Cost cost = std::visit(
      [&](const auto &inst) { return costOf(inst, machine, known); }, resolved);
  // All banks together give and take no more than this in a cycle.
  uint64_t bytes = SaturatingAdd(cost.getRead(pad), cost.getWritten(pad));
  cost.takeAtLeast(divideUp(bytes, machine.scratchpad.getBytesPerCycle()));
  return cost;
}
