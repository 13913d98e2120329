// Copies of runs, at coordinates alone or in rows that indices name. Their
// off-chip addresses are checked here, run by run: a program may gather from
// several regions, which no bounding box describes.
#include "Engines.h"
#include "Operand.h"
#include "Rows.h"

#include <cstring>

using namespace llvm;
using namespace lacuna;

namespace {
/// The run at `position` of a ring in the scratchpad; runs never straddle its
/// end.
uint8_t *padRun(Memory &memory, const Ring &ring, int64_t position) {
  int64_t offset = ring.offset.constant + position;
  if (ring.length) {
    auto length = static_cast<int64_t>(ring.length);
    offset = (offset % length + length) % length;
  }
  return memory.scratchpad() + ring.base + offset;
}

Error outsideRegions(uint64_t address, uint64_t run, StringRef what) {
  return createStringError(
      formatv("{0} bytes at off-chip address {1} {2}", run, address, what));
}

/// Calls copy(off-chip address, scratchpad bytes) for every run of a transfer.
template <typename Inst, typename Copy>
Error forEachRun(const Inst &inst, Memory &memory, Copy &&copy) {
  return forEachCoordinate(inst.dims, [&](const Coordinates &at) -> Error {
    uint8_t *pad = padRun(memory, inst.pad, positionOf(at, inst.padStrides));
    auto address = static_cast<uint64_t>(inst.dram.address.constant) +
                   static_cast<uint64_t>(positionOf(at, inst.dramStrides));
    return copy(address, pad);
  });
}

/// The same for the runs of an indexed transfer.
template <typename Inst, typename Copy>
Error forEachIndexedRun(const Inst &inst, Memory &memory, Copy &&copy) {
  Operand indices(memory.scratchpad(), inst.indices, ElementType::I32);
  auto rowStride = static_cast<uint64_t>(inst.dramStrides.back());
  return forEachCoordinate(inst.dims, [&](const Coordinates &at) -> Error {
    int64_t row = indices.readOne(positionOf(at, inst.indexStrides));
    if (row < 0 || static_cast<uint64_t>(row) >= inst.rows)
      return createStringError(
          formatv("index {0} at [{1:$[, ]}] is outside 0 to {2}", row,
                  make_range(at.begin(), at.end()), inst.rows - 1));
    uint8_t *pad = padRun(memory, inst.pad, positionOf(at, inst.padStrides));
    auto address = static_cast<uint64_t>(inst.dram.address.constant) +
                   static_cast<uint64_t>(positionOf(at, inst.dramStrides)) +
                   static_cast<uint64_t>(row) * rowStride;
    return copy(address, pad);
  });
}

/// What a run off-chip becomes in the scratchpad, and the other way round.
auto reader(Memory &memory, uint64_t run) {
  return [&memory, run](uint64_t address, uint8_t *pad) -> Error {
    const uint8_t *source = memory.read(address, run);
    if (!source)
      return outsideRegions(address, run, "are in no section");
    std::memcpy(pad, source, run);
    return Error::success();
  };
}
auto writer(Memory &memory, uint64_t run) {
  return [&memory, run](uint64_t address, const uint8_t *pad) -> Error {
    uint8_t *target = memory.write(address, run);
    if (!target)
      return outsideRegions(address, run, "are in no writable section");
    std::memcpy(target, pad, run);
    return Error::success();
  };
}
} // namespace

Error lacuna::execute(const Load &inst, Memory &memory) {
  return forEachRun(inst, memory, reader(memory, inst.run));
}

Error lacuna::execute(const Store &inst, Memory &memory) {
  return forEachRun(inst, memory, writer(memory, inst.run));
}

Error lacuna::execute(const Gather &inst, Memory &memory) {
  return forEachIndexedRun(inst, memory, reader(memory, inst.run));
}

Error lacuna::execute(const Scatter &inst, Memory &memory) {
  return forEachIndexedRun(inst, memory, writer(memory, inst.run));
}

Error lacuna::execute(const Fill &inst, Memory &memory) {
  return forEachCoordinate(inst.dims, [&](const Coordinates &at) -> Error {
    uint8_t *pad = padRun(memory, inst.pad, positionOf(at, inst.padStrides));
    std::memset(pad, static_cast<int>(inst.value), inst.run);
    return Error::success();
  });
}
