// Copies of runs, at coordinates alone or in rows that indices name; runs that
// lie seamlessly behind each other are copied at once. Their off-chip addresses
// are checked here: a program may gather from several regions, which no
// bounding box describes.
#include "Engines.h"
#include "Operand.h"
#include "PadBytes.h"

#include <cstring>

using namespace llvm;
using namespace lacuna;

namespace {
/// From off-chip to the scratchpad.
struct Loading {
  static constexpr StringLiteral complaint = "are in no section";
  static const uint8_t *find(Memory &memory, uint64_t address, uint64_t size) {
    return memory.read(address, size);
  }
  static void copy(const uint8_t *dram, uint8_t *pad, int64_t size) {
    std::memcpy(pad, dram, size);
  }
};
/// The other way round.
struct Storing {
  static constexpr StringLiteral complaint = "are in no writable section";
  static uint8_t *find(Memory &memory, uint64_t address, uint64_t size) {
    return memory.write(address, size);
  }
  static void copy(uint8_t *dram, const uint8_t *pad, int64_t size) {
    std::memcpy(dram, pad, size);
  }
};

/// Copies `count` bytes between an off-chip address and a position in the
/// scratchpad; false if they do not lie in one region.
template <typename Direction>
bool copyBytes(Memory &memory, const PadBytes &pad, uint64_t address,
               int64_t position, int64_t count) {
  auto *dram = Direction::find(memory, address, count);
  if (!dram)
    return false;
  pad.forEachStretch(position, count,
                     [&](uint8_t *bytes, int64_t size, int64_t before) {
                       Direction::copy(dram + before, bytes, size);
                     });
  return true;
}

/// Copies `count` bytes that are whole runs.
template <typename Direction>
Error copyRuns(Memory &memory, const PadBytes &pad, uint64_t address,
               int64_t position, int64_t count, int64_t run) {
  if (copyBytes<Direction>(memory, pad, address, position, count))
    return Error::success();
  // Runs behind each other may still lie in several regions.
  for (int64_t i = 0; i != count; i += run)
    if (!copyBytes<Direction>(memory, pad, address + i, position + i, run))
      return createStringError(formatv("{0} bytes at off-chip address {1} {2}",
                                       run, address + i, Direction::complaint));
  return Error::success();
}

template <typename Direction, typename Inst>
Error transfer(const Inst &inst, Memory &memory) {
  Strides pad = withRun(inst.padStrides), dram = withRun(inst.dramStrides);
  LoopNest<2> loops(withRun(inst), {pad, dram});
  PadBytes bytes(memory, inst.pad);
  auto base = static_cast<uint64_t>(inst.dram.address.constant);
  return loops.forEachRow(
      INT64_MAX,
      [&](const LoopNest<2>::Numbers &at, int64_t, int64_t count) -> Error {
        return copyRuns<Direction>(memory, bytes,
                                   base + static_cast<uint64_t>(at[1]), at[0],
                                   count, inst.run);
      });
}

template <typename Direction, typename Inst>
Error transferIndexed(const Inst &inst, Memory &memory) {
  Operand indices(memory.scratchpad(), inst.indices, ElementType::I32);
  PadBytes bytes(memory, inst.pad);
  auto rowStride = static_cast<uint64_t>(inst.dramStrides.back());
  return forEachCoordinate(inst.dims, [&](const Coordinates &at) -> Error {
    int64_t row = indices.readOne(positionOf(at, inst.indexStrides));
    if (row < 0 || static_cast<uint64_t>(row) >= inst.rows)
      return createStringError(
          formatv("index {0} at [{1:$[, ]}] is outside 0 to {2}", row,
                  make_range(at.begin(), at.end()), inst.rows - 1));
    auto address = static_cast<uint64_t>(inst.dram.address.constant) +
                   static_cast<uint64_t>(positionOf(at, inst.dramStrides)) +
                   static_cast<uint64_t>(row) * rowStride;
    return copyRuns<Direction>(memory, bytes, address,
                               positionOf(at, inst.padStrides), inst.run,
                               inst.run);
  });
}
} // namespace

Error lacuna::execute(const Load &inst, Memory &memory) {
  return transfer<Loading>(inst, memory);
}
Error lacuna::execute(const Store &inst, Memory &memory) {
  return transfer<Storing>(inst, memory);
}
Error lacuna::execute(const Gather &inst, Memory &memory) {
  return transferIndexed<Loading>(inst, memory);
}
Error lacuna::execute(const Scatter &inst, Memory &memory) {
  return transferIndexed<Storing>(inst, memory);
}

Error lacuna::execute(const Fill &inst, Memory &memory) {
  Strides pad = withRun(inst.padStrides);
  LoopNest<1> loops(withRun(inst), {pad});
  PadBytes bytes(memory, inst.pad);
  return loops.forEachRow(
      INT64_MAX,
      [&](const LoopNest<1>::Numbers &at, int64_t, int64_t count) -> Error {
        bytes.forEachStretch(
            at[0], count, [&](uint8_t *here, int64_t size, int64_t) {
              std::memset(here, static_cast<int>(inst.value), size);
            });
        return Error::success();
      });
}
