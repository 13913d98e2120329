// Copies of runs. Their off-chip addresses are checked here, run by run: a
// program may gather from several regions, which no bounding box describes.
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
} // namespace

Error lacuna::execute(const Load &inst, Memory &memory) {
  return forEachRun(inst, memory, [&](uint64_t address, uint8_t *pad) -> Error {
    const uint8_t *source = memory.read(address, inst.run);
    if (!source)
      return outsideRegions(address, inst.run, "are in no section");
    std::memcpy(pad, source, inst.run);
    return Error::success();
  });
}

Error lacuna::execute(const Store &inst, Memory &memory) {
  return forEachRun(inst, memory, [&](uint64_t address, uint8_t *pad) -> Error {
    uint8_t *target = memory.write(address, inst.run);
    if (!target)
      return outsideRegions(address, inst.run, "are in no writable section");
    std::memcpy(target, pad, inst.run);
    return Error::success();
  });
}

Error lacuna::execute(const Fill &inst, Memory &memory) {
  return forEachCoordinate(inst.dims, [&](const Coordinates &at) -> Error {
    uint8_t *pad = padRun(memory, inst.pad, positionOf(at, inst.padStrides));
    std::memset(pad, static_cast<int>(inst.value), inst.run);
    return Error::success();
  });
}
