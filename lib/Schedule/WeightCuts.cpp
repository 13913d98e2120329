//===- WeightCuts.cpp - Weights cut into units ----------------------------===//

#include "WeightCuts.h"

#include "TileModel.h"

#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using namespace lacuna::schedule;

llvm::Expected<WeightCuts> WeightCuts::create(const Problem &layer,
                                              unsigned binding,
                                              const Schedule &schedule) {
  TileModel model(layer);
  const OperandModel &operand =
      *llvm::find_if(model.operands, [&](const OperandModel &candidate) {
        return candidate.stage == 0 && candidate.binding == binding;
      });
  llvm::SmallVector<LoopChoice, 6> loops = model.choicesOf(schedule);
  unsigned level = schedule.placements.empty() ||
                           binding >= schedule.placements.front().size()
                       ? loops.size()
                       : schedule.placements.front()[binding].level;
  WeightCuts cuts;
  for (const Reach &reach : operand.reaches) {
    Coordinate &made = cuts.coordinates.emplace_back();
    made.extent = made.tile = reach.bound;
    for (auto [position, loop] : llvm::enumerate(loops))
      if (position < level && int(loop.axis) == reach.axis) {
        made.tile = loop.tile;
        made.loop = position;
      }
  }
  if (cuts.coordinates.size() < 2)
    return llvm::createStringError("they have no terms to cut");
  if (operand.elementBits < 8) {
    Coordinate &last = cuts.coordinates.back();
    uint64_t perByte = 8 / operand.elementBits;
    if (last.tile != last.extent && last.tile % perByte != 0)
      return llvm::createStringError("a tile starts inside a byte");
    last.extent = llvm::divideCeil(last.extent, perByte);
    last.tile = llvm::divideCeil(last.tile, perByte);
  }
  uint64_t stride = std::max(1u, operand.elementBits / 8);
  for (size_t i = cuts.coordinates.size(); i-- != 0;) {
    Coordinate &made = cuts.coordinates[i];
    if (made.extent > 1 && operand.strides[i] != int64_t(stride))
      return llvm::createStringError(
          "they do not lie in the order of their coordinates");
    made.stride = stride;
    stride *= made.extent;
  }
  return cuts;
}

uint64_t WeightCuts::rowBytes() const {
  uint64_t bytes = coordinates.back().stride;
  for (const Coordinate &along : llvm::drop_begin(coordinates))
    bytes *= along.tile;
  return bytes;
}

bool WeightCuts::isEven() const {
  return llvm::all_of(
      llvm::drop_begin(coordinates),
      [](const Coordinate &along) { return along.extent % along.tile == 0; });
}

std::vector<std::pair<uint64_t, int>> WeightCuts::getKey() const {
  std::vector<std::pair<uint64_t, int>> key;
  for (const Coordinate &along : coordinates)
    key.emplace_back(along.tile, along.loop);
  return key;
}

/// Of channels row .. row + rows - 1, the slice that begins at `starts`.
void WeightCuts::addUnit(llvm::ArrayRef<uint8_t> raw, uint64_t row,
                         uint64_t rows, llvm::ArrayRef<uint64_t> starts,
                         UnitList &list) const {
  const Coordinate &channel = coordinates.front();
  bool whole =
      llvm::all_of(llvm::drop_begin(coordinates), [](const Coordinate &along) {
        return along.tile == along.extent;
      });
  if (whole) {
    list.units.push_back(
        raw.slice(row * channel.stride, rows * channel.stride));
    return;
  }
  std::vector<uint8_t> &bytes = list.own.emplace_back();
  auto copy = [&](auto &&self, size_t depth, uint64_t at) -> void {
    const Coordinate &along = coordinates[depth];
    uint64_t end = std::min(along.extent, starts[depth] + along.tile);
    if (depth + 1 == coordinates.size()) {
      auto run = raw.slice(at + starts[depth] * along.stride,
                           (end - starts[depth]) * along.stride);
      bytes.insert(bytes.end(), run.begin(), run.end());
      return;
    }
    for (uint64_t i = starts[depth]; i != end; ++i)
      self(self, depth + 1, at + i * along.stride);
  };
  for (uint64_t i = row; i != row + rows; ++i)
    copy(copy, 1, i * channel.stride);
  list.units.emplace_back();
}

void WeightCuts::addSlices(llvm::ArrayRef<uint8_t> raw, unsigned unitRows,
                           llvm::ArrayRef<unsigned> order,
                           llvm::SmallVectorImpl<uint64_t> &starts,
                           UnitList &list) const {
  if (order.empty()) {
    for (uint64_t row = 0; row < channels(); row += unitRows)
      addUnit(raw, row, std::min<uint64_t>(unitRows, channels() - row), starts,
              list);
    return;
  }
  const Coordinate &along = coordinates[order.front()];
  for (uint64_t start = 0; start < along.extent; start += along.tile) {
    starts[order.front()] = start;
    addSlices(raw, unitRows, order.drop_front(), starts, list);
  }
  starts[order.front()] = 0;
}

UnitList WeightCuts::cut(llvm::ArrayRef<uint8_t> raw, unsigned unitRows) const {
  llvm::SmallVector<unsigned, 4> order;
  for (unsigned i = 1; i != coordinates.size(); ++i)
    if (coordinates[i].loop >= 0)
      order.push_back(i);
  llvm::sort(order, [&](unsigned a, unsigned b) {
    return coordinates[a].loop < coordinates[b].loop;
  });
  llvm::SmallVector<uint64_t, 5> starts(coordinates.size(), 0);
  UnitList list;
  addSlices(raw, unitRows, order, starts, list);
  // Now that no vector moves any more.
  size_t next = 0;
  for (llvm::ArrayRef<uint8_t> &unit : list.units)
    if (unit.empty())
      unit = list.own[next++];
  return list;
}
