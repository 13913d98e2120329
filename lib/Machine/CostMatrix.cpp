// MATRIX: folds of the array, and the banks under a depthwise one.
#include "CostFunctions.h"
#include "Zeros.h"

using namespace llvm;
using namespace lacuna;
using namespace lacuna::cost;

namespace {
/// An output-stationary array: `folds` blocks of outputs, each summing `terms`.
uint64_t getArrayCycles(uint64_t folds, uint64_t terms, uint64_t rows,
                        const Machine &machine) {
  uint64_t ends = rows + machine.matrix.columns - 2;
  if (machine.matrix.overlapFillDrain)
    return SaturatingAdd(multiply(folds, std::max(terms, rows)), ends);
  return multiply(folds, SaturatingAdd(terms, ends)) - 1;
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
  cost.macsDone = cost.macs;
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

/// Of `terms` in a row, those that the pattern of `inst` gives a slot.
template <typename Inst> uint64_t countSlots(const Inst &inst, uint64_t terms) {
  if (inst.group == 0 || inst.nonzeros >= inst.group)
    return terms;
  return terms / inst.group * inst.nonzeros +
         std::min(inst.nonzeros, terms % inst.group);
}

/// Takes from `cost`, in which every product takes time but for those of
/// `slots` of `terms`, what zeros save: with the bytes that are known, or at
/// its worst. Folds have `rows` pixels.
template <typename Inst>
void leaveOutZeros(Cost &cost, const Inst &inst, const Machine &machine,
                   const KnownBytes *known, uint64_t rows, Rate rate,
                   uint64_t terms, uint64_t slots) {
  auto cyclesOf = [&](uint64_t count) {
    return divideUp(multiply(count, rate.denominator), rate.numerator);
  };
  uint64_t sums = multiply(countPixels(inst), inst.channels.size);
  uint64_t folds =
      multiply(divideUp(countPixels(inst), rows),
               divideUp(inst.channels.size, machine.matrix.columns));
  uint64_t dense = getArrayCycles(folds, cyclesOf(terms), rows, machine);
  uint64_t most = getArrayCycles(folds, cyclesOf(slots), rows, machine);
  cost.denseCycles = cost.cycles;
  // Terms are read all the same, so that banks add what they did.
  auto setCycles = [&](uint64_t array) {
    return cost.denseCycles - dense + array;
  };
  cost.cycles = setCycles(most);
  cost.macsSkipped = multiply(sums, terms - slots);
  cost.macsDone = cost.macs - cost.macsSkipped;
  if (!machine.matrix.skip.isEnabled() || !known || terms > maxSkippedTerms)
    return;

  uint64_t ends = rows + machine.matrix.columns - 2;
  bool overlap = machine.matrix.overlapFillDrain;
  auto count = [&](Unknown unknown) {
    ZeroCounts counts = countZeros(inst, machine, *known, unknown, rows, rate,
                                   cyclesOf(slots), overlap ? rows : 0);
    counts.cycles =
        overlap ? SaturatingAdd(counts.cycles, ends)
                : SaturatingAdd(counts.cycles, multiply(folds, ends)) - 1;
    counts.taken = std::min(counts.taken, cost.macs - cost.macsSkipped);
    counts.done = std::min(counts.done, counts.taken);
    return counts;
  };
  ZeroCounts top = count(Unknown::Nonzero), low = top;
  bool knowsWeights = !known->weights.empty() || !known->scratchpad.empty();
  bool looksAtInput = machine.matrix.skip.activations != ZeroActivations::None;
  if ((known->scratchpad.empty() && looksAtInput) || !knowsWeights)
    low = count(Unknown::Zero);
  cost.cycles = setCycles(top.cycles);
  cost.slack.cycles = top.cycles - low.cycles;
  cost.macsSkipped = cost.macs - top.taken;
  cost.slack.macsSkipped = top.taken - low.taken;
  cost.macsDone = top.done;
  cost.slack.macsDone = top.done - low.done;
  // Gated is what is taken and not done: from the fewest of the one and the
  // most of the other to the reverse.
  cost.macsGated = low.taken > top.done ? low.taken - top.done : 0;
  cost.slack.macsGated = top.taken - low.done - cost.macsGated;
}

/// Whatever the dimensions of its window.
template <typename Inst>
Cost getConvolutionCost(const Inst &inst, const Machine &machine,
                        const KnownBytes *known) {
  uint64_t depth = inst.depth.size;
  uint64_t terms = multiply(countKernel(inst), depth);
  // A verified program has an entry; any other is taken at one a cycle.
  const MacType *type = machine.findMacType(inst.srcType, inst.weightType);
  Rate rate = type ? type->rate : Rate();
  uint64_t groups = divideUp(inst.channels.size, machine.matrix.columns);
  Cost cost = getMatrixCost(
      inst, depth, multiply(depth, groups), machine.matrix.rows,
      divideUp(multiply(terms, rate.denominator), rate.numerator), machine);
  leaveOutZeros(cost, inst, machine, known, machine.matrix.rows, rate, terms,
                countSlots(inst, terms));
  return cost;
}
} // namespace

Cost lacuna::cost::costOf(const Conv &inst, const Machine &machine,
                          const KnownBytes *known) {
  return getConvolutionCost(inst, machine, known);
}

Cost lacuna::cost::costOf(const Conv3D &inst, const Machine &machine,
                          const KnownBytes *known) {
  return getConvolutionCost(inst, machine, known);
}

Cost lacuna::cost::costOf(const Depthwise &inst, const Machine &machine,
                          const KnownBytes *known) {
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
  leaveOutZeros(cost, inst, machine, known, arrayRows, Rate(), taps, taps);
  return cost;
}

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
