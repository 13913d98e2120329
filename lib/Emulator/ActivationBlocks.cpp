// compress and expand: activations that leave zeros out on their way off-chip.
#include "Engines.h"
#include "PadBytes.h"

#include "lacuna/Encoding/BlockCodec.h"
#include "lacuna/Program/ActivationBlocks.h"

#include "llvm/Support/Endian.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace lacuna;

/// What an access off-chip that fails says.
static Error outside(uint64_t bytes, uint64_t address, StringRef where) {
  return createStringError(
      formatv("{0} bytes at off-chip address {1} {2}", bytes, address, where));
}

/// Executes `move(place, codec)` for each block of `inst`; errors say which.
template <typename Inst, typename Move>
static Error forEachBlockOf(const Inst &inst, Move &&move) {
  auto codec = BlockCodec::create(inst.type, inst.zero);
  if (!codec)
    return codec.takeError();
  Error error = Error::success();
  uint64_t number = 0;
  forEachBlock(inst, [&](const BlockPlace &place) {
    Error one = move(place, *codec);
    if (one)
      error = joinErrors(std::move(error),
                         createStringError(formatv("block {0}: {1}", number,
                                                   toString(std::move(one)))));
    ++number;
    return !error;
  });
  return error;
}

Error lacuna::execute(const Compress &inst, Memory &memory) {
  PadBytes pad(memory, inst.pad);
  auto run = static_cast<int64_t>(inst.run);
  std::vector<uint8_t> raw(inst.run), payload;
  return forEachBlockOf(
      inst, [&](const BlockPlace &place, const BlockCodec &codec) -> Error {
        pad.forEachStretch(place.position, run,
                           [&](uint8_t *bytes, int64_t size, int64_t before) {
                             std::memcpy(raw.data() + before, bytes, size);
                           });
        codec.compress(raw, payload);
        uint8_t *slot = memory.write(place.slot, payload.size());
        if (!slot)
          return outside(payload.size(), place.slot,
                         "are in no writable section");
        llvm::copy(payload, slot); // Of an empty block there is nothing.
        uint8_t *entry = memory.write(place.entry, kBlockEntryBytes);
        if (!entry)
          return outside(kBlockEntryBytes, place.entry,
                         "are in no writable section");
        support::endian::write16le(entry, payload.size());
        return Error::success();
      });
}

Error lacuna::execute(const Expand &inst, Memory &memory) {
  PadBytes pad(memory, inst.pad);
  auto run = static_cast<int64_t>(inst.run);
  std::vector<uint8_t> raw(inst.run);
  return forEachBlockOf(
      inst, [&](const BlockPlace &place, const BlockCodec &codec) -> Error {
        const uint8_t *entry = memory.read(place.entry, kBlockEntryBytes);
        if (!entry)
          return outside(kBlockEntryBytes, place.entry, "are in no section");
        uint64_t length = support::endian::read16le(entry);
        const uint8_t *slot = memory.read(place.slot, length);
        if (!slot && length)
          return outside(length, place.slot, "are in no section");
        if (Error error = codec.expand(ArrayRef(slot, length), raw))
          return error;
        pad.forEachStretch(place.position, run,
                           [&](uint8_t *bytes, int64_t size, int64_t before) {
                             std::memcpy(bytes, raw.data() + before, size);
                           });
        return Error::success();
      });
}
