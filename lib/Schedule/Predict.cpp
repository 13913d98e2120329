//===- Predict.cpp - What a schedule will move ----------------------------===//

#include "lacuna/Schedule/Predict.h"

#include "ConstantReplay.h"
#include "ConstantWeights.h"
#include "TileModel.h"
#include "lacuna/Machine/Machine.h"
#include "lacuna/Program/AccessPattern.h"
#include "lacuna/Program/Encoding.h"
#include "lacuna/Program/Fetches.h"

using namespace lacuna;
using namespace lacuna::schedule;

static DramUse useOf(TensorRole role) {
  switch (role) {
  case TensorRole::Input:
    return DramUse::Input;
  case TensorRole::Output:
    return DramUse::Output;
  case TensorRole::Activation:
    return DramUse::Activations;
  case TensorRole::Weights:
    return DramUse::Weights;
  case TensorRole::Parameters:
    return DramUse::Parameters;
  }
  llvm_unreachable("not a role");
}

/// What is moved off-chip where the scratchpad gives or takes `bytes` of
/// `tensor`: of blocks, at least a bitmap each and at most what they hold.
static MovedBytes movedAs(const Tensor &tensor, uint64_t bytes) {
  if (!tensor.blocks)
    return bytes;
  uint64_t block = tensor.blocks->blockBytes, count = bytes / block;
  uint64_t least = std::min(block, leastBlockBytes(block, tensor.type));
  return {count * (block + kBlockEntryBytes), count * (block - least), bytes};
}

static void predictTransfers(const Graph &graph, const Problem &problem,
                             const Schedule &schedule, Counters &counters) {
  TileModel model(problem, graph);
  llvm::SmallVector<LoopChoice, 6> loops = model.choicesOf(schedule);
  for (const OperandModel &operand : model.operands) {
    if (operand.intermediate)
      continue;
    uint64_t bytes = model.movedBytes(
        operand, loops, schedule.placements[operand.stage][operand.binding]);
    // An input of which windows see the padding alone stays where it is.
    if (bytes == 0)
      continue;
    unsigned tensor =
        problem.stages[operand.stage].bindings[operand.binding].tensor;
    MovedBytes moved = movedAs(graph.tensors[tensor], bytes);
    counters.addTransfer(useOf(graph.tensors[tensor].role), operand.writes,
                         moved);
    counters.addTensor(tensor, operand.writes, moved);
  }
}

/// The highest byte of the scratchpad that `resolved` touches, plus one.
static uint64_t peakOf(const Instruction &resolved) {
  uint64_t peak = 0;
  auto patterns = getAccessPatterns(resolved);
  if (!patterns) {
    llvm::consumeError(patterns.takeError());
    return 0;
  }
  for (const AccessPattern &pattern : *patterns)
    if (pattern.memory == MemoryKind::Scratchpad)
      if (std::optional<ByteRange> hull = pattern.hull())
        peak = std::max(peak, hull->end);
  return peak;
}

ProgramText schedule::makeText(llvm::ArrayRef<PlacedInstruction> program,
                               uint64_t textAddress, const Machine &machine) {
  std::vector<DecodedInstruction> instructions;
  instructions.reserve(program.size());
  uint64_t offset = 0;
  for (const PlacedInstruction &placed : program) {
    uint32_t size = getEncodedSize(placed.instruction);
    instructions.push_back({offset, size, placed.instruction});
    offset += size;
  }
  return llvm::cantFail(
      ProgramText::create(std::move(instructions), textAddress, machine));
}

std::vector<Counters>
schedule::predict(const Network &network, llvm::ArrayRef<Schedule> schedules,
                  llvm::ArrayRef<PlacedInstruction> program,
                  uint64_t textAddress, const Machine &machine) {
  const Graph &graph = network.graph;
  std::vector<Counters> counters(graph.layers.size() + 1);
  ConstantWeights weights(network, schedules);
  for (auto [index, schedule] : llvm::enumerate(schedules))
    predictTransfers(graph, graph.layers[index], schedule, counters[index]);

  auto countersOf = [&](const PlacedInstruction &placed) -> Counters & {
    return placed.layer == PlacedInstruction::kNoLayer ? counters.back()
                                                       : counters[placed.layer];
  };
  ProgramText text = makeText(program, textAddress, machine);
  ConstantReplay replay(graph, machine);
  for (ExecutionWalk walk(text); !walk.atEnd(); walk.advance()) {
    Counters &to = countersOf(program[walk.index()]);
    Instruction resolved =
        resolve(walk.instruction().instruction, walk.indices());
    replay.start(resolved, program[walk.index()].tensor);
    Cost cost;
    if (machine.matrix.skip.isEnabled() &&
        queueOf(resolved) == Engine::Matrix && !doesNothing(resolved)) {
      Instruction inConstant = resolved;
      KnownBytes known =
          weights.find(inConstant, program[walk.index()].layer, walk.indices());
      cost = getCost(inConstant, machine, &known);
    } else {
      // Of activations nothing is known before a run.
      cost = getCost(resolved, machine,
                     movesBlocks(resolved) ? nullptr : replay.getKnown());
    }
    to.addOnChip(resolved, cost);
    if (!doesNothing(resolved))
      to.scratchpadPeak = std::max(to.scratchpadPeak, peakOf(resolved));
  }
  for (auto [placed, decoded, fetches] :
       llvm::zip_equal(program, text.instructions, countFetches(text))) {
    Counters &to = countersOf(placed);
    uint64_t size = decoded.size;
    to.addTransfer(DramUse::Instructions, false, fetches.fetched * size);
    to.dramBurst += fetches.getBurstBytes(textAddress + decoded.offset, size,
                                          machine.dram.burstBytes);
    to.instructionBytesIssued += fetches.issued * size;
  }
  return counters;
}
