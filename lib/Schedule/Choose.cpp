//===- Choose.cpp - The schedule of a layer by cost -----------------------===//

#include "lacuna/Schedule/Choose.h"

#include "SumOrder.h"
#include "TileModel.h"
#include "lacuna/Machine/Cost.h"
#include "lacuna/Machine/Machine.h"
#include "lacuna/Schedule/Geometry.h"

#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace lacuna;
using namespace lacuna::schedule;

/// Instructions of a tile, loops, signals and waits included, as programs of
/// two-stage layers have them.
constexpr uint64_t kInstructionsPerTile = 16;
/// Elements of a block of activations that is worth having: with half of them
/// zeros, a burst or two less.
constexpr uint64_t kBlockElements = 512;
/// One in so many cycles may be lost for the sake of blocks, by estimate.
constexpr uint64_t kSlowerForBlocks = 16;

namespace {

class Search {
public:
  Search(const Problem &layer, const Machine &machine,
         const Surroundings &surroundings, const StoredEstimate *stored)
      : layer(layer), machine(machine), surroundings(surroundings),
        model(layer) {
    if (stored)
      for (OperandModel &operand : model.operands)
        if (operand.stage == 0 && operand.binding == stored->binding)
          operand.stored = {stored->streamBytes, stored->tableBytes,
                            std::nullopt, machine.decoder.streams};
  }

  llvm::Expected<Choice> run();

private:
  const Problem &layer;
  const Machine &machine;
  const Surroundings &surroundings;
  TileModel model;

  std::optional<Choice> best;
  /// The least that any candidate would need beyond what the machine has.
  uint64_t leastLack = UINT64_MAX;
  const char *lackOf = "";

  using Loops = llvm::SmallVector<LoopChoice, 6>;
  using Placements = llvm::SmallVector<Placement, 8>;

  /// What may be cut; the last effort cuts groups of weights, too, which makes
  /// them dense.
  enum Effort { RowsAndChannels, EveryOutput, Reductions, Groups };
  Effort effort = RowsAndChannels;
  /// Only the outermost extent of the result that there is is cut, into tiles
  /// that blocks of activations divide.
  bool inBlocks = false;
  void preferBlocks();
  uint64_t blockGrainOf(const Axis &axis) const;
  void searchTiles();
  void searchOrders(llvm::ArrayRef<uint64_t> tiles);
  void searchPlacements(const Loops &loops);
  void consider(const Loops &loops, const Placements &placements);
  uint64_t cyclesOf(const Loops &loops, bool overlapped, uint64_t dramBytes);
  Schedule toSchedule(const Loops &loops, const Placements &placements) const;
  /// The outermost level at which all of an operand can be brought in at once:
  /// inside the outer loops that move it.
  unsigned outermostLevel(const OperandModel &operand,
                          const Loops &loops) const {
    unsigned level = 0;
    for (auto [position, loop] : llvm::enumerate(loops))
      if (model.axes[loop.axis].kind == TileLoop::Outer &&
          operand.dependsOn(loop.axis))
        level = position + 1;
    return level;
  }
  bool isShared(const Axis &axis) const {
    return surroundings.shared && axis.kind == surroundings.shared->kind &&
           axis.index == surroundings.shared->index;
  }
  bool isResident(const OperandModel &operand) const {
    return surroundings.isResident(
        layer.stages[operand.stage].bindings[operand.binding]);
  }
  unsigned outputLoops(const Loops &loops) const {
    return llvm::count_if(loops, [&](const LoopChoice &loop) {
      return model.axes[loop.axis].kind != TileLoop::Reduction;
    });
  }
};

} // namespace

/// Tiles worth trying along an axis: all of it, and its equal parts for a few
/// numbers of parts, rounded up to a multiple of `grain`.
static llvm::SmallVector<uint64_t, 12> tilesOf(uint64_t extent,
                                               uint64_t grain) {
  llvm::SmallVector<uint64_t, 12> tiles{extent};
  for (uint64_t parts = 2; parts < 2 * extent; parts += (parts + 2) / 3) {
    uint64_t tile = llvm::divideCeil(extent, parts);
    tile = std::min(extent, llvm::alignTo(tile, grain));
    if (tile < tiles.back())
      tiles.push_back(tile);
  }
  if (tiles.back() > grain && grain < extent)
    tiles.push_back(grain);
  return tiles;
}

/// All of `extent`, and its equal parts, for a few numbers of parts.
static llvm::SmallVector<uint64_t, 12> partsOf(uint64_t extent) {
  llvm::SmallVector<uint64_t, 12> tiles;
  for (uint64_t parts = 1; parts <= extent; parts += (parts + 3) / 4)
    if (extent % parts == 0)
      tiles.push_back(extent / parts);
  return tiles;
}

void Search::searchTiles() {
  std::vector<llvm::SmallVector<uint64_t, 12>> options;
  auto count = [&](TileLoop::Kind kind) {
    return llvm::count_if(model.axes,
                          [&](const Axis &axis) { return axis.kind == kind; });
  };
  unsigned outputs = count(TileLoop::Output);
  unsigned reductions = count(TileLoop::Reduction), reduction = 0;
  for (const Axis &axis : model.axes) {
    llvm::SmallVector<uint64_t, 12> tiles{axis.extent};
    if (isShared(axis)) {
      options.push_back(partsOf(surroundings.shared->tile));
      continue;
    }
    bool channels = axis.index + 1 == outputs;
    // Of what lies outside rows, columns and channels, all at once or one at a
    // time is enough: anything between would multiply the search. So it is for
    // the slices of a kernel.
    bool beyond = axis.kind == TileLoop::Output && axis.index + 3 < outputs &&
                  effort != RowsAndChannels;
    if (axis.kind == TileLoop::Reduction)
      beyond = ++reduction + 3 <= reductions && effort >= Reductions;
    if (axis.kind == TileLoop::Outer)
      tiles = {1};
    else if (inBlocks) {
      if (uint64_t grain = blockGrainOf(axis))
        tiles = tilesOf(
            axis.extent,
            std::lcm(grain, std::lcm(model.grainOf(options.size()),
                                     model.evenTileOf(options.size()))));
    } else if (beyond && axis.extent > 1 &&
               (effort == Groups ||
                groupGrainOf(layer.stages.front().instruction, axis.field) ==
                    1))
      tiles.push_back(1);
    else if (axis.kind == TileLoop::Output &&
             (effort != RowsAndChannels || channels || axis.index == 0)) {
      // A tile of channels keeps the array's columns, and bytes of packed
      // weights, whole; so does a depth multiplier.
      uint64_t grain = std::lcm<uint64_t>(channels ? machine.matrix.columns : 1,
                                          model.grainOf(options.size()));
      // Where coordinates are rounded down, tiles that do not drift come first;
      // smaller ones are for memories that hold no such tile.
      uint64_t even = model.evenTileOf(options.size());
      tiles = tilesOf(axis.extent, std::lcm(grain, even));
      while ((even /= 2) >= grain)
        tiles.push_back(even);
    } else if (axis.kind == TileLoop::Reduction && effort >= Reductions) {
      uint64_t grain = model.grainOf(options.size());
      if (effort != Groups)
        grain = std::lcm(
            grain, groupGrainOf(layer.stages.front().instruction, axis.field));
      tiles = tilesOf(axis.extent, grain);
    }
    options.push_back(std::move(tiles));
  }

  llvm::SmallVector<uint64_t, 6> tiles(options.size());
  std::function<void(unsigned)> visit = [&](unsigned axis) {
    if (axis == options.size())
      return searchOrders(tiles);
    for (uint64_t tile : options[axis]) {
      tiles[axis] = tile;
      visit(axis + 1);
    }
  };
  visit(0);
}

void Search::searchOrders(llvm::ArrayRef<uint64_t> tiles) {
  Loops outer, outputs, reductions;
  unsigned rank = llvm::count_if(model.axes, [](const Axis &axis) {
    return axis.kind == TileLoop::Output;
  });
  for (auto [index, axis] : llvm::enumerate(model.axes)) {
    if (isShared(axis)) {
      const TileLoop &shared = *surroundings.shared;
      outer.insert(outer.begin(),
                   {unsigned(index), shared.tile, shared.times, shared.delay});
      if (tiles[index] < shared.tile)
        outputs.push_back(
            {unsigned(index), tiles[index], shared.tile / tiles[index], 0});
      continue;
    }
    if (tiles[index] >= axis.extent)
      continue;
    LoopChoice loop{unsigned(index), tiles[index],
                    llvm::divideCeil(axis.extent, tiles[index])};
    // Where reductions are cut too, slices come one after the other: as many
    // orders as a result of three coordinates has are enough.
    bool first = axis.kind == TileLoop::Outer ||
                 (effort >= Reductions && axis.kind == TileLoop::Output &&
                  axis.index + 3 < rank);
    (first                           ? outer
     : axis.kind == TileLoop::Output ? outputs
                                     : reductions)
        .push_back(loop);
  }
  if (outer.size() + outputs.size() + reductions.size() > kMaxLoopDepth)
    return;
  llvm::SmallVector<SumCut, 4> cuts;
  for (const LoopChoice &loop : reductions)
    cuts.push_back({model.axes[loop.axis].field, loop.tile});
  if (findBrokenOrder(layer.stages.front().instruction, cuts))
    return;
  auto byAxis = [](const LoopChoice &a, const LoopChoice &b) {
    return a.axis < b.axis;
  };
  do {
    Loops loops = outer;
    llvm::append_range(loops, outputs);
    llvm::append_range(loops, reductions);
    searchPlacements(loops);
  } while (std::next_permutation(outputs.begin(), outputs.end(), byAxis));
}

void Search::searchPlacements(const Loops &loops) {
  unsigned outputLevel = outputLoops(loops);
  Placements least;
  llvm::SmallVector<unsigned, 6> hoistable;
  for (auto [index, operand] : llvm::enumerate(model.operands)) {
    Placement placement;
    if (isResident(operand)) {
      placement.resident = true;
      auto ring = surroundings.rings.find(
          layer.stages[operand.stage].bindings[operand.binding].tensor);
      if (ring != surroundings.rings.end())
        placement.ring = ring->second;
    } else if (operand.direct || operand.intermediate || operand.writes) {
      placement.level = outputLevel;
    } else {
      unsigned deepest = operand.stage == 0 ? loops.size() : outputLevel;
      for (unsigned loop = 0; loop != deepest; ++loop)
        if (model.moves(operand, loops[loop]))
          placement.level = loop + 1;
      uint64_t step;
      placement.rolling =
          model.rollingCoordinate(operand, loops, placement.level, step);
      if (placement.level != outermostLevel(operand, loops))
        hoistable.push_back(index);
    }
    least.push_back(placement);
  }
  for (unsigned mask = 0; mask != 1u << hoistable.size(); ++mask) {
    Placements placements = least;
    for (auto [bit, operand] : llvm::enumerate(hoistable))
      if (mask >> bit & 1) {
        placements[operand].level =
            outermostLevel(model.operands[operand], loops);
        placements[operand].rolling = -1;
      }
    for (unsigned slots : {2u, 1u}) {
      for (auto [operand, placement] :
           llvm::zip_equal(model.operands, placements))
        placement.slots = placement.level == 0 ? 1 : slots;
      consider(loops, placements);
    }
  }
}

void Search::consider(const Loops &loops, const Placements &placements) {
  Estimate estimate;
  uint64_t *const used[] = {nullptr, &estimate.scratchpadBytes,
                            &estimate.accumulatorBytes};
  bool overlapped = true;
  for (auto [operand, placement] :
       llvm::zip_equal(model.operands, placements)) {
    if (operand.direct) {
      estimate.dramBytes += model.movedBytes(operand, loops, placement);
      continue;
    }
    // A result handed on exists once: the writer's buffer.
    if (placement.resident || (operand.intermediate && !operand.writes))
      continue;
    overlapped &= placement.level == 0 || placement.slots > 1;
    *used[unsigned(operand.memory)] += llvm::alignTo(
        model.bufferBytes(operand, loops, placement), kBufferAlignment);
    estimate.dramBytes += model.movedBytes(operand, loops, placement);
  }
  auto lacks = [&](uint64_t used, uint64_t capacity, const char *memory) {
    if (used <= capacity)
      return false;
    if (used - capacity < leastLack) {
      leastLack = used - capacity;
      lackOf = memory;
    }
    return true;
  };
  if (lacks(estimate.scratchpadBytes + surroundings.residentBytes,
            machine.scratchpad.bytes, "scratchpad") ||
      lacks(estimate.accumulatorBytes + surroundings.accumulatorBytes,
            machine.accumulators.bytes, "accumulators"))
    return;
  if (best && estimate.dramBytes > best->estimate.dramBytes)
    return;
  uint64_t burstBytes = 0;
  for (auto [operand, placement] : llvm::zip_equal(model.operands, placements))
    if (!operand.intermediate)
      burstBytes +=
          model.burstBytes(operand, loops, placement, machine.dram.burstBytes);
  estimate.cycles = cyclesOf(loops, overlapped, burstBytes);
  auto costOf = [&](const Estimate &of) {
    return std::tuple(of.dramBytes,
                      surroundings.shared ? of.scratchpadBytes : 0, of.cycles);
  };
  if (best && costOf(estimate) >= costOf(best->estimate))
    return;
  best = Choice{toSchedule(loops, placements), estimate};
}

uint64_t Search::cyclesOf(const Loops &loops, bool overlapped,
                          uint64_t burstBytes) {
  uint64_t outputTiles = 1, tiles = 1;
  for (const LoopChoice &loop : loops) {
    tiles *= loop.count;
    if (model.axes[loop.axis].kind != TileLoop::Reduction)
      outputTiles *= loop.count;
  }
  uint64_t transfer = burstBytes / machine.dram.bytesPerCycle;
  // The sequencer hands out an instruction a cycle: for each tile, about one
  // for each operand that comes or goes, and as many signals and waits.
  uint64_t issue = tiles * kInstructionsPerTile;
  uint64_t most = std::max(transfer, issue), sum = transfer + issue;
  for (unsigned stage = 0; stage != layer.stages.size(); ++stage) {
    uint64_t cycles = model.stageCycles(stage, loops, machine) *
                      (stage == 0 ? tiles : outputTiles);
    most = std::max(most, cycles);
    sum += cycles;
  }
  if (!overlapped)
    return sum;
  return most + (sum - most) / std::max<uint64_t>(1, outputTiles);
}

Schedule Search::toSchedule(const Loops &loops,
                            const Placements &placements) const {
  Schedule schedule;
  for (const LoopChoice &choice : loops) {
    const Axis &axis = model.axes[choice.axis];
    schedule.loops.push_back({axis.kind, axis.index, axis.field, choice.tile});
    if (isShared(axis) && schedule.loops.size() == 1) {
      schedule.loops.back().times = choice.count;
      schedule.loops.back().delay = choice.delay;
    }
  }
  schedule.placements.resize(layer.stages.size());
  for (auto [operand, placement] : llvm::zip_equal(model.operands, placements))
    schedule.placements[operand.stage].push_back(placement);
  return schedule;
}

/// What a tile along `axis` must be a multiple of so that blocks of some size
/// divide it, or 0 if it is not to be cut.
uint64_t Search::blockGrainOf(const Axis &axis) const {
  if (axis.kind != TileLoop::Output)
    return 0;
  uint64_t inner = 1;
  for (const Axis &other : model.axes)
    if (other.kind == TileLoop::Output) {
      if (other.index < axis.index && other.extent != 1)
        return 0;
      if (other.index > axis.index)
        inner *= other.extent;
    }
  uint64_t least = llvm::divideCeil(kBlockElements, inner);
  for (uint64_t grain = least; grain < axis.extent; ++grain)
    if (axis.extent % grain == 0)
      return grain;
  return axis.extent;
}

/// Takes tiles that suit blocks of activations instead of the best, if they
/// move no more and take hardly longer.
void Search::preferBlocks() {
  Choice before = *best;
  best.reset();
  inBlocks = true;
  effort = RowsAndChannels;
  searchTiles();
  if (!best || best->estimate.dramBytes > before.estimate.dramBytes ||
      best->estimate.cycles >
          before.estimate.cycles + before.estimate.cycles / kSlowerForBlocks)
    best = before;
}

llvm::Expected<Choice> Search::run() {
  for (Effort next : {RowsAndChannels, EveryOutput, Reductions, Groups}) {
    effort = next;
    searchTiles();
    if (!best)
      continue;
    if (machine.activations.blockBytes != 0)
      preferBlocks();
    return *best;
  }
  return llvm::createStringError("layer '" + layer.name +
                                 "' fits in no tile: the smallest one lacks " +
                                 llvm::Twine(leastLack) + " bytes of " +
                                 lackOf + " on machine '" + machine.name + "'");
}

llvm::Expected<Choice>
schedule::chooseSchedule(const Problem &layer, const Machine &machine,
                         const Surroundings &surroundings,
                         const StoredEstimate *stored) {
  return Search(layer, machine, surroundings, stored).run();
}
