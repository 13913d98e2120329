// VECTOR: vectors of results, and what their operands ask of the banks.
#include "CostFunctions.h"

using namespace llvm;
using namespace lacuna;
using namespace lacuna::cost;

namespace {
/// The operands of VECTOR that may conflict: sums have no banks.
struct Operands {
  explicit Operands(const Machine &machine) : machine(machine) {}
  void add(const OnChipRing &place, ElementType type, ArrayRef<Interval> dims,
           const Strides &strides, uint64_t accesses = 1,
           const Interval *reduced = nullptr) {
    if (place.memory != pad)
      return;
    BankedOperand operand(machine, place.ring, type, accesses);
    for (auto [index, interval] : llvm::enumerate(dims))
      operand.along(interval.start.constant, interval.size,
                    strideOf(strides, index));
    if (reduced)
      operand.along(reduced->start.constant, 1, strideOf(strides, dims.size()));
    list.push_back(std::move(operand));
  }
  const Machine &machine;
  SmallVector<BankedOperand, 4> list;
};

/// `written` results in vectors of `steps` cycles each; `operands` are those in
/// the scratchpad that have an element a lane.
Cost getVectorCost(uint64_t written, uint64_t steps,
                   MutableArrayRef<BankedOperand> operands,
                   const Machine &machine) {
  Cost cost;
  cost.cycles = multiply(divideUp(written, machine.vector.lanes), steps);
  cost.takeAtLeast(
      getVectorCycles(written, machine.vector.lanes, steps, operands));
  return cost;
}
} // namespace

Cost lacuna::cost::costOf(const Rescale &inst, const Machine &machine) {
  uint64_t elements = countElements(inst.dims);
  Operands operands(machine);
  operands.add({pad, inst.dst}, inst.dstType, inst.dims, inst.dstStrides);
  operands.add(inst.src, inst.srcType, inst.dims, inst.srcStrides);
  Cost cost = getVectorCost(elements, 1, operands.list, machine);
  cost.vectorOperations = elements;
  cost.traffic.push_back({"dst", pad, 0, bytesOf(elements, inst.dstType)});
  cost.traffic.push_back(
      {"src", inst.src.memory, bytesOf(elements, inst.srcType), 0});
  uint64_t channels = inst.dims.empty() ? 1 : inst.dims.back().size;
  if (uint64_t record = parameterBytes(inst.parameterFormat, inst.srcType))
    cost.traffic.push_back({"parameters", pad, multiply(channels, record), 0});
  if (inst.useTable)
    cost.traffic.push_back({"table", pad, 256, 0});
  return cost;
}

Cost lacuna::cost::costOf(const Map &inst, const Machine &machine) {
  uint64_t elements = countElements(inst.dims);
  Operands operands(machine);
  operands.add(inst.dst, inst.dstType, inst.dims, inst.dstStrides);
  operands.add(inst.a, inst.aType, inst.dims, inst.aStrides);
  if (inst.useB)
    operands.add(inst.b, inst.bType, inst.dims, inst.bStrides);
  if (inst.useC)
    operands.add(inst.c, inst.cType, inst.dims, inst.cStrides);
  Cost cost =
      getVectorCost(elements, inst.useC ? 2 : 1, operands.list, machine);
  cost.vectorOperations = elements;
  cost.traffic.push_back(
      {"dst", inst.dst.memory, 0, bytesOf(elements, inst.dstType)});
  cost.traffic.push_back(
      {"a", inst.a.memory, bytesOf(elements, inst.aType), 0});
  if (uint64_t table = tableBytes(inst.operation, inst.aType, inst.dstType))
    cost.traffic.push_back({"table", pad, table, 0});
  if (inst.useB)
    cost.traffic.push_back(
        {"b", inst.b.memory, bytesOf(elements, inst.bType), 0});
  if (inst.useC)
    cost.traffic.push_back(
        {"c", inst.c.memory, bytesOf(elements, inst.cType), 0});
  return cost;
}

Cost lacuna::cost::costOf(const Pool &inst, const Machine &machine) {
  Window rows = getPoolRows(inst), columns = getPoolColumns(inst);
  uint64_t elements =
      multiply(inst.rows.size, inst.columns.size, inst.channels.size);
  uint64_t taps = multiply(inst.kernelRows.size, inst.kernelColumns.size);
  Taps counted = countTaps(inst, rows, columns);
  // Of the four about a place, the nearest element is the only one read.
  if (inst.operation == PoolOperation::Nearest) {
    taps = 1;
    counted.all = counted.inside = multiply(inst.rows.size, inst.columns.size);
  }
  ElementType result = poolResultType(inst.operation, inst.type);
  BankedOperand src = walkWindow(inst, inst.type, rows, columns, taps, machine);
  src.along(inst.channels.start.constant, inst.channels.size,
            strideOf(inst.srcStrides, 2));
  Operands operands(machine);
  operands.list.push_back(std::move(src));
  operands.add({pad, inst.dst}, result,
               {inst.rows, inst.columns, inst.channels}, inst.dstStrides);
  Cost cost = getVectorCost(elements, taps, operands.list, machine);
  cost.vectorOperations = multiply(counted.all, inst.channels.size);
  cost.traffic.push_back({"dst", pad, 0, bytesOf(elements, result)});
  cost.traffic.push_back(
      {"src", pad,
       bytesOf(multiply(counted.inside, inst.channels.size), inst.type), 0});
  return cost;
}

Cost lacuna::cost::costOf(const Reduce &inst, const Machine &machine) {
  uint64_t written = countElements(inst.dims);
  Operands operands(machine);
  operands.add({pad, inst.dst}, inst.dstType, inst.dims, inst.dstStrides);
  // Each step reads one element of those that a lane reduces.
  operands.add(inst.src, inst.srcType, inst.dims, inst.srcStrides,
               inst.reduced.size, &inst.reduced);
  Cost cost = getVectorCost(written, inst.reduced.size, operands.list, machine);
  cost.vectorOperations = multiply(written, inst.reduced.size);
  cost.traffic.push_back({"dst", pad, 0, bytesOf(written, inst.dstType)});
  cost.traffic.push_back({"src", inst.src.memory,
                          bytesOf(cost.vectorOperations, inst.srcType), 0});
  return cost;
}
