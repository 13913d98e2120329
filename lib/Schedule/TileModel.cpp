//===- TileModel.cpp - A layer's operands as functions of tiles -----------===//

#include "TileModel.h"

#include "lacuna/Machine/Cost.h"
#include "lacuna/Schedule/Geometry.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace lacuna;
using namespace lacuna::schedule;

unsigned schedule::unitRowsOf(uint64_t rows, uint64_t channels,
                              uint64_t tileBytes, uint64_t streams) {
  uint64_t units =
      std::clamp<uint64_t>(tileBytes / kLeastUnitBytes, 1,
                           std::min(rows, std::max<uint64_t>(streams, 1)));
  uint64_t unitRows = llvm::divideCeil(rows, units);
  while (rows != channels && rows % unitRows != 0)
    ++unitRows;
  return unitRows;
}

/// Composes: coordinates of `inner` (an extent of an instruction) through the
/// access coordinate `c`.
static Reach through(const CoordinateDescription &c, const Reach &inner,
                     const Reach *kernel) {
  Reach reach = inner;
  if (c.kind == CoordinateKind::Quotient) {
    reach.divisor *= c.divisor;
    reach.bound = llvm::divideCeil(reach.bound, c.divisor);
    return reach;
  }
  if (c.kind == CoordinateKind::Along)
    return reach;
  reach.scale *= c.stride;
  reach.offset = inner.offset * int64_t(c.stride) - int64_t(c.padding);
  reach.growth = inner.growth * int64_t(c.stride);
  // What the last output needs bounds what any tile reads.
  int64_t needed = (inner.bound - 1) * int64_t(c.stride) + int64_t(c.phase);
  int64_t tail = int64_t(c.kernel->bound - 1) * int64_t(c.dilation);
  needed = needed / int64_t(c.divisor) + tail - int64_t(c.padding) + 1;
  reach.bound = std::min<int64_t>(c.bound, std::max<int64_t>(needed, 0));
  if (c.divisor > 1) {
    reach.offset = inner.offset * int64_t(c.stride) + int64_t(c.phase);
    reach.divisor = c.divisor;
    reach.shift = -int64_t(c.padding);
    reach.tail = tail;
    reach.rounds = true;
    return reach;
  }
  if (kernel && kernel->axis >= 0) {
    reach.kernelAxis = kernel->axis;
    reach.kernelScale = c.dilation;
  } else {
    reach.growth += tail;
  }
  return reach;
}

TileModel::TileModel(const Problem &layer) {
  for (auto [index, count] : llvm::enumerate(layer.outer))
    axes.push_back({TileLoop::Outer, unsigned(index), "", count});

  // Walk the stages from the last to the first, knowing for each extent of an
  // instruction how it follows from the axes.
  std::vector<Reach> results;
  std::vector<std::vector<OperandModel>> perStage(layer.stages.size());
  for (const Stage &stage : layer.stages)
    tiles.push_back(stage.instruction);
  extents.resize(tiles.size());
  for (unsigned stage = layer.stages.size(); stage-- != 0;) {
    AccessList accesses = describeAccesses(tiles[stage]);
    const AccessDescription &result = resultOf(accesses);
    llvm::MapVector<Interval *, Reach> known;
    for (auto [position, coordinate] : llvm::enumerate(result.coordinates)) {
      if (!coordinate.interval)
        continue;
      Reach reach;
      if (stage + 1 == layer.stages.size()) {
        reach.axis = axes.size();
        reach.bound = coordinate.interval->bound;
        axes.push_back({TileLoop::Output, unsigned(position), "",
                        coordinate.interval->bound});
      } else {
        reach = results[position];
      }
      known[coordinate.interval] = reach;
    }
    auto reachOf = [&](Interval *interval, llvm::StringRef field) {
      auto [entry, isNew] = known.try_emplace(interval);
      if (isNew) {
        entry->second.bound = interval->bound;
        // Only sums that MATRIX adds up can be cut: others keep no partial
        // ones.
        if (stage == 0 && interval->bound > 1 &&
            queueOf(tiles[stage]) == Engine::Matrix) {
          entry->second.axis = axes.size();
          axes.push_back(
              {TileLoop::Reduction, 0, field.str(), interval->bound});
        } else {
          entry->second.growth = interval->bound - 1;
        }
      }
      return entry->second;
    };

    std::vector<Reach> inputs;
    for (auto [index, binding] :
         llvm::enumerate(layer.stages[stage].bindings)) {
      const AccessDescription &access = *findAccess(accesses, binding.field);
      OperandModel operand;
      operand.stage = stage;
      operand.binding = index;
      operand.intermediate = binding.isIntermediate();
      operand.writes = access.direction != AccessDirection::Read;
      operand.memory = access.memory;
      operand.direct = access.memory == MemoryKind::Dram;
      operand.elementBits = access.elementBits;
      operand.strides = binding.strides;
      for (auto [axis, stride] : llvm::enumerate(binding.outerStrides))
        if (stride != 0)
          operand.outerAxes |= 1u << axis;
      for (const CoordinateDescription &coordinate : access.coordinates) {
        if (!coordinate.interval) {
          operand.reaches.push_back(Reach()); // One, whichever it is.
          continue;
        }
        Reach inner = reachOf(coordinate.interval, coordinate.field);
        if (!operand.writes && !operand.direct &&
            operand.reaches.size() < binding.strides.size() &&
            binding.strides[operand.reaches.size()] == 0) {
          operand.reaches.push_back(Reach()); // Repeats: there once.
          continue;
        }
        if (coordinate.kind == CoordinateKind::Window) {
          Reach kernel = reachOf(coordinate.kernel, coordinate.kernelField);
          operand.reaches.push_back(through(coordinate, inner, &kernel));
        } else {
          operand.reaches.push_back(through(coordinate, inner, nullptr));
        }
      }
      if (operand.intermediate && !operand.writes)
        results.assign(operand.reaches.begin(), operand.reaches.end());
      perStage[stage].push_back(std::move(operand));
    }
    extents[stage].assign(known.begin(), known.end());
  }
  for (auto &stageOperands : perStage)
    llvm::append_range(operands, stageOperands);
}

TileModel::TileModel(const Problem &layer, const Graph &graph)
    : TileModel(layer) {
  for (OperandModel &operand : operands) {
    const Binding &binding =
        layer.stages[operand.stage].bindings[operand.binding];
    if (binding.isIntermediate())
      continue;
    if (const auto &weights = graph.tensors[binding.tensor].encoded)
      operand.stored = {weights->streams.size(), weights->tableBytes,
                        weights->header.size()};
  }
}

llvm::SmallVector<LoopChoice, 6>
TileModel::choicesOf(const Schedule &schedule) const {
  llvm::SmallVector<LoopChoice, 6> loops;
  for (const TileLoop &loop : schedule.loops) {
    auto axis = llvm::find_if(axes, [&](const Axis &candidate) {
      return candidate.kind == loop.kind &&
             (loop.kind == TileLoop::Reduction ? candidate.field == loop.field
                                               : candidate.index == loop.index);
    });
    uint64_t count = llvm::divideCeil(axis->extent, loop.tile);
    if (loop.isShared())
      count = loop.times;
    else if (!loops.empty() && schedule.loops.front().isShared() &&
             loops.front().axis == unsigned(axis - axes.begin()))
      count = loops.front().tile / loop.tile;
    loops.push_back(
        {unsigned(axis - axes.begin()), loop.tile, count, loop.delay});
  }
  return loops;
}

Interval TileModel::intervalOf(const Reach &reach,
                               llvm::ArrayRef<LoopChoice> loops,
                               unsigned level) const {
  Interval interval(1);
  interval.start.constant = reach.offset;
  int64_t size = reach.growth + 1;
  auto follow = [&](int axis, int64_t scale) {
    if (axis < 0)
      return;
    uint64_t tile = axes[axis].extent;
    for (auto [position, loop] : llvm::enumerate(loops))
      if (loop.axis == unsigned(axis)) {
        tile = std::min(loop.tile, axes[axis].extent);
        interval.start.coefficients[position] = scale * int64_t(loop.tile);
        interval.start.constant -= scale * int64_t(loop.delay);
      }
    size += int64_t(tile - 1) * scale;
  };
  follow(reach.axis, reach.scale);
  follow(reach.kernelAxis, reach.kernelScale);
  interval.size = size;
  interval.bound = reach.bound;
  if (reach.divisor > 1) {
    int64_t *moving = nullptr;
    int64_t count = 1;
    for (auto [position, loop] : llvm::enumerate(loops))
      if (interval.start.coefficients[position] != 0) {
        moving = &interval.start.coefficients[position];
        count = loop.count;
      }
    EvenTiles tiles = divideTiles(reach.offset, moving ? *moving : 0, size - 1,
                                  reach.divisor, count);
    interval.start.constant = tiles.start + reach.shift;
    if (moving)
      *moving = tiles.step;
    interval.size = tiles.size + reach.tail;
  }
  llvm::SmallVector<uint64_t, 6> counts;
  for (const LoopChoice &loop : loops)
    counts.push_back(loop.count);
  return widen(interval, level, counts);
}

uint64_t TileModel::extentOf(const Reach &reach,
                             llvm::ArrayRef<LoopChoice> loops,
                             unsigned level) const {
  return largestSize(intervalOf(reach, loops, level));
}

/// Adds up the clipped sizes of `interval` over the loops that move it.
static uint64_t sumOfSizes(const Interval &interval,
                           llvm::ArrayRef<LoopChoice> loops) {
  unsigned loop = 0;
  while (loop != loops.size() && !dependsOn(interval, loop))
    ++loop;
  if (loop == loops.size()) {
    int64_t begin = std::max<int64_t>(0, interval.start.constant);
    int64_t end = std::min<int64_t>(interval.bound, interval.start.constant +
                                                        int64_t(interval.size));
    return std::max<int64_t>(0, end - begin);
  }
  uint64_t sum = 0;
  Interval at = interval;
  int64_t step = at.start.coefficients[loop];
  at.start.coefficients[loop] = 0;
  for (uint64_t i = 0; i != loops[loop].count; ++i) {
    sum += sumOfSizes(at, loops);
    at.start.constant += step;
  }
  return sum;
}

uint64_t TileModel::extentSum(const Reach &reach,
                              llvm::ArrayRef<LoopChoice> loops,
                              unsigned level) const {
  return sumOfSizes(intervalOf(reach, loops, level), loops);
}

uint64_t TileModel::tileBytes(const OperandModel &operand,
                              llvm::ArrayRef<LoopChoice> loops,
                              unsigned level) const {
  uint64_t elements = 1;
  for (size_t position = operand.reaches.size(); position-- != 0;) {
    elements *= extentOf(operand.reaches[position], loops, level);
    if (operand.elementBits < 8)
      elements = llvm::alignTo(elements, 8 / operand.elementBits);
  }
  return llvm::divideCeil(elements * operand.elementBits, 8);
}

uint64_t TileModel::bufferBytes(const OperandModel &operand,
                                llvm::ArrayRef<LoopChoice> loops,
                                const Placement &placement) const {
  if (placement.resident)
    return 0;
  uint64_t bytes = tileBytes(operand, loops, placement.level);
  uint64_t step = 0;
  if (!rolls(operand, loops, placement, step)) {
    if (placement.slots != 1)
      bytes = llvm::alignTo(bytes, kBufferAlignment) * placement.slots;
    if (!operand.stored)
      return bytes;
    return llvm::alignTo(bytes, kBufferAlignment) +
           headerBytes(operand, loops, placement);
  }
  Interval along =
      intervalOf(operand.reaches[placement.rolling], loops, placement.level);
  uint64_t rows = std::max<uint64_t>(1, largestSize(along));
  uint64_t capacity =
      std::min(along.size + (placement.slots - 1) * step, along.bound);
  return bytes / rows * capacity;
}

uint64_t TileModel::grainOf(unsigned axis) const {
  uint64_t grain = 1;
  for (const OperandModel &operand : operands) {
    for (const Reach &reach : operand.reaches)
      if (reach.axis == int(axis))
        grain = std::lcm(grain, uint64_t(reach.rounds ? 1 : reach.divisor));
    if (operand.elementBits < 8 && !operand.reaches.empty() &&
        operand.reaches.back().axis == int(axis))
      grain = std::lcm(grain, uint64_t(8 / operand.elementBits));
  }
  return grain;
}

/// The least tile of an axis of `extent` that drifts by one coordinate of
/// `reach` at most over the whole axis; so do its multiples.
static uint64_t findEvenTile(const Reach &reach, uint64_t extent) {
  for (uint64_t tile = 1; tile < extent; ++tile) {
    int64_t count = llvm::divideCeil(extent, tile);
    int64_t step = int64_t(tile) * reach.scale;
    int64_t even = divideTiles(0, step, 0, reach.divisor, 1).step;
    if (even != 0 &&
        std::abs(step - even * reach.divisor) * (count - 1) <= reach.divisor)
      return tile;
  }
  return extent;
}

uint64_t TileModel::evenTileOf(unsigned axis) const {
  uint64_t tile = 1;
  for (const OperandModel &operand : operands)
    for (const Reach &reach : operand.reaches)
      if (reach.rounds && reach.axis == int(axis))
        tile = std::max(tile, findEvenTile(reach, axes[axis].extent));
  return tile;
}

bool TileModel::moves(const OperandModel &operand,
                      const LoopChoice &loop) const {
  return operand.outerAxes >> loop.axis & 1 ||
         llvm::any_of(operand.reaches, [&](const Reach &reach) {
           if (reach.axis != int(loop.axis))
             return reach.kernelAxis == int(loop.axis);
           return !reach.rounds ||
                  divideTiles(0, int64_t(loop.tile) * reach.scale, 0,
                              reach.divisor, 1)
                          .step != 0;
         });
}

uint64_t TileModel::stageCycles(unsigned stage,
                                llvm::ArrayRef<LoopChoice> loops,
                                const Machine &machine) {
  // A movement takes the time of the channel, which counts all bytes off-chip;
  // its own strides are not known before it is enumerated.
  Engine engine = queueOf(tiles[stage]);
  if (engine == Engine::Load || engine == Engine::Store)
    return 0;
  for (auto &[interval, reach] : extents[stage]) {
    uint64_t bound = interval->bound;
    *interval = Interval(extentOf(reach, loops, loops.size()));
    interval->bound = bound;
  }
  return getCost(tiles[stage], machine).cycles;
}

uint64_t TileModel::headerBytes(const OperandModel &operand,
                                llvm::ArrayRef<LoopChoice> loops,
                                const Placement &placement) const {
  if (operand.stored->headerBytes)
    return *operand.stored->headerBytes;
  // Channels are the first coordinate; each tile of them is cut alike.
  uint64_t rows = extentOf(operand.reaches.front(), loops, placement.level);
  uint64_t tile = tileBytes(operand, loops, placement.level);
  uint64_t channels = operand.reaches.front().bound;
  uint64_t units = llvm::divideCeil(
      rows, unitRowsOf(rows, channels, tile, operand.stored->streams));
  for (unsigned loop = 0; loop != placement.level; ++loop)
    if (moves(operand, loops[loop]))
      units *= loops[loop].count;
  return operand.stored->tableBytes + 4 * (units + 1);
}

uint64_t TileModel::repeatsOf(const OperandModel &operand,
                              llvm::ArrayRef<LoopChoice> loops,
                              const Placement &placement) const {
  uint64_t repeats = 1;
  for (unsigned loop = 0; loop != placement.level; ++loop)
    if (axes[loops[loop].axis].kind == TileLoop::Outer ||
        !moves(operand, loops[loop]))
      repeats *= loops[loop].count;
  return repeats;
}

uint64_t TileModel::movedBytes(const OperandModel &operand,
                               llvm::ArrayRef<LoopChoice> loops,
                               const Placement &placement) const {
  if (operand.intermediate || placement.resident)
    return 0;
  if (operand.stored)
    return operand.stored->headerBytes.value_or(0) +
           operand.stored->streamBytes * repeatsOf(operand, loops, placement);
  uint64_t elements = 1, step = 0;
  bool isRolling = rolls(operand, loops, placement, step);
  for (auto [position, reach] : llvm::enumerate(operand.reaches)) {
    if (isRolling && int(position) == placement.rolling) {
      // Every coordinate once: from the first that the first tile reads to the
      // last that the last one does.
      elements *= extentSum(reach, loops, placement.level - 1);
      continue;
    }
    uint64_t sum = extentSum(reach, loops, placement.level);
    if (operand.elementBits < 8 && position + 1 == operand.reaches.size())
      sum = llvm::alignTo(sum, 8 / operand.elementBits);
    elements *= sum;
  }
  elements *= repeatsOf(operand, loops, placement);
  return llvm::divideCeil(elements * operand.elementBits, 8);
}

uint64_t TileModel::burstBytes(const OperandModel &operand,
                               llvm::ArrayRef<LoopChoice> loops,
                               const Placement &placement,
                               uint64_t burst) const {
  uint64_t moved = movedBytes(operand, loops, placement);
  if (moved == 0)
    return 0;
  if (operand.stored) {
    // The streams of a tile are one run, which begins and ends anywhere.
    uint64_t tiles = 1;
    for (unsigned loop = 0; loop != placement.level; ++loop)
      tiles *= loops[loop].count;
    return moved + tiles * burst;
  }
  uint64_t run = std::max(1u, operand.elementBits / 8);
  for (size_t position = operand.reaches.size(); position-- != 0;) {
    bool isDense = operand.strides.empty() || operand.elementBits < 8 ||
                   operand.strides[position] == int64_t(run);
    if (!isDense)
      break;
    const Reach &reach = operand.reaches[position];
    uint64_t extent = extentOf(reach, loops, placement.level);
    run *= std::max<uint64_t>(1, extent);
    if (extent < uint64_t(reach.bound))
      break;
  }
  if (run >= moved)
    return moved;
  // A run that is no whole number of bursts begins and ends within one.
  uint64_t whole = llvm::alignTo(run, burst) + (run % burst ? burst / 2 : 0);
  return moved / run * whole;
}

int TileModel::rollingCoordinate(const OperandModel &operand,
                                 llvm::ArrayRef<LoopChoice> loops,
                                 unsigned level, uint64_t &step) const {
  if (level == 0 || operand.elementBits < 8 || operand.writes)
    return -1;
  int found = -1;
  for (auto [position, reach] : llvm::enumerate(operand.reaches)) {
    Interval interval = intervalOf(reach, loops, level);
    int64_t advance = interval.start.coefficients[level - 1];
    if (advance == 0)
      continue;
    if (found >= 0 || advance < 0 || uint64_t(advance) >= interval.size)
      return -1;
    found = position;
    step = advance;
  }
  return found;
}

bool TileModel::rolls(const OperandModel &operand,
                      llvm::ArrayRef<LoopChoice> loops,
                      const Placement &placement, uint64_t &step) const {
  return placement.rolling >= 0 &&
         rollingCoordinate(operand, loops, placement.level, step) ==
             placement.rolling;
}
