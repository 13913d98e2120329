//===- Operands.h - What an instruction's fields hold -----------*- C++ -*-===//
//
// The values that fields of instructions have: affine integers over the indices
// of the enclosing loops, off-chip addresses, on-chip rings and clipped
// extents. The kinds of field in accel-isa/Base.td name these types.
//
//===----------------------------------------------------------------------===//

#ifndef LACUNA_PROGRAM_OPERANDS_H
#define LACUNA_PROGRAM_OPERANDS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <array>
#include <cstdint>

namespace lacuna {

/// Loops nest at most this deep; level 0 is the outermost.
constexpr unsigned kMaxLoopDepth = 6;
/// A Dims field has at most this many extents.
constexpr unsigned kMaxDims = 6;

/// Indices of the open loops, outermost first.
using LoopIndices = std::array<int64_t, kMaxLoopDepth>;

/// constant + sum over levels of coefficients[level] * index[level]. A decoded
/// program keeps every term below 2^47 in magnitude over all iterations, so
/// that evaluation never overflows.
struct Affine {
  int64_t constant = 0;
  std::array<int64_t, kMaxLoopDepth> coefficients{};

  Affine() = default;
  Affine(int64_t value) : constant(value) {}

  bool isConstant() const {
    for (int64_t coefficient : coefficients)
      if (coefficient)
        return false;
    return true;
  }
  int64_t at(const LoopIndices &indices) const {
    int64_t value = constant;
    for (unsigned level = 0; level != kMaxLoopDepth; ++level)
      value += coefficients[level] * indices[level];
    return value;
  }
  bool operator==(const Affine &other) const {
    return constant == other.constant && coefficients == other.coefficients;
  }
};

/// A byte address in off-chip memory.
struct DramAddress {
  Affine address;
  bool operator==(const DramAddress &o) const { return address == o.address; }
};

/// A region of an on-chip memory that wraps: the element at position p (offset
/// included) is at byte base + floor-mod(p * element bytes, length). With
/// length 0 it does not wrap: base + p * element bytes. `offset` counts bytes
/// in transfers and elements where the operand has a type. A contiguous run or
/// element never straddles the end of a ring.
struct Ring {
  uint64_t base = 0;
  uint64_t length = 0;
  Affine offset;
  bool operator==(const Ring &o) const {
    return base == o.base && length == o.length && offset == o.offset;
  }
};

/// The on-chip memories that an operand of VECTOR may be in.
enum class OnChipMemory : uint8_t { Scratchpad, Accumulators };

struct OnChipRing {
  OnChipMemory memory = OnChipMemory::Scratchpad;
  Ring ring;
  bool operator==(const OnChipRing &o) const {
    return memory == o.memory && ring == o.ring;
  }
};

/// The coordinates max(0, start) .. min(bound, start + size) - 1; none where
/// that is empty. Tiles at a ragged edge thus need no code of their own.
struct Interval {
  Affine start;
  uint64_t size = 1;
  uint64_t bound = 1;

  Interval() = default;
  /// All of 0 .. extent-1.
  explicit Interval(uint64_t extent) : size(extent), bound(extent) {}

  bool isWhole() const { return start == Affine(0) && size == bound; }
  bool operator==(const Interval &o) const {
    return start == o.start && size == o.size && bound == o.bound;
  }
};

using Dims = llvm::SmallVector<Interval, 4>;
/// One for each coordinate of the access; see accel-isa.
using Strides = llvm::SmallVector<int64_t, 4>;

} // namespace lacuna

#endif // LACUNA_PROGRAM_OPERANDS_H
