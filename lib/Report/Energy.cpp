// Energy from counters: a product for each kind of work.
#include "lacuna/Report/Report.h"

using namespace lacuna;

Energy lacuna::getEnergy(const Counters &counters, const Machine &machine,
                         uint64_t cycles, bool least) {
  const Machine::EnergyPj &pj = machine.energyPj;
  auto times = [](uint64_t count, const SourcedValue &each) {
    return static_cast<double>(count) * each.value;
  };
  Energy energy;
  energy.dram = times(
      counters.dramBurst - (least ? counters.slack.dramBurst : 0), pj.dramByte);
  energy.scratchpad =
      times(counters.scratchpadRead, pj.scratchpadByteRead) +
      times(counters.scratchpadWritten, pj.scratchpadByteWritten);
  energy.accumulators = times(counters.accumulatorRead, pj.accumulatorByte) +
                        times(counters.accumulatorWritten, pj.accumulatorByte);
  for (auto [types, done] : counters.doneByType)
    energy.matrix +=
        static_cast<double>(least ? done.most - done.slack : done.most) *
        machine.getMacEnergy(types.first, types.second);
  if (machine.matrix.skip.isEnabled())
    energy.matrix += times(counters.macs, pj.skipTerm);
  energy.vector = times(counters.vectorOperations, pj.vectorOp);
  energy.decoder = times(counters.decodedBytes, pj.decodedByte) +
                   times(counters.blockBytes, pj.blockByte);
  energy.sequencer = times(counters.instructionBytesIssued, pj.instructionByte);
  // mW * cycles / MHz is nJ.
  if (machine.clockMhz)
    energy.leakage = machine.staticMw.value * static_cast<double>(cycles) /
                     machine.clockMhz * 1000;
  return energy;
}
