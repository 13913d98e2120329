// One function for each instruction; the cost classes of accel-isa in the
// order of docs/machine.md.
#include "lacuna/Machine/Cost.h"

#include "lacuna/Machine/Window.h"

#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace lacuna;

static uint64_t multiply(uint64_t a, uint64_t b) {
  return SaturatingMultiply(a, b);
}
template <typename... Rest>
static uint64_t multiply(uint64_t a, uint64_t b, Rest... rest) {
  return multiply(multiply(a, b), rest...);
}
static uint64_t divideUp(uint64_t a, uint64_t b) {
  return a / b + (a % b != 0);
}
static uint64_t bytesOf(uint64_t elements, ElementType type) {
  return multiply(elements, (getInfo(type).storageBits + 7) / 8);
}
static uint64_t countElements(ArrayRef<Interval> dims) {
  uint64_t elements = 1;
  for (const Interval &interval : dims)
    elements = multiply(elements, interval.size);
  return elements;
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

namespace {
constexpr OnChipMemory pad = OnChipMemory::Scratchpad;

/// An output-stationary array: `folds` blocks of outputs, each summing `terms`.
uint64_t getArrayCycles(uint64_t folds, uint64_t terms, uint64_t rows,
                        const Machine &machine) {
  uint64_t ends = rows + machine.matrix.columns - 2;
  if (machine.matrix.overlapFillDrain)
    return SaturatingAdd(multiply(folds, std::max(terms, rows)), ends);
  return multiply(folds, SaturatingAdd(terms, ends)) - 1;
}

/// Taps of the window of a MATRIX or pool instruction.
struct Taps {
  uint64_t all;
  uint64_t inside;
};
template <typename Inst>
Taps countTaps(const Inst &inst, int64_t dilationRows,
               int64_t dilationColumns) {
  Window rows{int64_t(inst.strideRows), dilationRows, int64_t(inst.paddingTop),
              int64_t(inst.srcRows)};
  Window columns{int64_t(inst.strideColumns), dilationColumns,
                 int64_t(inst.paddingLeft), int64_t(inst.srcColumns)};
  return {multiply(inst.rows.size, inst.columns.size, inst.kernelRows.size,
                   inst.kernelColumns.size),
          multiply(rows.countInside(Span(inst.rows), Span(inst.kernelRows)),
                   columns.countInside(Span(inst.columns),
                                       Span(inst.kernelColumns)))};
}

/// Taps of an instruction of MATRIX, all and inside, its slices too.
template <typename Inst> Taps countMatrixTaps(const Inst &inst) {
  return countTaps(inst, inst.dilationRows, inst.dilationColumns);
}
Taps countMatrixTaps(const Conv3D &inst) {
  Taps taps = countTaps(inst, inst.dilationRows, inst.dilationColumns);
  Window slices{int64_t(inst.strideSlices), int64_t(inst.dilationSlices),
                int64_t(inst.paddingFront), int64_t(inst.srcSlices)};
  return {multiply(taps.all, inst.slices.size, inst.kernelSlices.size),
          multiply(taps.inside, slices.countInside(Span(inst.slices),
                                                   Span(inst.kernelSlices)))};
}

/// Pixels of the result, and taps of the kernel.
template <typename Inst> uint64_t countPixels(const Inst &inst) {
  uint64_t pixels = multiply(inst.rows.size, inst.columns.size);
  if constexpr (std::is_same_v<Inst, Conv3D>)
    pixels = multiply(pixels, inst.slices.size);
  return pixels;
}
template <typename Inst> uint64_t countKernel(const Inst &inst) {
  uint64_t taps = multiply(inst.kernelRows.size, inst.kernelColumns.size);
  if constexpr (std::is_same_v<Inst, Conv3D>)
    taps = multiply(taps, inst.kernelSlices.size);
  return taps;
}

/// What instructions of MATRIX share. `depth` is the products of a tap, `rows`
/// the rows of the array that take pixels, `terms` those of one sum.
template <typename Inst>
Cost getMatrixCost(const Inst &inst, uint64_t depth, uint64_t inputReads,
                   uint64_t rows, uint64_t terms, const Machine &machine) {
  Taps taps = countMatrixTaps(inst);
  uint64_t pixels = countPixels(inst);
  uint64_t channels = inst.channels.size;
  uint64_t pixelGroups = divideUp(pixels, rows);
  uint64_t channelGroups = divideUp(channels, machine.matrix.columns);

  Cost cost;
  cost.macs = multiply(taps.all, depth, channels);
  cost.macsPadding = multiply(taps.all - taps.inside, depth, channels);
  cost.cycles = getArrayCycles(multiply(pixelGroups, channelGroups), terms,
                               rows, machine);
  cost.traffic.push_back(
      {"src", pad, bytesOf(multiply(taps.inside, inputReads), inst.srcType),
       0});
  uint64_t weights = multiply(channels, countKernel(inst), depth);
  cost.traffic.push_back(
      {"weights", pad,
       multiply(
           divideUp(multiply(weights, getInfo(inst.weightType).storageBits), 8),
           pixelGroups),
       0});
  uint64_t sums = bytesOf(multiply(pixels, channels), inst.dstType);
  cost.traffic.push_back(
      {"dst", OnChipMemory::Accumulators, addsToSums(inst) ? sums : 0, sums});
  return cost;
}

/// Whatever the dimensions of its window.
template <typename Inst>
Cost getConvolutionCost(const Inst &inst, const Machine &machine) {
  uint64_t depth = inst.depth.size;
  uint64_t terms = multiply(countKernel(inst), depth);
  // A verified program has an entry; any other is taken at one a cycle.
  const MacType *type = machine.findMacType(inst.srcType, inst.weightType);
  Rate rate = type ? type->rate : Rate();
  uint64_t groups = divideUp(inst.channels.size, machine.matrix.columns);
  return getMatrixCost(
      inst, depth, multiply(depth, groups), machine.matrix.rows,
      divideUp(multiply(terms, rate.denominator), rate.numerator), machine);
}

Cost costOf(const Conv &inst, const Machine &machine) {
  return getConvolutionCost(inst, machine);
}

Cost costOf(const Conv3D &inst, const Machine &machine) {
  return getConvolutionCost(inst, machine);
}

Cost costOf(const Depthwise &inst, const Machine &machine) {
  return getMatrixCost(inst, 1, inst.channels.size,
                       machine.matrix.depthwiseRows, countKernel(inst),
                       machine);
}

template <typename Inst>
Cost getTransferCost(const Inst &inst, const Machine &machine) {
  Cost cost;
  cost.dramBurst =
      getBurstBytes(static_cast<uint64_t>(inst.dram.address.constant), inst.run,
                    inst.dims, inst.dramStrides, machine.dram.burstBytes);
  cost.cycles = divideUp(cost.dramBurst, machine.dram.bytesPerCycle);
  return cost;
}

Cost costOf(const Load &inst, const Machine &machine) {
  Cost cost = getTransferCost(inst, machine);
  cost.dramRead = multiply(countElements(inst.dims), inst.run);
  cost.traffic.push_back({"pad", pad, 0, cost.dramRead});
  return cost;
}

Cost costOf(const Store &inst, const Machine &machine) {
  Cost cost = getTransferCost(inst, machine);
  cost.dramWritten = multiply(countElements(inst.dims), inst.run);
  cost.traffic.push_back({"pad", pad, cost.dramWritten, 0});
  return cost;
}

Cost costOf(const Fill &inst, const Machine &machine) {
  Cost cost;
  uint64_t bytes = multiply(countElements(inst.dims), inst.run);
  cost.cycles = divideUp(bytes, machine.scratchpad.getBytesPerCycle());
  cost.traffic.push_back({"pad", pad, 0, bytes});
  return cost;
}

Cost getVectorCost(uint64_t written, uint64_t steps, const Machine &machine) {
  Cost cost;
  cost.cycles = multiply(divideUp(written, machine.vector.lanes), steps);
  return cost;
}

Cost costOf(const Rescale &inst, const Machine &machine) {
  uint64_t elements = countElements(inst.dims);
  Cost cost = getVectorCost(elements, 1, machine);
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

Cost costOf(const Map &inst, const Machine &machine) {
  uint64_t elements = countElements(inst.dims);
  Cost cost = getVectorCost(elements, inst.useC ? 2 : 1, machine);
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

Cost costOf(const Pool &inst, const Machine &machine) {
  uint64_t elements =
      multiply(inst.rows.size, inst.columns.size, inst.channels.size);
  Cost cost = getVectorCost(
      elements, multiply(inst.kernelRows.size, inst.kernelColumns.size),
      machine);
  Taps taps = countTaps(inst, 1, 1);
  cost.vectorOperations = multiply(taps.all, inst.channels.size);
  cost.traffic.push_back({"dst", pad, 0, bytesOf(elements, inst.type)});
  cost.traffic.push_back(
      {"src", pad,
       bytesOf(multiply(taps.inside, inst.channels.size), inst.type), 0});
  return cost;
}

Cost costOf(const Reduce &inst, const Machine &machine) {
  uint64_t written = countElements(inst.dims);
  Cost cost = getVectorCost(written, inst.reduced.size, machine);
  cost.vectorOperations = multiply(written, inst.reduced.size);
  cost.traffic.push_back({"dst", pad, 0, bytesOf(written, inst.dstType)});
  cost.traffic.push_back({"src", inst.src.memory,
                          bytesOf(cost.vectorOperations, inst.srcType), 0});
  return cost;
}

/// Loops, semaphores and the end take no more than their issue.
template <typename Inst> Cost costOf(const Inst &, const Machine &) {
  static_assert(Inst::executedBy == Engine::Sequencer,
                "an instruction without a cost function");
  return {};
}
} // namespace

bool lacuna::addsToSums(const Conv &inst) {
  if (inst.accumulate == Accumulation::First)
    return inst.kernelRows.start.constant ||
           inst.kernelColumns.start.constant || inst.depth.start.constant;
  return inst.accumulate == Accumulation::Add;
}

bool lacuna::addsToSums(const Depthwise &inst) {
  if (inst.accumulate == Accumulation::First)
    return inst.kernelRows.start.constant || inst.kernelColumns.start.constant;
  return inst.accumulate == Accumulation::Add;
}

bool lacuna::addsToSums(const Conv3D &inst) {
  if (inst.accumulate == Accumulation::First)
    return inst.kernelSlices.start.constant || inst.kernelRows.start.constant ||
           inst.kernelColumns.start.constant || inst.depth.start.constant;
  return inst.accumulate == Accumulation::Add;
}

Cost lacuna::getCost(const Instruction &resolved, const Machine &machine) {
  if (doesNothing(resolved))
    return {};
  return std::visit([&](const auto &inst) { return costOf(inst, machine); },
                    resolved);
}
