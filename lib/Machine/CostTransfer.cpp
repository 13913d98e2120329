// LOAD and STORE: bytes off-chip, asked for and in bursts.
#include "CostFunctions.h"

using namespace llvm;
using namespace lacuna;
using namespace lacuna::cost;

namespace {
template <typename Inst>
Cost getTransferCost(const Inst &inst, const Machine &machine) {
  Cost cost;
  cost.dramBurst =
      getBurstBytes(static_cast<uint64_t>(inst.dram.address.constant), inst.run,
                    inst.dims, inst.dramStrides, machine.dram.burstBytes);
  cost.cycles = divideUp(cost.dramBurst, machine.dram.bytesPerCycle);
  return cost;
}

template <typename Inst>
Cost getIndexedCost(const Inst &inst, const Machine &machine) {
  Cost cost;
  ArrayRef<int64_t> strides(inst.dramStrides);
  cost.dramBurst =
      getBurstBytes(static_cast<uint64_t>(inst.dram.address.constant), inst.run,
                    inst.dims, strides.drop_back(), inst.indexStrides,
                    strides.back(), machine.dram.burstBytes);
  cost.cycles = divideUp(cost.dramBurst, machine.dram.bytesPerCycle);
  cost.traffic.push_back(
      {"indices", pad, bytesOf(countElements(inst.dims), ElementType::I32), 0});
  return cost;
}
} // namespace

Cost lacuna::cost::costOf(const Load &inst, const Machine &machine) {
  Cost cost = getTransferCost(inst, machine);
  cost.dramRead = multiply(countElements(inst.dims), inst.run);
  cost.traffic.push_back({"pad", pad, 0, cost.dramRead});
  return cost;
}

Cost lacuna::cost::costOf(const Store &inst, const Machine &machine) {
  Cost cost = getTransferCost(inst, machine);
  cost.dramWritten = multiply(countElements(inst.dims), inst.run);
  cost.traffic.push_back({"pad", pad, cost.dramWritten, 0});
  return cost;
}

Cost lacuna::cost::costOf(const Gather &inst, const Machine &machine) {
  Cost cost = getIndexedCost(inst, machine);
  cost.dramRead = multiply(countElements(inst.dims), inst.run);
  cost.traffic.push_back({"pad", pad, 0, cost.dramRead});
  return cost;
}

Cost lacuna::cost::costOf(const Scatter &inst, const Machine &machine) {
  Cost cost = getIndexedCost(inst, machine);
  cost.dramWritten = multiply(countElements(inst.dims), inst.run);
  cost.traffic.push_back({"pad", pad, cost.dramWritten, 0});
  return cost;
}

Cost lacuna::cost::costOf(const Fill &inst, const Machine &machine) {
  Cost cost;
  uint64_t bytes = multiply(countElements(inst.dims), inst.run);
  cost.cycles = divideUp(bytes, machine.scratchpad.getBytesPerCycle());
  cost.traffic.push_back({"pad", pad, 0, bytes});
  return cost;
}
