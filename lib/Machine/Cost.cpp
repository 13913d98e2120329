// One function for each instruction; the cost classes of accel-isa in the
// order of docs/machine.md.
#include "lacuna/Machine/Cost.h"

#include "Banks.h"
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

void Cost::takeAtLeast(uint64_t least) {
  if (least <= cycles)
    return;
  conflictCycles = SaturatingAdd(conflictCycles, least - cycles);
  cycles = least;
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
Taps countTaps(const Inst &inst, const Window &rows, const Window &columns) {
  return {multiply(inst.rows.size, inst.columns.size, inst.kernelRows.size,
                   inst.kernelColumns.size),
          multiply(rows.countInside(Span(inst.rows), Span(inst.kernelRows)),
                   columns.countInside(Span(inst.columns),
                                       Span(inst.kernelColumns)))};
}

/// The two dimensions of the window of an instruction of MATRIX.
template <typename Inst> Window getRows(const Inst &inst) {
  return {int64_t(inst.strideRows), int64_t(inst.dilationRows),
          int64_t(inst.paddingTop), int64_t(inst.srcRows)};
}
template <typename Inst> Window getColumns(const Inst &inst) {
  return {int64_t(inst.strideColumns), int64_t(inst.dilationColumns),
          int64_t(inst.paddingLeft), int64_t(inst.srcColumns)};
}

int64_t strideOf(const Strides &strides, size_t position) {
  return position < strides.size() ? strides[position] : 0;
}

/// The pixels that the first tap of the window of a MATRIX or pool instruction
/// reads, as if the input went on beyond its edges.
template <typename Inst>
BankedOperand walkWindow(const Inst &inst, ElementType type, const Window &rows,
                         const Window &columns, uint64_t accesses,
                         const Machine &machine) {
  BankedOperand src(machine, inst.src, type, accesses);
  auto along = [&](const Window &window, const Interval &outputs,
                   const Interval &kernel, int64_t stride) {
    uint64_t first =
        uint64_t(window.quotient(outputs.start.constant)) +
        uint64_t(kernel.start.constant) * uint64_t(window.dilation) -
        uint64_t(window.padding);
    src.along(int64_t(first), outputs.size, stride,
              uint64_t(window.stride / window.divisor));
  };
  along(rows, inst.rows, inst.kernelRows, strideOf(inst.srcStrides, 0));
  along(columns, inst.columns, inst.kernelColumns,
        strideOf(inst.srcStrides, 1));
  return src;
}

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

/// Taps of an instruction of MATRIX, all and inside, its slices too.
template <typename Inst> Taps countMatrixTaps(const Inst &inst) {
  return countTaps(inst, getRows(inst), getColumns(inst));
}
Taps countMatrixTaps(const Conv3D &inst) {
  Taps taps = countTaps(inst, getRows(inst), getColumns(inst));
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
  uint64_t taps = multiply(inst.kernelRows.size, inst.kernelColumns.size);
  uint64_t arrayRows = machine.matrix.depthwiseRows;
  Cost cost =
      getMatrixCost(inst, 1, inst.channels.size, arrayRows, taps, machine);

  // The input channels of an output pixel are its innermost extent.
  uint64_t firstChannel = inst.channels.start.constant / inst.multiplier;
  auto inputChannel = [&](uint64_t channel) {
    return (inst.channels.start.constant + channel) / inst.multiplier -
           firstChannel;
  };
  uint64_t channels = inst.channels.size, columns = machine.matrix.columns;
  uint64_t inputChannels = inputChannel(channels - 1) + 1;
  BankedOperand src = walkWindow(inst, inst.srcType, getRows(inst),
                                 getColumns(inst), 1, machine);
  src.along(firstChannel, inputChannels, strideOf(inst.srcStrides, 2));

  uint64_t pixels = multiply(inst.rows.size, inst.columns.size);
  uint64_t channelGroups = divideUp(channels, columns);
  uint64_t folds = multiply(divideUp(pixels, arrayRows), channelGroups);
  uint64_t ends = arrayRows + columns - 2;
  bool overlap = machine.matrix.overlapFillDrain;
  uint64_t cycles = addUpCycles(folds, [&](uint64_t fold) {
    uint64_t pixel = fold / channelGroups * arrayRows;
    uint64_t channel = fold % channelGroups * columns;
    uint64_t begin = inputChannel(channel);
    uint64_t end = inputChannel(std::min(channel + columns, channels) - 1) + 1;
    for (uint64_t row = pixel; row != std::min(pixel + arrayRows, pixels);
         ++row)
      src.touch(row * inputChannels + begin, end - begin);
    uint64_t terms = multiply(taps, src.takeFullest());
    return overlap ? std::max(terms, arrayRows) : SaturatingAdd(terms, ends);
  });
  cost.takeAtLeast(overlap ? SaturatingAdd(cycles, ends) : cycles - 1);
  return cost;
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

Cost costOf(const Gather &inst, const Machine &machine) {
  Cost cost = getIndexedCost(inst, machine);
  cost.dramRead = multiply(countElements(inst.dims), inst.run);
  cost.traffic.push_back({"pad", pad, 0, cost.dramRead});
  return cost;
}

Cost costOf(const Scatter &inst, const Machine &machine) {
  Cost cost = getIndexedCost(inst, machine);
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

Cost costOf(const Rescale &inst, const Machine &machine) {
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

Cost costOf(const Map &inst, const Machine &machine) {
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

Cost costOf(const Pool &inst, const Machine &machine) {
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

Cost costOf(const Reduce &inst, const Machine &machine) {
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
  Cost cost = std::visit(
      [&](const auto &inst) { return costOf(inst, machine); }, resolved);
  // All banks together give and take no more than this in a cycle.
  uint64_t bytes = SaturatingAdd(cost.getRead(pad), cost.getWritten(pad));
  cost.takeAtLeast(divideUp(bytes, machine.scratchpad.getBytesPerCycle()));
  return cost;
}
