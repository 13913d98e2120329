// Activations that are compressed: what they take off-chip depends on data, and
// lies between zeros alone and none at all where these are not known.
#include "CostFunctions.h"

#include "lacuna/Encoding/BlockCodec.h"
#include "lacuna/Program/ActivationBlocks.h"

#include "llvm/Support/Endian.h"

using namespace llvm;
using namespace lacuna;
using namespace lacuna::cost;

namespace {
/// Payloads of all blocks together.
struct Payloads {
  uint64_t bytes = 0;
  uint64_t burst = 0;
};
} // namespace

/// Payloads that have `length` bytes each.
template <typename Inst>
static Payloads getAlike(const Inst &inst, uint64_t length,
                         const Machine &machine) {
  return {multiply(countElements(inst.dims), length),
          getBurstBytesApart(static_cast<uint64_t>(inst.dram.address.constant),
                             length, inst.dims, inst.dramStrides,
                             machine.dram.burstBytes)};
}

/// The bytes of the block at `position`, none where they are not known.
static ArrayRef<uint8_t> findBlock(const Compress &inst, int64_t position,
                                   const KnownBytes &known) {
  position += inst.pad.offset.constant;
  if (auto length = static_cast<int64_t>(inst.pad.length))
    position = (position % length + length) % length;
  uint64_t begin = inst.pad.base + static_cast<uint64_t>(position);
  uint64_t size = known.scratchpad.size();
  if (inst.run > size || begin > size - inst.run)
    return {};
  if (known.unknown &&
      known.unknown->find_first_in(begin, begin + inst.run) >= 0)
    return {};
  return known.scratchpad.slice(begin, inst.run);
}

/// Bytes of the payload that `compress` makes of a block.
static std::optional<uint64_t> lengthOf(const Compress &inst,
                                        const BlockPlace &place,
                                        const KnownBytes &known,
                                        const BlockCodec &codec) {
  ArrayRef<uint8_t> raw = findBlock(inst, place.position, known);
  if (raw.empty())
    return std::nullopt;
  return codec.getStoredBytes(raw);
}

/// Bytes of the payload that `expand` reads; what lies is read by no one.
static std::optional<uint64_t> lengthOf(const Expand &inst,
                                        const BlockPlace &place,
                                        const KnownBytes &known,
                                        const BlockCodec &) {
  if (!known.dram)
    return std::nullopt;
  const uint8_t *entry = known.dram(place.entry, kBlockEntryBytes);
  if (!entry)
    return std::nullopt;
  uint64_t length = support::endian::read16le(entry);
  return length != 0 && length <= inst.run ? std::optional(length)
                                           : std::nullopt;
}

/// The payloads as they are, none where a length is not known.
template <typename Inst>
static std::optional<Payloads> findPayloads(const Inst &inst,
                                            const Machine &machine,
                                            const KnownBytes *known) {
  if (!known)
    return std::nullopt;
  auto codec = BlockCodec::create(inst.type, inst.zero);
  if (!codec) {
    consumeError(codec.takeError());
    return std::nullopt;
  }
  Payloads payloads;
  bool allKnown = true;
  forEachBlock(inst, [&](const BlockPlace &place) {
    std::optional<uint64_t> length = lengthOf(inst, place, *known, *codec);
    if (!length)
      return allKnown = false;
    payloads.bytes += *length;
    payloads.burst +=
        getBurstBytes(place.slot, *length, {}, {}, machine.dram.burstBytes);
    return true;
  });
  return allKnown ? std::optional(payloads) : std::nullopt;
}

template <typename Inst>
static Cost getBlockCost(const Inst &inst, const Machine &machine,
                         const KnownBytes *known) {
  uint64_t blocks = countElements(inst.dims);
  uint64_t tableBytes = multiply(blocks, kBlockEntryBytes);
  Strides inTable = inst.tableStrides;
  for (int64_t &stride : inTable)
    stride *= static_cast<int64_t>(kBlockEntryBytes);
  uint64_t tableBurst = getBurstBytes(
      static_cast<uint64_t>(inst.table.address.constant), kBlockEntryBytes,
      inst.dims, inTable, machine.dram.burstBytes);
  Payloads most, least;
  if (auto found = findPayloads(inst, machine, known)) {
    most = least = *found;
  } else {
    most = getAlike(inst, inst.run, machine);
    least =
        getAlike(inst, std::min(inst.run, leastBlockBytes(inst.run, inst.type)),
                 machine);
  }
  Cost cost;
  cost.blockBytes = multiply(blocks, inst.run);
  uint64_t elements =
      multiply(blocks, leastBlockBytes(multiply(inst.run, 8), inst.type));
  // A verified program has a compressor; any other is taken at one a cycle.
  uint64_t working = divideUp(elements, std::max(1u, machine.activations.rate));
  auto cyclesOf = [&](const Payloads &payloads) {
    uint64_t burst = SaturatingAdd(payloads.burst, tableBurst);
    return std::max(divideUp(burst, machine.dram.bytesPerCycle), working);
  };
  cost.dramBurst = SaturatingAdd(most.burst, tableBurst);
  cost.cycles = cyclesOf(most);
  cost.slack.cycles = cost.cycles - cyclesOf(least);
  cost.slack.dramBytes = most.bytes - least.bytes;
  cost.slack.dramBurst = most.burst - least.burst;
  bool stores = Inst::executedBy == Engine::Store;
  (stores ? cost.dramWritten : cost.dramRead) =
      SaturatingAdd(most.bytes, tableBytes);
  cost.traffic.push_back(
      {"pad", pad, stores ? cost.blockBytes : 0, stores ? 0 : cost.blockBytes});
  return cost;
}

Cost lacuna::cost::costOf(const Compress &inst, const Machine &machine,
                          const KnownBytes *known) {
  return getBlockCost(inst, machine, known);
}

Cost lacuna::cost::costOf(const Expand &inst, const Machine &machine,
                          const KnownBytes *known) {
  return getBlockCost(inst, machine, known);
}
