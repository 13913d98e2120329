//===- Operand.h - One operand of a stage on its way on-chip ----*- C++ -*-===//
//
// Where a tile of an operand lies in its buffer, and the transfer that brings
// it there or takes it out. Private to the enumerator.
//
//===----------------------------------------------------------------------===//

#ifndef LACUNA_LIB_SCHEDULE_OPERAND_H
#define LACUNA_LIB_SCHEDULE_OPERAND_H

#include "lacuna/Schedule/Steps.h"

namespace lacuna::schedule {

struct Operand {
  unsigned stage = 0;
  const Binding *binding = nullptr;
  Placement placement;
  unsigned buffer = 0;
  bool writes = false;
  /// The instruction reads or writes the tensor itself (LOAD, STORE).
  bool direct = false;

  /// Makes a buffer for the operand and points the instruction at it: ring,
  /// strides. `access` describes the operand in the tiled instruction.
  /// An off-chip operand needs no buffer: the instruction is the transfer.
  llvm::Error place(AccessDescription &access, const Tensor *tensor,
                    const Schedule &schedule, llvm::ArrayRef<uint64_t> counts,
                    Engine engine, StepTree &tree);

  /// Points a reader at the buffer in which `writer` left a result.
  void takeOver(const Operand &writer, AccessDescription &access);

  /// Whether the operand is the same all along a coordinate (broadcast).
  bool repeats(unsigned coordinate) const {
    return !writes && coordinate < binding->strides.size() &&
           binding->strides[coordinate] == 0;
  }
  bool rolls() const { return rollingSteps; }

  /// Of encoded weights: the transfer of the header that decoding reads.
  std::optional<Step> headerTransfer(const Tensor &tensor) const;

  enum Part { Whole, Halo, Advance };
  /// The transfer of one tile; of a rolling operand, of what a tile needs
  /// before the first step (Halo) and of what each step adds (Advance).
  /// None where there is nothing to move.
  std::optional<Step> transfer(const Tensor &tensor, const Schedule &schedule,
                               Part part) const;

private:
  /// What is on-chip at a time, a coordinate each, and its layout in elements.
  llvm::SmallVector<Interval, 4> box;
  Strides layout;
  /// Positions of the coordinates as they lie on-chip, innermost first.
  llvm::SmallVector<unsigned, 4> order;
  Ring ring;
  unsigned elementBits = 8;
  /// Of encoded weights: the buffer of their header.
  std::optional<unsigned> header;
  /// Coordinates that one step of the rolling loop advances, or 0.
  uint64_t rollingSteps = 0;

  /// Halo or Advance of the rolling coordinate's interval.
  Interval partOf(Interval along, Part part) const;
  void chooseOrder();
  void layOut(llvm::ArrayRef<uint64_t> counts, Buffer &to);
  void pointAt(AccessDescription &access) const;
  llvm::Error placeResident(AccessDescription &access, const Tensor *tensor,
                            const Schedule &schedule, Engine engine,
                            StepTree &tree);
  void placeHeader(const EncodedWeights &weights, StepTree &tree);
  Interval unitsOf(const EncodedWeights &weights) const;
  DramAddress addressOf(const Tensor &tensor, const Schedule &schedule) const;
};

} // namespace lacuna::schedule

#endif // LACUNA_LIB_SCHEDULE_OPERAND_H
