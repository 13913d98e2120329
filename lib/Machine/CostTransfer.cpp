// LOAD and STORE: bytes off-chip, asked for and in bursts.
#include "CostFunctions.h"

#include "lacuna/Program/WeightUnits.h"

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

/// The offsets between which the streams of `units` lie; all of the tensor's
/// where the index is not known or lies.
static std::pair<uint64_t, uint64_t> findStreams(const Decode &inst,
                                                 const WeightUnits &units,
                                                 const KnownBytes *known) {
  std::pair<uint64_t, uint64_t> all(0, inst.streamBytes);
  uint64_t address = inst.header.base, bytes = headerBytes(inst);
  if (!known || units.first + units.count > inst.units.bound ||
      bytes > known->scratchpad.size() ||
      address > known->scratchpad.size() - bytes)
    return all;
  if (known->unknown &&
      known->unknown->find_first_in(address, address + bytes) >= 0)
    return all;
  ArrayRef<uint8_t> header = known->scratchpad.slice(address, bytes);
  uint64_t begin = readIndex(header, inst, units.first);
  uint64_t end = readIndex(header, inst, units.first + units.count);
  return begin <= end && end <= inst.streamBytes ? std::pair(begin, end) : all;
}

Cost lacuna::cost::costOf(const Decode &inst, const Machine &machine,
                          const KnownBytes *known) {
  WeightUnits units(inst);
  auto [begin, end] = findStreams(inst, units, known);
  Cost cost;
  cost.dramRead = end - begin;
  if (begin != end)
    cost.dramBurst =
        getBurstBytes(inst.dram.address.constant + begin, end - begin, {}, {},
                      machine.dram.burstBytes);
  cost.decodedBytes = multiply(units.rows, units.rowBytes);
  // A verified program has a decoder; any other is taken at one a cycle.
  uint64_t rate = std::max(1u, decodeRate(inst.encoding, machine));
  uint64_t streams = std::max(1u, machine.decoder.streams);
  uint64_t elements = divideUp(
      multiply(std::min(units.unitRows, units.rows), units.rowBytes, 8),
      getInfo(inst.type).storageBits);
  uint64_t decoding =
      SaturatingAdd(inst.tableBytes, multiply(divideUp(units.count, streams),
                                              divideUp(elements, rate)));
  cost.cycles =
      std::max(divideUp(cost.dramBurst, machine.dram.bytesPerCycle), decoding);
  cost.traffic.push_back({"pad", pad, 0, cost.decodedBytes});
  cost.traffic.push_back(
      {"header", pad, inst.tableBytes + multiply(units.count + 1, 4), 0});
  return cost;
}

Cost lacuna::cost::costOf(const Fill &inst, const Machine &machine) {
  Cost cost;
  uint64_t bytes = multiply(countElements(inst.dims), inst.run);
  cost.cycles = divideUp(bytes, machine.scratchpad.getBytesPerCycle());
  cost.traffic.push_back({"pad", pad, 0, bytes});
  return cost;
}
