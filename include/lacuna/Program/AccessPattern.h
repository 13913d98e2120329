// The bytes that a resolved instruction touches: computed from its access
// descriptions, once for all instructions. Verifier, emulator and tests read
// footprints from here.
#ifndef LACUNA_PROGRAM_ACCESSPATTERN_H
#define LACUNA_PROGRAM_ACCESSPATTERN_H

#include "lacuna/Program/AccessDescription.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

namespace lacuna {

/// Bytes [begin, end).
struct ByteRange {
  uint64_t begin = 0;
  uint64_t end = 0;
  uint64_t size() const { return end - begin; }
  bool operator==(const ByteRange &o) const {
    return begin == o.begin && end == o.end;
  }
};

/// Elements of `elementBytes` at base + offset + sum of index * stride, for all
/// index < count of each dimension; in a ring of `length` bytes, at base +
/// ((offset + sum) mod length). Windows stand as the hull of the coordinates
/// that they reach. All numbers are bytes, and no sum leaves +-2^62.
struct AccessPattern {
  struct Dim {
    uint64_t count;
    /// Positive: directions are turned round, broadcasts dropped.
    int64_t stride;
    bool operator==(const Dim &o) const {
      return count == o.count && stride == o.stride;
    }
  };
  llvm::StringRef operand;
  MemoryKind memory = MemoryKind::Dram;
  AccessDirection direction = AccessDirection::Read;
  /// Data choose which of its elements it touches.
  bool indexed = false;
  /// Data choose how much of each element it touches, perhaps nothing.
  bool partial = false;
  uint64_t elementBytes = 1;
  uint64_t base = 0;
  /// 0: not a ring.
  uint64_t length = 0;
  int64_t offset = 0;
  /// By descending stride.
  llvm::SmallVector<Dim, 6> dims;

  bool operator==(const AccessPattern &o) const;

  /// Bytes from the first to the last, were the ring rolled out.
  uint64_t reach() const;

  /// The smallest range that holds all of it, or none where it begins below
  /// address 0. A ring that wraps counts as a whole.
  std::optional<ByteRange> hull() const;

  /// Calls forEachRun's function this often at most (twice as often where runs
  /// wrap); saturates.
  uint64_t countRuns() const;

  /// Calls `function` with each run of contiguous bytes. Every byte touched is
  /// in a run; a byte is in several only if strides interleave. Only for a
  /// pattern that checkPattern accepts.
  void forEachRun(llvm::function_ref<void(ByteRange)> function) const;
};

/// The accesses of a resolved instruction (see resolve); none if it does
/// nothing. Errors: an address beyond +-2^62.
llvm::Expected<llvm::SmallVector<AccessPattern, 4>>
getAccessPatterns(const Instruction &resolved);

/// Checks that `pattern` stays within a memory of `memoryBytes` and that no
/// element or run straddles the end of its ring. The error names the operand,
/// the address and the limit.
llvm::Error checkPattern(const AccessPattern &pattern, uint64_t memoryBytes);

} // namespace lacuna

#endif // LACUNA_PROGRAM_ACCESSPATTERN_H
