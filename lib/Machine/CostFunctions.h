// What the cost functions of the engines share: saturating arithmetic, sizes,
// windows, and the declaration of the function of each instruction. Private to
// the library.
#ifndef LACUNA_LIB_MACHINE_COSTFUNCTIONS_H
#define LACUNA_LIB_MACHINE_COSTFUNCTIONS_H

#include "Banks.h"
#include "lacuna/Machine/Cost.h"
#include "lacuna/Machine/Window.h"

#include "llvm/Support/MathExtras.h"

namespace lacuna {
namespace cost {

/// Products and sums that saturate at 2^64 - 1.
inline uint64_t multiply(uint64_t a, uint64_t b) {
  return llvm::SaturatingMultiply(a, b);
}
template <typename... Rest>
uint64_t multiply(uint64_t a, uint64_t b, Rest... rest) {
  return multiply(multiply(a, b), rest...);
}
inline uint64_t divideUp(uint64_t a, uint64_t b) {
  return a / b + (a % b != 0);
}
inline uint64_t bytesOf(uint64_t elements, ElementType type) {
  return multiply(elements, (getInfo(type).storageBits + 7) / 8);
}
inline uint64_t countElements(llvm::ArrayRef<Interval> dims) {
  uint64_t elements = 1;
  for (const Interval &interval : dims)
    elements = multiply(elements, interval.size);
  return elements;
}

constexpr OnChipMemory pad = OnChipMemory::Scratchpad;
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
inline int64_t strideOf(const Strides &strides, size_t position) {
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
/// The cost of an instruction that does something, before what all banks
/// together allow.
Cost costOf(const Conv &inst, const Machine &machine, const KnownBytes *known);
Cost costOf(const Conv3D &inst, const Machine &machine,
            const KnownBytes *known);
Cost costOf(const Depthwise &inst, const Machine &machine,
            const KnownBytes *known);
Cost costOf(const Load &inst, const Machine &machine);
Cost costOf(const Store &inst, const Machine &machine);
Cost costOf(const Gather &inst, const Machine &machine);
Cost costOf(const Scatter &inst, const Machine &machine);
Cost costOf(const Decode &inst, const Machine &machine,
            const KnownBytes *known);
Cost costOf(const Compress &inst, const Machine &machine,
            const KnownBytes *known);
Cost costOf(const Expand &inst, const Machine &machine,
            const KnownBytes *known);
Cost costOf(const Fill &inst, const Machine &machine);
Cost costOf(const Rescale &inst, const Machine &machine);
Cost costOf(const Map &inst, const Machine &machine);
Cost costOf(const Pool &inst, const Machine &machine);
Cost costOf(const Reduce &inst, const Machine &machine);

/// Loops, semaphores and the end take no more than their issue.
template <typename Inst> Cost costOf(const Inst &, const Machine &) {
  static_assert(Inst::executedBy == Engine::Sequencer,
                "an instruction without a cost function");
  return {};
}

/// Most costs follow from the instruction alone; the others overload this.
template <typename Inst>
Cost costOf(const Inst &inst, const Machine &machine, const KnownBytes *) {
  return costOf(inst, machine);
}

} // namespace cost
} // namespace lacuna

#endif // LACUNA_LIB_MACHINE_COSTFUNCTIONS_H
