// Units of encoded weights.
#include "lacuna/Program/WeightUnits.h"

#include "lacuna/Machine/Machine.h"

#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace lacuna;

/// Offsets into streams of up to 2^32 - 1 bytes.
constexpr uint64_t kIndexEntryBytes = 4;

uint64_t lacuna::headerBytes(const Decode &inst) {
  return SaturatingMultiplyAdd(SaturatingAdd(inst.units.bound, uint64_t(1)),
                               kIndexEntryBytes, inst.tableBytes);
}

uint32_t lacuna::decodeRate(WeightEncoding encoding, const Machine &machine) {
  const Machine::Decoder &decoder = machine.decoder;
  if (!decoder.streams)
    return 0;
  switch (encoding) {
  case WeightEncoding::Nm:
    return decoder.nm;
  case WeightEncoding::Bitmap:
    return decoder.bitmap;
  case WeightEncoding::ZeroRun:
    return decoder.zeroRun;
  case WeightEncoding::Entropy:
    return decoder.entropy;
  case WeightEncoding::Palette:
    return decoder.palette;
  }
  llvm_unreachable("not an encoding");
}

WeightUnits::WeightUnits(const Decode &resolved)
    : rowBytes(resolved.run), rows(resolved.dims.front().size),
      unitRows(resolved.unitRows), first(resolved.units.start.constant),
      count(divideCeil(rows, unitRows)) {
  for (const Interval &interval : ArrayRef(resolved.dims).drop_front())
    rowBytes = SaturatingMultiply(rowBytes, interval.size);
}

uint32_t lacuna::readIndex(ArrayRef<uint8_t> header, const Decode &inst,
                           uint64_t number) {
  return support::endian::read32le(header.data() + inst.tableBytes +
                                   number * kIndexEntryBytes);
}
