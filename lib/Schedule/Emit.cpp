//===- Emit.cpp - From steps to instructions ------------------------------===//

#include "lacuna/Schedule/Emit.h"

#include "Gaps.h"
#include "lacuna/Machine/Machine.h"

#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using namespace lacuna::schedule;

llvm::Error schedule::placeBuffers(StepTree &group, const Machine &machine,
                                   bool fromTop,
                                   llvm::ArrayRef<ByteRange> residents) {
  for (MemoryKind memory : {MemoryKind::Scratchpad, MemoryKind::Accumulators}) {
    bool isScratchpad = memory == MemoryKind::Scratchpad;
    uint64_t capacity =
        isScratchpad ? machine.scratchpad.bytes : machine.accumulators.bytes;
    std::vector<ByteRange> taken;
    if (isScratchpad)
      taken = residents;
    uint64_t lacking = 0;
    for (Buffer &buffer : group.buffers) {
      if (buffer.memory != memory || buffer.resident)
        continue;
      uint64_t bytes = llvm::alignTo(buffer.bytes, kBufferAlignment);
      if (auto place = findGap(taken, bytes, capacity, fromTop)) {
        buffer.address = place->begin;
        taken.push_back(*place);
      } else {
        lacking += bytes;
      }
    }
    if (lacking == 0)
      continue;
    // Where only pieces are left, it lacks a whole one.
    uint64_t needed = lacking;
    for (const ByteRange &range : taken)
      needed += range.size();
    if (needed > capacity)
      lacking = needed - capacity;
    return llvm::createStringError(
        "the group needs " + llvm::Twine(needed) + " bytes of " +
        (isScratchpad ? "scratchpad" : "accumulators") +
        "; the machine lacks " + llvm::Twine(lacking));
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
