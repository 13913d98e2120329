//===- Geometry.cpp - Intervals of tiles ----------------------------------===//

#include "lacuna/Schedule/Geometry.h"

#include <numeric>

using namespace lacuna;
using namespace lacuna::schedule;

Affine schedule::add(Affine value, const Affine &by) {
  value.constant += by.constant;
  for (unsigned level = 0; level != kMaxLoopDepth; ++level)
    value.coefficients[level] += by.coefficients[level];
  return value;
}

Affine schedule::scale(Affine value, int64_t factor) {
  value.constant *= factor;
  for (int64_t &coefficient : value.coefficients)
    coefficient *= factor;
  return value;
}

static int64_t floorDivide(int64_t value, int64_t by) {
  return value < 0 ? -((-value - 1) / by) - 1 : value / by;
}

EvenTiles schedule::divideTiles(int64_t first, int64_t step, int64_t reach,
                                int64_t divisor, int64_t count) {
  EvenTiles tiles;
  tiles.step = floorDivide(2 * step + divisor, 2 * divisor);
  // Tile k is off by k * drift / divisor, evenly: the first and the last are
  // off most.
  int64_t drift = (step - tiles.step * divisor) * (count - 1);
  tiles.start = std::min(floorDivide(first, divisor),
                         floorDivide(first + drift, divisor));
  int64_t last = std::max(floorDivide(first + reach, divisor),
                          floorDivide(first + drift + reach, divisor));
  tiles.size = last - tiles.start + 1;
  return tiles;
}

/// Where taps of a window read; see `Window` in accel-isa/Base.td. Nothing if
/// no interval that a loop moves evenly is that.
static std::optional<Interval> windowInterval(const CoordinateDescription &c) {
  const Interval &output = *c.interval, &kernel = *c.kernel;
  int64_t stride = c.stride, dilation = c.dilation, padding = c.padding;
  int64_t divisor = c.divisor, phase = c.phase;
  Interval read;
  read.start = add(scale(output.start, stride), Affine(phase));
  read.size = (output.size - 1) * stride + 1;
  int64_t needed = int64_t(output.bound - 1) * stride + phase;
  if (divisor > 1) {
    int64_t *moving = nullptr;
    int64_t step = 0, count = 1;
    for (unsigned level = 0; level != kMaxLoopDepth; ++level) {
      int64_t tile = output.start.coefficients[level];
      if (tile == 0)
        continue;
      if (moving || tile < 0)
        return std::nullopt;
      moving = &read.start.coefficients[level];
      step = tile * stride;
      int64_t rest = int64_t(output.bound) - output.start.constant;
      count = (rest + tile - 1) / tile;
    }
    EvenTiles tiles = divideTiles(read.start.constant, step, read.size - 1,
                                  divisor, std::max<int64_t>(count, 1));
    read.start.constant = tiles.start;
    if (moving)
      *moving = tiles.step;
    read.size = tiles.size;
    needed = floorDivide(needed, divisor);
  }
  read.start =
      add(add(read.start, scale(kernel.start, dilation)), Affine(-padding));
  read.size += (kernel.size - 1) * dilation;
  needed += int64_t(kernel.bound - 1) * dilation - padding + 1;
  read.bound = std::min<int64_t>(c.bound, std::max<int64_t>(needed, 0));
  return read;
}

std::optional<Interval>
schedule::coordinateInterval(const CoordinateDescription &c) {
  switch (c.kind) {
  case CoordinateKind::Along:
    return *c.interval;
  case CoordinateKind::Window:
    return windowInterval(c);
  case CoordinateKind::AnyBelow:
    return Interval(c.bound);
  case CoordinateKind::Quotient:
    break;
  }
  Interval quotient = *c.interval;
  int64_t divisor = c.divisor;
  auto divide = [&](int64_t &value) {
    bool exact = value % divisor == 0;
    value /= divisor;
    return exact;
  };
  if (!divide(quotient.start.constant))
    return std::nullopt;
  for (int64_t &coefficient : quotient.start.coefficients)
    if (!divide(coefficient))
      return std::nullopt;
  quotient.size = (quotient.size + divisor - 1) / divisor;
  quotient.bound = (quotient.bound + divisor - 1) / divisor;
  return quotient;
}

AccessDescription *schedule::findAccess(AccessList &accesses,
                                        llvm::StringRef field) {
  for (AccessDescription &access : accesses)
    if (access.operand == field)
      return &access;
  return nullptr;
}

AccessDescription &schedule::resultOf(AccessList &accesses) {
  return *llvm::find_if(accesses, [](const AccessDescription &access) {
    return access.direction != AccessDirection::Read;
  });
}

Interval *schedule::findInterval(Instruction &instruction,
                                 llvm::StringRef field) {
  for (AccessDescription &access : describeAccesses(instruction))
    for (CoordinateDescription &coordinate : access.coordinates) {
      if (coordinate.field == field)
        return coordinate.interval;
      if (coordinate.kind == CoordinateKind::Window &&
          coordinate.kernelField == field)
        return coordinate.kernel;
    }
  return nullptr;
}

llvm::SmallVector<TermExtent, 4>
schedule::termsOf(const Instruction &instruction) {
  return std::visit(
      [](const auto &inst) -> llvm::SmallVector<TermExtent, 4> {
        using Inst = std::decay_t<decltype(inst)>;
        llvm::SmallVector<TermExtent, 4> terms;
        if constexpr (std::is_same_v<Inst, Conv3D>)
          terms.push_back({"kernel_slices", inst.kernelSlices.bound});
        if constexpr (Inst::executedBy == Engine::Matrix) {
          terms.push_back({"kernel_rows", inst.kernelRows.bound});
          terms.push_back({"kernel_columns", inst.kernelColumns.bound});
        }
        if constexpr (std::is_same_v<Inst, Conv> ||
                      std::is_same_v<Inst, Conv3D>)
          terms.push_back({"depth", inst.depth.bound});
        return terms;
      },
      instruction);
}

/// The size of the groups of weights that `instruction` claims; 0: none.
static uint64_t groupOf(const Instruction &instruction) {
  return std::visit(
      [](const auto &inst) -> uint64_t {
        using Inst = std::decay_t<decltype(inst)>;
        if constexpr (std::is_same_v<Inst, Conv> ||
                      std::is_same_v<Inst, Conv3D>)
          return inst.group;
        return 0;
      },
      instruction);
}

uint64_t schedule::groupGrainOf(const Instruction &whole,
                                llvm::StringRef field) {
  uint64_t group = groupOf(whole);
  if (group == 0)
    return 1;
  // A tile takes a run of terms from each of those that the extents inside
  // make; only of the outermost may the last group be short.
  uint64_t inner = 1;
  auto terms = termsOf(whole);
  for (size_t i = terms.size(); i-- != 0;) {
    uint64_t extent = terms[i].extent;
    if (terms[i].field == field) {
      if (i != 0 && inner * extent % group != 0)
        return extent;
      return group / std::gcd(inner, group);
    }
    inner = inner * extent % group;
  }
  return 1;
}

void schedule::dropGroups(Instruction &instruction) {
  std::visit(
      [](auto &inst) {
        using Inst = std::decay_t<decltype(inst)>;
        if constexpr (std::is_same_v<Inst, Conv> ||
                      std::is_same_v<Inst, Conv3D>)
          inst.nonzeros = inst.group = 0;
      },
      instruction);
}

Interval schedule::widen(Interval interval, unsigned level,
                         llvm::ArrayRef<uint64_t> counts) {
  for (unsigned loop = level; loop < counts.size(); ++loop) {
    int64_t &step = interval.start.coefficients[loop];
    int64_t travel = step * int64_t(counts[loop] - 1);
    if (step < 0)
      interval.start.constant += travel;
    interval.size += std::abs(travel);
    step = 0;
  }
  return interval.start.isConstant() ? clipConstant(interval) : interval;
}

Interval schedule::clipConstant(Interval interval) {
  int64_t first = std::max<int64_t>(0, interval.start.constant);
  int64_t end = std::min<int64_t>(interval.bound, interval.start.constant +
                                                      int64_t(interval.size));
  interval.start = Affine(first);
  interval.size = std::max<int64_t>(0, end - first);
  // What lies beyond the region is none of its business: a whole extent
  // encodes in fewest bytes.
  interval.bound = first + interval.size;
  return interval;
}

uint64_t schedule::largestSize(const Interval &interval) {
  int64_t beyond = int64_t(interval.bound) - interval.start.constant;
  return std::min<int64_t>(interval.size, std::max<int64_t>(beyond, 0));
}
