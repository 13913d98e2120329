//===- Problem.h - Layers as the scheduler sees them ------------*- C++ -*-===//
//
// Scheduling is plain C++: it knows no graph and no operator, only instructions
// of the machine with whole-layer extents ("stages"), and where their operands
// lie off-chip. How to cut an instruction into tiles follows from the accesses
// that accel-isa declares for it, so a new instruction needs nothing here.
//
//===----------------------------------------------------------------------===//

#ifndef LACUNA_SCHEDULE_PROBLEM_H
#define LACUNA_SCHEDULE_PROBLEM_H

#include "lacuna/Program/ActivationBlocks.h"
#include "lacuna/Program/Instructions.h"
#include "lacuna/Support/ElementType.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lacuna::schedule {

/// What a tensor's bytes count as (dram_bytes_by in the report).
enum class TensorRole { Input, Output, Activation, Weights, Parameters };

/// Weights as they are stored off-chip: a header (the table, then the index),
/// which comes on-chip whole, and streams, which are decoded unit by unit.
/// docs/formats.md says what is in them.
struct EncodedWeights {
  WeightEncoding encoding = WeightEncoding::Entropy;
  unsigned unitRows = 1;
  unsigned nonzeros = 0, group = 0;
  /// The element that counts as zero.
  int64_t zero = 0;
  uint64_t units = 0;
  uint64_t tableBytes = 0;
  std::vector<uint8_t> header, streams;
  /// Bytes that the tensor takes where it is dense.
  uint64_t rawBytes = 0;
  /// How the tensor was cut: of each coordinate, its tile and the position of
  /// the loop that cuts it, or -1.
  std::vector<std::pair<uint64_t, int>> cuts;

  uint64_t getBytes() const { return header.size() + streams.size(); }
};

/// Activations as they are stored without zeros: blocks of their dense bytes,
/// each in a slot of its own, then the table of lengths (docs/formats.md).
struct StoredBlocks {
  uint64_t blockBytes = 0, slotBytes = 0, count = 0;
  /// The element that counts as zero.
  int64_t zero = 0;

  /// Bytes that the tensor takes where it is dense, and as it is.
  uint64_t getRawBytes() const { return count * blockBytes; }
  uint64_t getTableOffset() const { return count * slotBytes; }
  uint64_t getBytes() const {
    return getTableOffset() + count * kBlockEntryBytes;
  }
};

/// A tensor that lies off-chip, dense, in blocks or encoded, at an address that
/// the planner assigns.
struct Tensor {
  std::string name;
  TensorRole role = TensorRole::Activation;
  ElementType type;
  /// Size off-chip in bytes, as stored.
  uint64_t bytes = 0;
  uint64_t address = 0;
  /// Of constants that are not dense.
  std::shared_ptr<const EncodedWeights> encoded;
  /// Where a resident tensor lies in the scratchpad, dense, from the layer that
  /// makes it to the last that reads it; it has no place off-chip.
  std::optional<uint64_t> scratchpad;
  /// Of activations that are not dense.
  std::optional<StoredBlocks> blocks;
  /// Bytes of the ring there that holds what is still needed of it; 0: all.
  uint64_t ring = 0;

  uint64_t residentBytes() const { return ring ? ring : bytes; }
};

/// Where one operand of a stage comes from or goes to.
struct Binding {
  /// The operand's field name in the instruction, for example "src".
  std::string field;
  /// Index into Graph::tensors, or kIntermediate: the result of the stage
  /// before it, or the operand of the stage after it.
  static constexpr unsigned kIntermediate = ~0u;
  unsigned tensor = kIntermediate;
  /// First byte in the tensor, and the bytes from one coordinate of the access
  /// to the next, outermost first (0 repeats, negative reverses).
  int64_t offset = 0;
  llvm::SmallVector<int64_t, 4> strides;
  /// Bytes from one iteration of each outer loop to the next.
  llvm::SmallVector<int64_t, 2> outerStrides;

  bool isIntermediate() const { return tensor == kIntermediate; }
};

/// One instruction over the whole layer: extents are whole, on-chip operands
/// and their strides are unset. A stage writes exactly one operand.
struct Stage {
  Instruction instruction;
  std::vector<Binding> bindings;
};

/// Stages that hand their results on to the next on the chip: for example a
/// convolution on MATRIX and its rescale on VECTOR. A movement of data is a
/// LOAD and a STORE.
struct Problem {
  std::string name, location;
  /// Counts of loops around all stages (batch, groups), outermost first.
  llvm::SmallVector<uint64_t, 2> outer;
  std::vector<Stage> stages;
  /// What stood in the way of doing less, for whoever reads about the layer.
  std::vector<std::string> remarks;
  /// The problem's position in Graph::layers.
  unsigned id = 0;
};

/// Calls visit(stage, binding) for each operand of `problem` that is a tensor.
template <typename Visit>
void forEachTensorOperand(const Problem &problem, Visit visit) {
  for (const Stage &stage : problem.stages)
    for (const Binding &binding : stage.bindings)
      if (!binding.isIntermediate())
        visit(stage, binding);
}

/// A network: its tensors, and its layers in an order that may be executed.
struct Graph {
  std::vector<Tensor> tensors;
  std::vector<Problem> layers;
};

} // namespace lacuna::schedule

#endif // LACUNA_SCHEDULE_PROBLEM_H
