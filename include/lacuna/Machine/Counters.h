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
  bool operator==(const TensorTraffic &o) const {
    return dramRead == o.dramRead && dramWritten == o.dramWritten;
  }
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
  /// Of the numbers above, MATRIX's: see DataSlack. Nothing where all bytes
  /// were known.
  DataSlack slack;
  /// By position in Program::tensors.
  std::map<uint32_t, TensorTraffic> tensors;

  uint64_t getDramBytes() const;
  uint64_t getDramBytes(DramUse use) const {
    return dramBy[static_cast<unsigned>(use)];
  }

  /// Adds what `resolved`, an instruction of `cost`, does on chip, and its
  /// engine's cycles. What it moves off-chip comes by addTransfer, its bursts
  /// by hand.
  void addOnChip(const Instruction &resolved, const Cost &cost);
  /// Adds `bytes` moved off-chip for `use`, to or from it.
  void addTransfer(DramUse use, bool written, uint64_t bytes);
  /// Adds `bytes` of a tensor, which addTransfer has counted as well.
  void addTensor(uint32_t tensor, bool written, uint64_t bytes);

  /// Adds another layer's or run's; of peaks, the greater.
  Counters &operator+=(const Counters &other);
};

} // namespace lacuna

#endif // LACUNA_MACHINE_COUNTERS_H
