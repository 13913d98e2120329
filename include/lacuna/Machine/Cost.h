// Cycles, operations and bytes of one resolved instruction on a machine, as
// docs/machine.md defines them ("Time", "On-chip traffic"). The emulator counts
// by these functions and the scheduler predicts by them, so that the two can't
// differ. Closed forms, but for bank conflicts, of which the first 64 vectors
// stand for the rest.
#ifndef LACUNA_MACHINE_COST_H
#define LACUNA_MACHINE_COST_H

#include "lacuna/Machine/Machine.h"
#include "lacuna/Program/Instructions.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace lacuna {

/// Bytes that an instruction asks of an on-chip memory for one operand.
struct OperandTraffic {
  /// The operand's field in accel-isa: "src", "weights", "dst", ...
  llvm::StringRef operand;
  OnChipMemory memory = OnChipMemory::Scratchpad;
  uint64_t read = 0;
  uint64_t written = 0;
};

/// What is counted where zeros decide it and are not known: cycles, bytes
/// off-chip and products done are given at their most, and may be fewer by
/// these; products skipped or gated and conflicts are given at their least, and
/// may be more.
struct DataSlack {
  uint64_t cycles = 0;
  uint64_t conflictCycles = 0;
  uint64_t macsSkipped = 0;
  uint64_t macsGated = 0;
  uint64_t macsDone = 0;
  /// Of dramRead or dramWritten, whichever the instruction has, and of
  /// dramBurst.
  uint64_t dramBytes = 0;
  uint64_t dramBurst = 0;
};

/// All numbers saturate at 2^64 - 1: a program may ask for the absurd.
struct Cost {
  /// On the instruction's engine; for transfers, those of the off-chip channel,
  /// without latency.
  uint64_t cycles = 0;
  /// Of these, those that the scratchpad's banks add to the cost class.
  uint64_t conflictCycles = 0;
  /// Products, those on padding included.
  uint64_t macs = 0;
  /// Of these, those whose tap lies outside the input.
  uint64_t macsPadding = 0;
  /// Of all products, those that take no time, since an operand is zero; of the
  /// others, those that take no energy.
  uint64_t macsSkipped = 0;
  uint64_t macsGated = 0;
  /// Those that take energy.
  uint64_t macsDone = 0;
  /// What `cycles` would be if every product took time.
  uint64_t denseCycles = 0;
  /// Elements that VECTOR worked on.
  uint64_t vectorOperations = 0;
  /// Bytes of weights that the decoder gave.
  uint64_t decodedBytes = 0;
  /// Bytes of activations, as they are on-chip, that were compressed or
  /// expanded.
  uint64_t blockBytes = 0;
  /// Off-chip bytes asked for, and the same in whole bursts.
  uint64_t dramRead = 0;
  uint64_t dramWritten = 0;
  uint64_t dramBurst = 0;
  llvm::SmallVector<OperandTraffic, 4> traffic;
  /// How far bytes that are not known may move what stands above.
  DataSlack slack;

  /// Makes it take `least` cycles if it would take fewer, for the banks' sake.
  void takeAtLeast(uint64_t least);
  uint64_t getRead(OnChipMemory memory) const;
  uint64_t getWritten(OnChipMemory memory) const;
};

/// The scratchpad when an instruction starts, as far as it is known. A run
/// knows all of it; before a run, what comes from constants.
struct KnownBytes {
  /// The whole memory.
  llvm::ArrayRef<uint8_t> scratchpad;
  /// Bytes that the data of a run decide; null: none.
  const llvm::BitVector *unknown = nullptr;
  /// Where the weights of an instruction of MATRIX lie, if not in the
  /// scratchpad. Inputs are not known if that is empty.
  llvm::ArrayRef<uint8_t> weights;
  /// The bytes at an off-chip address, or null where it has none; not given:
  /// what lies off-chip is not known.
  llvm::function_ref<const uint8_t *(uint64_t address, uint64_t size)> dram;
};

/// The cost of `resolved`; nothing for one that does nothing, and for loops,
/// signals, waits and halt. What some instructions cost depends on what they
/// find on-chip; without `known`, they are taken at their worst.
Cost getCost(const Instruction &resolved, const Machine &machine,
             const KnownBytes *known = nullptr);

/// Whether an instruction of MATRIX adds to sums that are there.
bool addsToSums(const Conv &resolved);
bool addsToSums(const Depthwise &resolved);
bool addsToSums(const Conv3D &resolved);

/// Bytes of the whole bursts that a transfer takes: runs of `run` bytes at
/// `address` + sum of coordinate * stride, each widened to multiples of
/// `burst`. Runs that follow each other without a gap count as one.
uint64_t getBurstBytes(uint64_t address, uint64_t run,
                       llvm::ArrayRef<Interval> dims,
                       llvm::ArrayRef<int64_t> strides, uint64_t burst);

/// The same of runs that each count alone, whether there are gaps or not.
uint64_t getBurstBytesApart(uint64_t address, uint64_t run,
                            llvm::ArrayRef<Interval> dims,
                            llvm::ArrayRef<int64_t> strides, uint64_t burst);

/// The same of runs in rows that lie `rowStride` bytes apart and that data
/// choose, one for each coordinate of which the index stride is not 0: at most,
/// wherever the rows lie in their bursts.
uint64_t getBurstBytes(uint64_t address, uint64_t run,
                       llvm::ArrayRef<Interval> dims,
                       llvm::ArrayRef<int64_t> strides,
                       llvm::ArrayRef<int64_t> indexStrides, int64_t rowStride,
                       uint64_t burst);

} // namespace lacuna

#endif // LACUNA_MACHINE_COST_H
