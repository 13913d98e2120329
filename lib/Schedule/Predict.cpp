//===- Predict.cpp - What a schedule will move ----------------------------===//

#include "lacuna/Schedule/Predict.h"

#include "TileModel.h"
#include "lacuna/Machine/Machine.h"
#include "lacuna/Program/AccessPattern.h"
#include "lacuna/Program/Encoding.h"

#include "llvm/Support/MathExtras.h"

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

static void predictTransfers(const Graph &graph, const Problem &problem,
                             const Schedule &schedule, Counters &counters) {
  TileModel model(graph, problem);
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
    counters.addTransfer(useOf(graph.tensors[tensor].role), operand.writes,
                         bytes);
    counters.addTensor(tensor, operand.writes, bytes);
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

void schedule::forEachExecuted(
    llvm::ArrayRef<PlacedInstruction> program,
    llvm::function_ref<void(const Instruction &, const PlacedInstruction &)>
        visit) {
  LoopIndices indices{};
  struct Open {
    size_t begin;
    int64_t count;
  };
  llvm::SmallVector<Open, kMaxLoopDepth> open;
  for (size_t at = 0; at != program.size(); ++at) {
    const PlacedInstruction &placed = program[at];
    if (const auto *loop = std::get_if<Loop>(&placed.instruction)) {
      indices[open.size()] = 0;
      open.push_back({at, int64_t(loop->count)});
    } else if (std::holds_alternative<EndLoop>(placed.instruction)) {
      int64_t &index = indices[open.size() - 1];
      if (++index < open.back().count) {
        at = open.back().begin;
        continue;
      }
      index = 0;
      open.pop_back();
    } else {
      visit(resolve(placed.instruction, indices), placed);
    }
  }
}

std::vector<Fetches>
schedule::countFetches(llvm::ArrayRef<PlacedInstruction> program,
                       const Machine &machine) {
  std::vector<uint64_t> offsets{0};
  std::vector<size_t> ends(program.size());
  llvm::SmallVector<size_t, kMaxLoopDepth> open;
  for (auto [at, placed] : llvm::enumerate(program)) {
    offsets.push_back(offsets.back() + getEncodedSize(placed.instruction));
    if (std::holds_alternative<Loop>(placed.instruction))
      open.push_back(at);
    else if (std::holds_alternative<EndLoop>(placed.instruction))
      ends[open.pop_back_val()] = at;
  }
  std::vector<Fetches> fetches(program.size());
  for (auto [at, fetch] : llvm::enumerate(fetches))
    fetch.offset = offsets[at];
  if (!fetches.empty())
    fetches.front().jumps = 1;
  // Outer loops come first, so what they multiply is known inside.
  for (size_t at = 0; at != program.size(); ++at) {
    const auto *loop = std::get_if<Loop>(&program[at].instruction);
    if (!loop)
      continue;
    // A loop inside one that is kept is smaller, so it is kept too.
    bool kept =
        offsets[ends[at] + 1] - offsets[at] <= machine.sequencer.bufferBytes;
    if (!kept)
      fetches[at + 1].jumps = fetches[at].fetched * (loop->count - 1);
    for (size_t inside = at + 1; inside <= ends[at]; ++inside) {
      fetches[inside].issued *= loop->count;
      if (!kept)
        fetches[inside].fetched *= loop->count;
    }
  }
  return fetches;
}

uint64_t Fetches::getBurstBytes(uint64_t textAddress, uint64_t size,
                                uint64_t burst) const {
  uint64_t begin = textAddress + offset;
  uint64_t bursts = llvm::divideCeil(begin + size, burst) - begin / burst;
  // In a straight line, the bytes up to the next boundary came before.
  uint64_t fewer = begin % burst != 0 ? fetched - jumps : 0;
  return (bursts * fetched - fewer) * burst;
}

std::vector<Counters>
schedule::predict(const Graph &graph, llvm::ArrayRef<Schedule> schedules,
                  llvm::ArrayRef<PlacedInstruction> program,
                  uint64_t textAddress, const Machine &machine) {
  std::vector<Counters> counters(graph.layers.size() + 1);
  for (auto [index, schedule] : llvm::enumerate(schedules))
    predictTransfers(graph, graph.layers[index], schedule, counters[index]);

  auto countersOf = [&](const PlacedInstruction &placed) -> Counters & {
    return placed.layer == PlacedInstruction::kNoLayer ? counters.back()
                                                       : counters[placed.layer];
  };
  forEachExecuted(program, [&](const Instruction &resolved,
                               const PlacedInstruction &placed) {
    Counters &to = countersOf(placed);
    Cost cost = getCost(resolved, machine);
    to.addOnChip(resolved, cost);
    to.dramBurst += cost.dramBurst;
    if (!doesNothing(resolved))
      to.scratchpadPeak = std::max(to.scratchpadPeak, peakOf(resolved));
  });
  for (auto [placed, fetches] :
       llvm::zip_equal(program, countFetches(program, machine))) {
    Counters &to = countersOf(placed);
    uint64_t size = getEncodedSize(placed.instruction);
    to.addTransfer(DramUse::Instructions, false, fetches.fetched * size);
    to.dramBurst +=
        fetches.getBurstBytes(textAddress, size, machine.dram.burstBytes);
    to.instructionBytesIssued += fetches.issued * size;
  }
  return counters;
}
