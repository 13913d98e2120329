// decode: encoded weights on their way to the scratchpad.
#include "Engines.h"
#include "PadBytes.h"

#include "lacuna/Encoding/WeightEncoding.h"
#include "lacuna/Program/WeightUnits.h"

#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace lacuna;

/// More than any model that is run for many samples.
constexpr size_t kMostHeld = size_t(1) << 30;

bool DecodedWeights::Entry::isMadeOf(ArrayRef<ArrayRef<uint8_t>> bytes) const {
  return llvm::equal(sources, bytes, [](const auto &had, auto has) {
    return ArrayRef<uint8_t>(had) == has;
  });
}

size_t DecodedWeights::Entry::size() const {
  size_t bytes = decoded.size();
  for (const std::vector<uint8_t> &source : sources)
    bytes += source.size();
  return bytes;
}

Expected<ArrayRef<uint8_t>>
DecodedWeights::get(std::vector<uint64_t> how,
                    ArrayRef<ArrayRef<uint8_t>> sources,
                    function_ref<Error(std::vector<uint8_t> &)> decode) {
  if (held > kMostHeld) {
    entries.clear();
    held = 0;
  }
  auto [found, isNew] = entries.try_emplace(std::move(how));
  Entry &entry = found->second;
  if (!isNew && entry.isMadeOf(sources))
    return ArrayRef<uint8_t>(entry.decoded);
  held -= entry.size();
  entry = Entry();
  std::vector<uint8_t> decoded;
  if (Error error = decode(decoded)) {
    entries.erase(found);
    return std::move(error);
  }
  entry.decoded = std::move(decoded);
  for (ArrayRef<uint8_t> source : sources)
    entry.sources.emplace_back(source.begin(), source.end());
  held += entry.size();
  return ArrayRef<uint8_t>(entry.decoded);
}

namespace {
/// The bytes that a resolved decode works on.
struct Encoded {
  ArrayRef<uint8_t> header;
  /// Of the units that it takes: their offsets and their streams.
  ArrayRef<uint8_t> index;
  ArrayRef<uint8_t> streams;
  ArrayRef<uint8_t> getTable(const Decode &inst) const {
    return header.take_front(inst.tableBytes);
  }
};
} // namespace

static Expected<Encoded> findBytes(const Decode &inst, const WeightUnits &units,
                                   Memory &memory) {
  uint64_t size = memory.sizeOf(OnChipMemory::Scratchpad);
  uint64_t bytes = headerBytes(inst);
  if (bytes > size || inst.header.base > size - bytes)
    return createStringError(
        formatv("the header of {0} bytes at {1} leaves the "
                "scratchpad",
                bytes, inst.header.base));
  if (units.count > inst.units.size ||
      units.first + units.count > inst.units.bound)
    return createStringError(
        formatv("{0} rows take {1} units from {2} on; `units` has {3}",
                units.rows, units.count, units.first, inst.units.size));
  if (units.rowBytes > size || units.rows * units.rowBytes > size)
    return createStringError("its rows have more bytes than the scratchpad");
  Encoded encoded;
  encoded.header = ArrayRef(memory.scratchpad() + inst.header.base, bytes);
  uint32_t begin = readIndex(encoded.header, inst, units.first), at = begin;
  for (uint64_t unit = 0; unit != units.count; ++unit) {
    uint32_t next = readIndex(encoded.header, inst, units.first + unit + 1);
    if (next < at || next > inst.streamBytes)
      return createStringError(formatv(
          "the stream of unit {0} is said to lie from {1} to {2} of {3} "
          "bytes",
          units.first + unit, at, next, inst.streamBytes));
    at = next;
  }
  uint64_t address = static_cast<uint64_t>(inst.dram.address.constant) + begin;
  const uint8_t *streams = memory.read(address, at - begin);
  if (at != begin && !streams)
    return createStringError(
        formatv("{0} bytes at off-chip address {1} are in no section",
                at - begin, address));
  encoded.index = encoded.header.slice(inst.tableBytes + 4 * units.first,
                                       4 * (units.count + 1));
  encoded.streams = ArrayRef(streams, at - begin);
  return encoded;
}

static Error decodeUnits(const Decode &inst, const WeightUnits &units,
                         const Encoded &encoded, std::vector<uint8_t> &raw) {
  StreamFormat format;
  format.kind = inst.encoding;
  format.elementBits = getInfo(inst.type).storageBits;
  format.zero = inst.zero;
  format.nonzeros = inst.nonzeros;
  format.group = inst.group;
  format.rowElements = units.rowBytes * 8 / format.elementBits;
  Expected<UnitDecoder> decoder =
      UnitDecoder::create(format, encoded.getTable(inst));
  if (!decoder)
    return decoder.takeError();
  raw.resize(units.rows * units.rowBytes);
  MutableArrayRef<uint8_t> rest(raw);
  uint32_t begin = readIndex(encoded.header, inst, units.first), at = begin;
  for (uint64_t unit = units.first; unit != units.first + units.count; ++unit) {
    uint32_t next = readIndex(encoded.header, inst, unit + 1);
    uint64_t bytes = units.rowsOf(unit) * units.rowBytes;
    if (Error error =
            decoder->decode(encoded.streams.slice(at - begin, next - at),
                            rest.take_front(bytes)))
      return createStringError(
          formatv("unit {0}: {1}", unit, toString(std::move(error))));
    rest = rest.drop_front(bytes);
    at = next;
  }
  return Error::success();
}

/// Copies `raw`, dense in the order of the extents, to where it goes.
static void scatter(const Decode &inst, ArrayRef<uint8_t> raw, Memory &memory) {
  Strides dense(inst.dims.size(), 0);
  int64_t bytes = static_cast<int64_t>(inst.run), first = 0;
  for (size_t dim = inst.dims.size(); dim-- != 0;) {
    dense[dim] = bytes;
    first += inst.dims[dim].start.constant * bytes;
    bytes *= static_cast<int64_t>(inst.dims[dim].size);
  }
  Strides pad = withRun(inst.padStrides), from = withRun(dense);
  LoopNest<2> loops(withRun(inst), {pad, from});
  PadBytes to(memory, inst.pad);
  cantFail(loops.forEachRow(
      INT64_MAX,
      [&](const LoopNest<2>::Numbers &at, int64_t, int64_t count) -> Error {
        const uint8_t *source = raw.data() + (at[1] - first);
        to.forEachStretch(at[0], count,
                          [&](uint8_t *bytes, int64_t size, int64_t before) {
                            std::memcpy(bytes, source + before, size);
                          });
        return Error::success();
      }));
}

Error lacuna::execute(const Decode &inst, Memory &memory) {
  WeightUnits units(inst);
  Expected<Encoded> encoded = findBytes(inst, units, memory);
  if (!encoded)
    return encoded.takeError();
  auto number = [](auto value) { return static_cast<uint64_t>(value); };
  std::vector<uint64_t> how = {number(inst.dram.address.constant),
                               units.first,
                               units.rows,
                               units.rowBytes,
                               units.unitRows,
                               number(inst.encoding),
                               number(inst.type),
                               number(inst.zero),
                               inst.nonzeros,
                               inst.group,
                               inst.tableBytes};
  Expected<ArrayRef<uint8_t>> raw = memory.decodedWeights().get(
      std::move(how),
      {encoded->getTable(inst), encoded->index, encoded->streams},
      [&](std::vector<uint8_t> &to) {
        return decodeUnits(inst, units, *encoded, to);
      });
  if (!raw)
    return raw.takeError();
  scatter(inst, *raw, memory);
  return Error::success();
}
