// What memory an instruction touches, as its description in accel-isa/*.td says
// it: operand by operand, over coordinates that may still depend on loops. The
// scheduler tiles instructions by it; AccessPattern.h makes footprints of it.
#ifndef LACUNA_PROGRAM_ACCESSDESCRIPTION_H
#define LACUNA_PROGRAM_ACCESSDESCRIPTION_H

#include "lacuna/Program/Instructions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace lacuna {

enum class MemoryKind : uint8_t { Dram, Scratchpad, Accumulators };
/// "dram", "scratchpad", "accumulators".
llvm::StringRef toString(MemoryKind memory);

/// Update: reads what is there, unless the instruction starts a sum.
enum class AccessDirection : uint8_t { Read, Write, Update };

/// How a coordinate of an operand follows from the instruction's extents.
enum class CoordinateKind : uint8_t {
  /// Each value of `interval`.
  Along,
  /// value / divisor for each value of `interval`.
  Quotient,
  /// floor((output * stride + phase) / divisor) + kernel * dilation - padding,
  /// where that lies in [0, bound), for each output in `interval` and each tap
  /// in `kernel`.
  Window,
  /// Any one in [0, bound), which data name. It has no interval.
  AnyBelow,
};

/// One coordinate of an access. Pointers lead into the instruction; names are
/// those of its fields, in assembly ("dims" for an extent of a Dims field).
struct CoordinateDescription {
  CoordinateKind kind = CoordinateKind::Along;
  /// Null where data name the coordinate.
  Interval *interval = nullptr;
  llvm::StringRef field;
  /// Of a Dims field: which of its extents.
  unsigned index = 0;

  uint64_t divisor = 1;

  Interval *kernel = nullptr;
  llvm::StringRef kernelField;
  uint64_t stride = 1;
  uint64_t dilation = 1;
  uint64_t padding = 0;
  uint64_t phase = 0;
  uint64_t bound = 0;
};

/// One access of an instruction: for each combination of coordinates, an
/// element at the operand's base + offset + sum of coordinate * stride.
struct AccessDescription {
  llvm::StringRef operand;
  AccessDirection direction = AccessDirection::Read;
  MemoryKind memory = MemoryKind::Dram;
  /// Exactly one of the two is set: dram where memory is Dram.
  DramAddress *dram = nullptr;
  Ring *ring = nullptr;
  /// One for each coordinate, in `strideUnitBits`; null where the element's own
  /// size is the stride of the only coordinate.
  Strides *strides = nullptr;
  llvm::StringRef stridesField;
  /// Bits that one element takes: 4 for packed weights, else whole bytes.
  uint64_t elementBits = 8;
  /// Bits of one unit of strides and of a ring's offset: an element's, or 8
  /// where runs of bytes are moved.
  uint64_t strideUnitBits = 8;
  /// False where a flag or format says that the operand isn't there.
  bool enabled = true;
  /// Data say how many bytes of each element it touches, perhaps none.
  bool partial = false;
  llvm::SmallVector<CoordinateDescription, 6> coordinates;

  /// Whether data have a say in which bytes it touches.
  bool isIndexed() const {
    return partial ||
           llvm::any_of(coordinates, [](const CoordinateDescription &one) {
             return one.kind == CoordinateKind::AnyBelow;
           });
  }
};

using AccessList = llvm::SmallVector<AccessDescription, 4>;

/// The accesses of `instruction`, resolved or not, in the order of accel-isa.
/// Pointers lead into it.
AccessList describeAccesses(Instruction &instruction);

/// Bits that an element takes in an on-chip memory: i4 takes a byte unless it
/// is packed.
unsigned onChipBits(ElementType type, bool packed);

/// Whether every stride of packed weights but the last is a whole number of
/// bytes (always so for types that are not packed).
bool rowsStartAtBytes(const Strides &strides, ElementType type);

} // namespace lacuna

#endif // LACUNA_PROGRAM_ACCESSDESCRIPTION_H
