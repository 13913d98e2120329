//===- Emit.cpp - From steps to instructions ------------------------------===//

#include "lacuna/Schedule/Emit.h"

#include "lacuna/Machine/Machine.h"

#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using namespace lacuna::schedule;

llvm::Error schedule::placeBuffers(StepTree &group, const Machine &machine,
                                   bool fromTop) {
  for (MemoryKind memory : {MemoryKind::Scratchpad, MemoryKind::Accumulators}) {
    uint64_t capacity = memory == MemoryKind::Scratchpad
                            ? machine.scratchpad.bytes
                            : machine.accumulators.bytes;
    uint64_t used = 0;
    for (Buffer &buffer : group.buffers) {
      if (buffer.memory != memory)
        continue;
      uint64_t bytes = llvm::alignTo(buffer.bytes, kBufferAlignment);
      buffer.address = fromTop ? capacity - used - bytes : used;
      used += bytes;
    }
    if (used > capacity)
      return llvm::createStringError(
          "the group needs " + llvm::Twine(used) + " bytes of " +
          (memory == MemoryKind::Scratchpad ? "scratchpad" : "accumulators") +
          "; the machine lacks " + llvm::Twine(used - capacity));
  }
  return llvm::Error::success();
}

static void emitBody(const std::vector<Node> &body, const StepTree &group,
                     std::vector<PlacedInstruction> &program) {
  for (const Node &node : body) {
    if (node.isLoop()) {
      Loop loop;
      loop.count = node.count;
      program.push_back({loop, group.layer});
      emitBody(node.body, group, program);
      program.push_back({EndLoop(), group.layer});
      continue;
    }
    unsigned layer =
        node.step.layer == Step::kGroup ? group.layer : node.step.layer;
    PlacedInstruction placed{node.step.instruction, layer, node.step.tensor};
    if (!node.step.buffers.empty())
      for (AccessDescription &access : describeAccesses(placed.instruction))
        for (auto &[field, buffer] : node.step.buffers)
          if (access.operand == field)
            access.ring->base += group.buffers[buffer].address;
    program.push_back(std::move(placed));
  }
}

std::vector<PlacedInstruction>
schedule::emit(const std::vector<StepTree> &groups) {
  std::vector<PlacedInstruction> program;
  for (const StepTree &group : groups)
    emitBody(group.body, group, program);
  program.push_back({Halt()});
  return program;
}
