// Random tiles, loop orders and placements.
#include "RandomSchedule.h"
#include "lacuna/Schedule/Residency.h"

#include "lacuna/Machine/Machine.h"
#include "lacuna/Program/WeightUnits.h"
#include "lacuna/Schedule/Emit.h"
#include "lacuna/Schedule/EncodeWeights.h"
#include "lacuna/Schedule/Geometry.h"
#include "lacuna/Schedule/Steps.h"

#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using namespace lacuna::differential;
using schedule::Placement;
using schedule::Problem;
using schedule::Schedule;
using schedule::TileLoop;

/// A tile that cuts `extent`; half of them are even, as packed weights need.
static uint64_t chooseTile(Random &random, uint64_t extent) {
  uint64_t tile = random.betweenLog(1, int64_t(extent) - 1);
  return random.chance(0.5) && tile > 1 ? tile / 2 * 2 : tile;
}

static void addLoops(const Problem &layer, Schedule &schedule, Random &random) {
  for (auto [index, count] : llvm::enumerate(layer.outer))
    schedule.loops.push_back({TileLoop::Outer, unsigned(index), "", 1});
  Instruction last = layer.stages.back().instruction;
  AccessList accesses = describeAccesses(last);
  std::vector<TileLoop> outputs, reductions;
  for (auto [index, coordinate] :
       llvm::enumerate(schedule::resultOf(accesses).coordinates)) {
    if (!coordinate.interval)
      continue; // Indices name it.
    uint64_t extent = coordinate.interval->bound;
    if (extent > 1 && random.chance(0.5))
      outputs.push_back(
          {TileLoop::Output, unsigned(index), "", chooseTile(random, extent)});
  }
  Instruction first = layer.stages.front().instruction;
  if (queueOf(first) == Engine::Matrix)
    for (const char *field :
         {"kernel_slices", "kernel_rows", "kernel_columns", "depth"})
      if (Interval *interval = schedule::findInterval(first, field))
        if (interval->bound > 1 && random.chance(0.3))
          reductions.push_back({TileLoop::Reduction, 0, field,
                                chooseTile(random, interval->bound)});
  for (auto *loops : {&outputs, &reductions})
    while (!loops->empty()) {
      auto next =
          loops->begin() + random.between(0, int64_t(loops->size()) - 1);
      schedule.loops.push_back(*next);
      loops->erase(next);
    }
}

static void addPlacements(const schedule::Graph &graph, const Problem &layer,
                          Schedule &schedule, const Machine &machine,
                          Random &random) {
  unsigned outputLevel =
      llvm::count_if(schedule.loops, [](const TileLoop &loop) {
        return loop.kind != TileLoop::Reduction;
      });
  for (auto [number, stage] : llvm::enumerate(layer.stages)) {
    Instruction instruction = stage.instruction;
    AccessList accesses = describeAccesses(instruction);
    auto &placements = schedule.placements.emplace_back();
    for (const schedule::Binding &binding : stage.bindings) {
      const AccessDescription &access =
          *schedule::findAccess(accesses, binding.field);
      bool reads = access.direction == AccessDirection::Read &&
                   access.memory != MemoryKind::Dram &&
                   !binding.isIntermediate();
      Placement placement;
      if (!binding.isIntermediate() &&
          graph.tensors[binding.tensor].scratchpad) {
        placement.resident = true;
        placements.push_back(placement);
        continue;
      }
      placement.level = outputLevel;
      if (reads && number == 0)
        placement.level = random.chance(0.5)
                              ? schedule.loops.size()
                              : random.between(0, schedule.loops.size());
      else if (reads)
        placement.level = random.between(0, outputLevel);
      if (reads && placement.level != 0 && random.chance(0.3))
        placement.rolling = random.between(0, 1);
      placement.slots =
          placement.level == 0
              ? 1
              : std::min<uint64_t>(random.pick<unsigned>({1, 2, 2, 3}),
                                   machine.sequencer.semaphoreMax / 2);
      placements.push_back(placement);
    }
  }
}

/// Iterations of all loops together.
static uint64_t countTiles(const Problem &layer, const Schedule &schedule) {
  Instruction first = layer.stages.front().instruction;
  Instruction last = layer.stages.back().instruction;
  AccessList accesses = describeAccesses(last);
  uint64_t tiles = 1;
  for (const TileLoop &loop : schedule.loops) {
    uint64_t extent = loop.kind == TileLoop::Outer ? layer.outer[loop.index]
                      : loop.kind == TileLoop::Output
                          ? schedule::resultOf(accesses)
                                .coordinates[loop.index]
                                .interval->bound
                          : schedule::findInterval(first, loop.field)->bound;
    tiles *= llvm::divideCeil(extent, loop.tile);
  }
  return tiles;
}

/// Whether the enumerator takes `schedule` for problem `index` and its buffers
/// fit.
static bool isUsable(const schedule::Network &network, unsigned index,
                     const Schedule &schedule, const Machine &machine) {
  auto steps = schedule::enumerateSteps(network.graph,
                                        network.graph.layers[index], schedule);
  if (!steps) {
    llvm::consumeError(steps.takeError());
    return false;
  }
  if (llvm::Error error = schedule::placeBuffers(
          *steps, machine, /*fromTop=*/true,
          residentPlaces(network, livesOf(network), index))) {
    llvm::consumeError(std::move(error));
    return false;
  }
  return true;
}

/// Stores the layer's weights in an encoding of the machine's, if they have
/// that form and their header has room.
static void addEncoding(schedule::Network &network, unsigned index,
                        Schedule &schedule, const Machine &machine,
                        Random &random) {
  auto encoding = static_cast<WeightEncoding>(
      random.between(0, std::size(EnumTraits<WeightEncoding>::words) - 1));
  if (!decodeRate(encoding, machine))
    return;
  schedule::StoredWeights weights;
  weights.encoding = encoding;
  weights.unitRows = random.pick<unsigned>({1, 1, 2, 3, 4, 8, 16, 100});
  if (encoding == WeightEncoding::Nm) {
    weights.group = random.between(2, 9);
    weights.nonzeros = random.between(1, weights.group);
  }
  schedule.weights = weights;
  if (llvm::Error error = schedule::encodeWeights(network, index, schedule)) {
    llvm::consumeError(std::move(error));
    schedule.weights = std::nullopt;
  } else if (!isUsable(network, index, schedule, machine)) {
    schedule.weights = std::nullopt;
  }
  llvm::cantFail(schedule::encodeWeights(network, index, Schedule()));
}

void differential::randomiseSchedules(schedule::Network &network,
                                      std::vector<Schedule> &schedules,
                                      const Machine &machine, Random &random) {
  // Long programs take long to run and show no more.
  constexpr uint64_t maxTiles = 300;
  for (auto [index, chosen] : llvm::enumerate(schedules)) {
    const Problem &layer = network.graph.layers[index];
    // The layers of a cascade have one schedule.
    bool isJoined = chosen.joins || (index + 1 != schedules.size() &&
                                     schedules[index + 1].joins);
    if (random.chance(0.5) || isJoined)
      continue;
    llvm::cantFail(schedule::encodeWeights(network, index, Schedule()));
    for (unsigned attempt = 0; attempt != 8; ++attempt) {
      Schedule schedule;
      addLoops(layer, schedule, random);
      addPlacements(network.graph, layer, schedule, machine, random);
      if (schedule.loops.size() > kMaxLoopDepth ||
          countTiles(layer, schedule) > maxTiles ||
          !isUsable(network, index, schedule, machine))
        continue;
      if (random.chance(0.7))
        addEncoding(network, index, schedule, machine, random);
      chosen = std::move(schedule);
      break;
    }
  }
}
