//===- Steps.cpp - The steps that a schedule means ------------------------===//

#include "lacuna/Schedule/Steps.h"

#include "BlockTransfers.h"
#include "Operand.h"
#include "SumOrder.h"
#include "lacuna/Schedule/Geometry.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using namespace lacuna::schedule;

namespace {

llvm::Error illegal(const Problem &layer, const llvm::Twine &why) {
  return llvm::createStringError("schedule of layer '" + layer.name +
                                 "': " + why);
}

/// Makes `instruction` start a sum with its first part and add the others;
/// false if it can't.
bool addPartialSums(Instruction &instruction) {
  return std::visit(
      [](auto &inst) {
        using Inst = std::decay_t<decltype(inst)>;
        constexpr bool sums = std::is_same_v<Inst, Conv> ||
                              std::is_same_v<Inst, Depthwise> ||
                              std::is_same_v<Inst, Conv3D>;
        if constexpr (sums)
          inst.accumulate = Accumulation::First;
        return sums;
      },
      instruction);
}

class Enumerator {
public:
  Enumerator(const Graph &graph, const Problem &layer, const Schedule &schedule)
      : graph(graph), layer(layer), schedule(schedule) {}

  llvm::Expected<StepTree> run() {
    if (llvm::Error error = readLoops())
      return std::move(error);
    if (llvm::Error error = tileStages())
      return std::move(error);
    if (llvm::Error error = placeOperands())
      return std::move(error);
    tree.layer = layer.id;
    tree.body = emit(0);
    return std::move(tree);
  }

private:
  const Graph &graph;
  const Problem &layer;
  const Schedule &schedule;
  StepTree tree;
  /// The layer's instructions with tile extents and, later, operands.
  std::vector<Instruction> tiled;
  std::vector<uint64_t> counts;
  /// Loops before the first reduction loop.
  unsigned outputLoops = 0;
  std::vector<Operand> operands;

  llvm::Error readLoops();
  /// Error: the loops change the order in which floats add up.
  llvm::Error checkOrder();
  llvm::Error tileStages();
  llvm::Error placeOperands();
  std::vector<Node> emit(unsigned level);

  /// The level at which a stage runs: the first inside every loop, those after
  /// it once the reduction is done.
  unsigned stageLevel(unsigned stage) const {
    return stage == 0 ? counts.size() : outputLoops;
  }
  Interval tileOf(uint64_t extent, unsigned loop) const {
    Interval interval(extent);
    interval.size = std::min(extent, schedule.loops[loop].tile);
    interval.start.constant = -int64_t(schedule.loops[loop].delay);
    interval.start.coefficients[loop] = schedule.loops[loop].tile;
    return interval;
  }
};

} // namespace

llvm::Error Enumerator::readLoops() {
  if (schedule.loops.size() > kMaxLoopDepth)
    return illegal(layer, "has " + llvm::Twine(schedule.loops.size()) +
                              " loops; the sequencer nests at most " +
                              llvm::Twine(kMaxLoopDepth));
  tiled.reserve(layer.stages.size());
  for (const Stage &stage : layer.stages)
    tiled.push_back(stage.instruction);

  bool reducing = false;
  for (const TileLoop &loop : schedule.loops) {
    if (loop.kind == TileLoop::Reduction && !addPartialSums(tiled.front()))
      return illegal(layer, "splits a reduction whose instruction keeps no "
                            "partial sums");
    if (reducing && loop.kind != TileLoop::Reduction)
      return illegal(layer, "a loop over outputs inside a reduction loop would "
                            "need partial sums to leave the accumulators");
    reducing = loop.kind == TileLoop::Reduction;
    outputLoops += !reducing;
    uint64_t extent = 0;
    if (loop.kind == TileLoop::Outer) {
      if (loop.index >= layer.outer.size() || loop.tile != 1)
        return illegal(layer, "has an outer loop that the layer lacks");
      extent = layer.outer[loop.index];
    } else if (loop.kind == TileLoop::Output) {
      AccessList accesses = describeAccesses(tiled.back());
      const AccessDescription &result = resultOf(accesses);
      if (loop.index >= result.coordinates.size())
        return illegal(layer, "tiles output coordinate " +
                                  llvm::Twine(loop.index) + " of " +
                                  llvm::Twine(result.coordinates.size()));
      if (!result.coordinates[loop.index].interval)
        return illegal(layer, "tiles output coordinate " +
                                  llvm::Twine(loop.index) +
                                  ", which indices name");
      extent = result.coordinates[loop.index].interval->bound;
    } else {
      Interval *interval = findInterval(tiled.front(), loop.field);
      if (!interval)
        return illegal(layer, "splits '" + loop.field +
                                  "', which its first instruction lacks");
      extent = interval->bound;
      // Other parts of a sum are other groups, of which nothing is known.
      if (loop.tile %
              groupGrainOf(layer.stages.front().instruction, loop.field) !=
          0)
        dropGroups(tiled.front());
    }
    if (loop.isShared()) {
      if (counts.size() || loop.kind != TileLoop::Output || loop.tile == 0)
        return illegal(layer, "shares a loop that is not its outermost one "
                              "over outputs");
      counts.push_back(loop.times);
      continue;
    }
    // What an iteration of the shared loop makes can be cut in equal parts.
    const TileLoop &outermost = schedule.loops.front();
    if (outermost.isShared() && loop.kind == TileLoop::Output &&
        loop.index == outermost.index) {
      if (loop.tile == 0 || outermost.tile % loop.tile != 0)
        return illegal(layer, "cuts the " + llvm::Twine(outermost.tile) +
                                  " coordinates of a shared loop's iteration "
                                  "into unequal parts");
      counts.push_back(outermost.tile / loop.tile);
      continue;
    }
    if (loop.tile == 0 || loop.tile >= extent + (loop.kind == TileLoop::Outer))
      return illegal(layer, "a tile of " + llvm::Twine(loop.tile) +
                                " does not cut an extent of " +
                                llvm::Twine(extent));
    counts.push_back((extent + loop.tile - 1) / loop.tile);
  }
  return checkOrder();
}

llvm::Error Enumerator::checkOrder() {
  llvm::SmallVector<SumCut, 4> cuts;
  for (const TileLoop &loop : schedule.loops)
    if (loop.kind == TileLoop::Reduction)
      cuts.push_back({loop.field, loop.tile});
  const Instruction &whole = layer.stages.front().instruction;
  std::optional<BrokenOrder> broken = findBrokenOrder(whole, cuts);
  if (!broken)
    return llvm::Error::success();
  std::string order;
  llvm::raw_string_ostream os(order);
  llvm::interleaveComma(termsOf(whole), os,
                        [&](const TermExtent &term) { os << term.field; });
  return illegal(layer, "splits '" + broken->cut +
                            "', and floats add up in the order " + order +
                            ": a loop outside it must split '" + broken->outer +
                            "' by 1");
}

llvm::Error Enumerator::tileStages() {
  // The last result is cut by the loops; each stage before it makes what the
  // next one reads.
  AccessList lastAccesses = describeAccesses(tiled.back());
  const AccessDescription &last = resultOf(lastAccesses);
  for (auto [level, loop] : llvm::enumerate(schedule.loops)) {
    if (loop.kind == TileLoop::Output) {
      Interval &interval = *last.coordinates[loop.index].interval;
      if (level != 0 && schedule.loops.front().isShared() &&
          loop.index == schedule.loops.front().index) {
        interval.size = std::min<uint64_t>(interval.bound, loop.tile);
        interval.start.coefficients[level] = loop.tile;
        continue;
      }
      interval = tileOf(interval.bound, level);
    } else if (loop.kind == TileLoop::Reduction) {
      Interval &interval = *findInterval(tiled.front(), loop.field);
      interval = tileOf(interval.bound, level);
    }
  }
  for (unsigned stage = tiled.size() - 1; stage != 0; --stage) {
    AccessList consumer = describeAccesses(tiled[stage]);
    AccessList producer = describeAccesses(tiled[stage - 1]);
    const Binding &link =
        *llvm::find_if(layer.stages[stage].bindings,
                       [](const Binding &b) { return b.isIntermediate(); });
    for (auto [from, to] :
         llvm::zip_equal(resultOf(producer).coordinates,
                         findAccess(consumer, link.field)->coordinates)) {
      std::optional<Interval> interval = coordinateInterval(to);
      if (!interval)
        return illegal(layer,
                       "a tile begins between two elements of an operand");
      *from.interval = *interval;
    }
  }
  return llvm::Error::success();
}

llvm::Error Enumerator::placeOperands() {
  if (schedule.placements.size() != tiled.size())
    return illegal(
        layer, "places operands of " + llvm::Twine(schedule.placements.size()) +
                   " stages; there are " + llvm::Twine(tiled.size()));
  for (unsigned stage = 0; stage != tiled.size(); ++stage) {
    const Stage &source = layer.stages[stage];
    if (schedule.placements[stage].size() != source.bindings.size())
      return illegal(layer, "does not place every operand");
    for (auto [index, binding] : llvm::enumerate(source.bindings)) {
      Operand operand;
      operand.stage = stage;
      operand.binding = &binding;
      operand.placement = schedule.placements[stage][index];
      if (!operand.placement.resident &&
          (operand.placement.level > stageLevel(stage) ||
           operand.placement.slots == 0))
        return illegal(layer, "places '" + binding.field + "' at level " +
                                  llvm::Twine(operand.placement.level) +
                                  " of " + llvm::Twine(stageLevel(stage)));
      for (auto [level, loop] : llvm::enumerate(schedule.loops))
        if (loop.kind == TileLoop::Outer && !operand.placement.resident &&
            level >= operand.placement.level &&
            loop.index < binding.outerStrides.size() &&
            binding.outerStrides[loop.index] != 0)
          return illegal(layer, "brings '" + binding.field +
                                    "' in outside an outer loop that moves it");
      AccessList accesses = describeAccesses(tiled[stage]);
      AccessDescription *access = findAccess(accesses, binding.field);
      if (!access)
        return illegal(layer, "the instruction has no operand '" +
                                  binding.field + "'");
      // What one stage hands to the next exists once: the reader takes over
      // the writer's buffer.
      bool reads = access->direction == AccessDirection::Read;
      if (binding.isIntermediate() && reads) {
        Operand &writer = *llvm::find_if(operands, [&](const Operand &other) {
          return other.stage + 1 == operand.stage &&
                 other.binding->isIntermediate() && other.writes;
        });
        tree.buffers[writer.buffer].consumers.push_back(queueOf(tiled[stage]));
        operand.takeOver(writer, *access);
        operands.push_back(std::move(operand));
        continue;
      }
      const Tensor *tensor =
          binding.isIntermediate() ? nullptr : &graph.tensors[binding.tensor];
      if (llvm::Error error = operand.place(*access, tensor, schedule, counts,
                                            queueOf(tiled[stage]), tree))
        return illegal(layer, llvm::toString(std::move(error)));
      operands.push_back(std::move(operand));
    }
  }
  return llvm::Error::success();
}

std::vector<Node> Enumerator::emit(unsigned level) {
  std::vector<Node> body;
  auto append = [&](std::optional<Step> step) {
    if (!step)
      return;
    step->layer = layer.id;
    if (step->tensor != Binding::kIntermediate) {
      const Tensor &tensor = graph.tensors[step->tensor];
      if (tensor.blocks)
        step->instruction = toBlockTransfer(step->instruction, tensor);
    }
    Node node;
    node.step = std::move(*step);
    body.push_back(std::move(node));
  };
  auto transfers = [&](bool stores) {
    for (const Operand &operand : operands) {
      if (operand.binding->isIntermediate() || operand.direct ||
          operand.placement.resident || operand.writes != stores)
        continue;
      const Tensor &tensor = graph.tensors[operand.binding->tensor];
      if (level == 0)
        append(operand.headerTransfer(tensor));
      if (operand.rolls() && operand.placement.level == level + 1)
        append(operand.transfer(tensor, schedule, Operand::Halo));
      if (operand.placement.level == level)
        append(operand.transfer(tensor, schedule,
                                operand.rolls() ? Operand::Advance
                                                : Operand::Whole));
    }
  };

  transfers(/*stores=*/false);
  if (level < counts.size()) {
    Node loop;
    loop.count = counts[level];
    loop.body = emit(level + 1);
    body.push_back(std::move(loop));
  }
  for (unsigned stage = 0; stage != tiled.size(); ++stage) {
    if (stageLevel(stage) != level)
      continue;
    Step step;
    step.instruction = tiled[stage];
    for (const Operand &operand : operands) {
      if (operand.stage != stage)
        continue;
      if (operand.direct)
        step.tensor = operand.binding->tensor;
      else
        step.buffers.emplace_back(operand.binding->field, operand.buffer);
    }
    append(std::move(step));
  }
  transfers(/*stores=*/true);
  return body;
}

llvm::Expected<StepTree> schedule::enumerateSteps(const Graph &graph,
                                                  const Problem &layer,
                                                  const Schedule &schedule) {
  return Enumerator(graph, layer, schedule).run();
}

uint64_t schedule::bytesIn(const StepTree &steps, MemoryKind memory) {
  uint64_t bytes = 0;
  for (const Buffer &buffer : steps.buffers)
    if (buffer.memory == memory && !buffer.resident)
      bytes += llvm::alignTo(buffer.bytes, kBufferAlignment);
  return bytes;
}
