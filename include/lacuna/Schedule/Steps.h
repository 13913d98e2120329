//===- Steps.h - The steps that a schedule means ----------------*- C++ -*-===//
//
// The one enumerator of a group's steps: what is brought in, computed and taken
// out, in which order, at which ring offsets. Its result is a tree of loops and
// steps; a step is an instruction of the machine in which on-chip operands name
// buffers instead of addresses. The cost model walks it, lowering materialises
// it: two readers of one truth.
//
//===----------------------------------------------------------------------===//

#ifndef LACUNA_SCHEDULE_STEPS_H
#define LACUNA_SCHEDULE_STEPS_H

#include "lacuna/Program/AccessDescription.h"
#include "lacuna/Schedule/Schedule.h"

#include "llvm/Support/Error.h"

namespace lacuna::schedule {

/// A region of the scratchpad or the accumulators that a group uses.
struct Buffer {
  std::string name;
  MemoryKind memory = MemoryKind::Scratchpad;
  /// Whole ring, all slots, in bytes.
  uint64_t bytes = 0;
  /// Assigned by the planner.
  uint64_t address = 0;
  /// It is the place of a resident tensor, which other groups use, too; which
  /// tensor.
  bool resident = false;
  /// Only a ring of the tensor stays, for the layers of this group.
  bool isRing = false;
  unsigned tensor = Binding::kIntermediate;
  /// The engine that fills it and those that read it.
  Engine producer = Engine::Load;
  llvm::SmallVector<Engine, 2> consumers;
  /// The loops around its transfer, and the tiles that it holds: the producer
  /// may run this many transfers ahead of the consumers.
  unsigned level = 0;
  unsigned slots = 1;
  /// Loops around the scope in which slots are counted: 0, or level - 1 for a
  /// rolling buffer, which starts afresh each time its own loop starts.
  unsigned scope = 0;
};

/// A machine instruction whose rings are relative to buffers.
struct Step {
  /// Ring::base of each on-chip operand is relative to its buffer.
  Instruction instruction;
  /// The buffer of each on-chip operand, by field name.
  llvm::SmallVector<std::pair<std::string, unsigned>, 3> buffers;
  /// The off-chip tensor, for LOAD and STORE.
  unsigned tensor = Binding::kIntermediate;
  /// The problem, or kGroup for what serves the group as a whole.
  static constexpr unsigned kGroup = ~0u;
  unsigned layer = kGroup;
};

/// A loop with its body, or a step.
struct Node {
  /// 0: a step.
  uint64_t count = 0;
  std::vector<Node> body;
  Step step;

  bool isLoop() const { return count != 0; }
};

/// The steps of one group.
struct StepTree {
  /// The problem to which loops, signals and waits are counted.
  unsigned layer = Step::kGroup;
  std::vector<Buffer> buffers;
  std::vector<Node> body;
};

/// Enumerates the steps of `layer` under `schedule`. Errors say why the
/// schedule does not fit the layer (a loop over an extent that it does not
/// have, a level deeper than the loops that an operand depends on, an extent
/// whose tile would straddle a packed byte).
llvm::Expected<StepTree> enumerateSteps(const Graph &graph,
                                        const Problem &layer,
                                        const Schedule &schedule);

/// Bytes of `memory` that the buffers take, without any overlap in time; those
/// of resident tensors are not among them.
uint64_t bytesIn(const StepTree &steps, MemoryKind memory);

} // namespace lacuna::schedule

#endif // LACUNA_SCHEDULE_STEPS_H
