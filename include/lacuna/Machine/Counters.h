// The counters of a layer or of a whole run: what the emulator counts and the
// scheduler predicts. docs/report.md defines each of them.
#ifndef LACUNA_MACHINE_COUNTERS_H
#define LACUNA_MACHINE_COUNTERS_H

#include "lacuna/Machine/Cost.h"

#include <array>
#include <cstdint>
#include <map>
#include <utility>

namespace lacuna {

/// What off-chip bytes are for.
enum class DramUse : uint8_t {
  Weights,
  Parameters,
  Activations,
  Input,
  Output,
  Instructions,
};
constexpr unsigned kDramUses = 6;
/// "weights", "parameters", "activations", "input", "output", "instructions".
llvm::StringRef getName(DramUse use);

/// Engines of the enumeration Engine, the sequencer included.
constexpr unsigned kEngines = 5;

/// Bytes of one tensor that transfers move.
struct TensorTraffic {
  uint64_t dramRead = 0;
  uint64_t dramWritten = 0;
  /// Of these, how many fewer they may be (see DataSlack).
  uint64_t readSlack = 0;
  uint64_t writtenSlack = 0;
  /// The same transfers in the scratchpad's bytes.
  uint64_t padWritten = 0;
  uint64_t padRead = 0;
  bool operator==(const TensorTraffic &o) const {
    return dramRead == o.dramRead && dramWritten == o.dramWritten &&
           readSlack == o.readSlack && writtenSlack == o.writtenSlack &&
           padWritten == o.padWritten && padRead == o.padRead;
  }
  TensorTraffic &operator+=(const TensorTraffic &other);
};

/// Bytes that a transfer moves off-chip, at most; how many fewer they may be;
/// and those that it moves on-chip, where these are others.
struct MovedBytes {
  MovedBytes(uint64_t bytes) : most(bytes), onChip(bytes) {}
  MovedBytes(uint64_t most, uint64_t slack, uint64_t onChip)
      : most(most), slack(slack), onChip(onChip) {}
  uint64_t most;
  uint64_t slack = 0;
  uint64_t onChip;
};

/// Sums saturate.
struct Counters {
  uint64_t macs = 0;
  uint64_t macsSkipped = 0;
  uint64_t macsGated = 0;
  uint64_t macsPadding = 0;
  uint64_t vectorOperations = 0;
  /// Bytes of weights that the decoder gave.
  uint64_t decodedBytes = 0;
  /// Bytes of activations that were compressed or expanded, as they are
  /// on-chip; and what was moved for them off-chip, tables included.
  uint64_t blockBytes = 0;
  uint64_t blockStored = 0;
  uint64_t dramRead = 0;
  uint64_t dramWritten = 0;
  uint64_t dramBurst = 0;
  std::array<uint64_t, kDramUses> dramBy{};
  uint64_t scratchpadRead = 0;
  uint64_t scratchpadWritten = 0;
  uint64_t scratchpadPeak = 0;
  uint64_t accumulatorRead = 0;
  uint64_t accumulatorWritten = 0;
  /// Bytes of instructions that the sequencer took from its buffer.
  uint64_t instructionBytesIssued = 0;
  std::array<uint64_t, kEngines> busyCycles{};
  /// Of busyCycles, those that bank conflicts took.
  std::array<uint64_t, kEngines> conflictCycles{};
  /// What MATRIX would take if every product took time.
  uint64_t denseCycles = 0;
  /// Products by the types of input and weights: those that take energy, at
  /// most, and by how many they may be fewer.
  struct Done {
    uint64_t most = 0;
    uint64_t slack = 0;
    bool operator==(const Done &o) const {
      return most == o.most && slack == o.slack;
    }
  };
  std::map<std::pair<ElementType, ElementType>, Done> doneByType;
  /// Of the numbers above: see DataSlack. Nothing where all bytes were known.
  /// Its cycles are those of all engines; an engine's own follow.
  DataSlack slack;
  std::array<uint64_t, kEngines> busySlack{};
  std::array<uint64_t, kEngines> conflictSlack{};
  /// Of dramRead, dramWritten and blockStored; where there is any, it is
  /// activations that are moved.
  uint64_t dramReadSlack = 0;
  uint64_t dramWrittenSlack = 0;
  uint64_t blockStoredSlack = 0;
  /// By position in Program::tensors.
  std::map<uint32_t, TensorTraffic> tensors;

  uint64_t getDramBytes() const;
  uint64_t getDramBytes(DramUse use) const {
    return dramBy[static_cast<unsigned>(use)];
  }

  /// Adds what `resolved`, an instruction of `cost`, does on chip, and its
  /// engine's cycles; and its bursts. What it moves off-chip comes by
  /// addTransfer.
  void addOnChip(const Instruction &resolved, const Cost &cost);
  /// Adds `bytes` moved off-chip for `use`, to or from it.
  void addTransfer(DramUse use, bool written, MovedBytes bytes);
  /// Adds `bytes` of a tensor, which addTransfer has counted as well.
  void addTensor(uint32_t tensor, bool written, MovedBytes bytes);

  /// Adds another layer's or run's; of peaks, the greater.
  Counters &operator+=(const Counters &other);
};

} // namespace lacuna

#endif // LACUNA_MACHINE_COUNTERS_H
