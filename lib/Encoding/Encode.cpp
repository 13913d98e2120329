// What all formats share: checking formats and units, the index, and which
// format's code to call.
#include "Elements.h"
#include "Format.h"

#include "lacuna/Support/Diagnostics.h"

#include "llvm/Support/Endian.h"

using namespace lacuna;
using llvm::ArrayRef;
using llvm::Error;
using llvm::Expected;
using llvm::Twine;
using llvm::support::endian::read32le;

uint64_t FormatEncoder::getEncodedBytes(ArrayRef<uint8_t> raw) const {
  std::vector<uint8_t> stream;
  encode(raw, stream);
  return stream.size();
}

Error lacuna::checkFormat(const StreamFormat &format) {
  unsigned bits = format.elementBits;
  if (format.kind > WeightEncoding::Palette)
    return makeError("weight format: there is no encoding number " +
                     Twine(static_cast<unsigned>(format.kind)));
  if (bits != 4 && bits != 8 && bits != 16)
    return makeError("weight format: elements of " + Twine(bits) +
                     " bits can't be encoded; 4, 8 and 16 can");
  if (format.zero < -(int64_t(1) << (bits - 1)) || format.zero >= int64_t(1)
                                                                      << bits)
    return makeError("weight format: the zero point " + Twine(format.zero) +
                     " is no element of " + Twine(bits) + " bits");
  if (format.kind != WeightEncoding::Nm)
    return Error::success();
  if (format.group < 2 || format.group > maxSparseGroup)
    return makeError("weight format: N:M groups have 2 to " +
                     Twine(maxSparseGroup) + " elements, not " +
                     Twine(format.group));
  if (format.nonzeros < 1 || format.nonzeros >= format.group)
    return makeError("weight format: of an N:M group of " +
                     Twine(format.group) + " elements 1 to " +
                     Twine(format.group - 1) + " can be non-zero, not " +
                     Twine(format.nonzeros));
  return Error::success();
}

static Expected<std::unique_ptr<FormatEncoder>>
createEncoder(const StreamFormat &format, Units units) {
  if (Error error = checkFormat(format))
    return std::move(error);
  uint64_t bytes = 0;
  for (auto [number, unit] : llvm::enumerate(units)) {
    if (format.elementBits == 16 && unit.size() % 2)
      return makeError("unit " + Twine(number) + ": its " + Twine(unit.size()) +
                       " bytes end inside a 16-bit element");
    bytes += unit.size();
    if (unit.size() > maxEncodedBytes || bytes > maxEncodedBytes / 2)
      return makeError("unit " + Twine(number) + ": a tensor of more than " +
                       Twine(maxEncodedBytes / 2) + " bytes can't be encoded");
  }
  switch (format.kind) {
  case WeightEncoding::Nm:
    return createNMEncoder(format, units);
  case WeightEncoding::Bitmap:
    return createBitmapEncoder(format, units);
  case WeightEncoding::ZeroRun:
    return createZeroRunEncoder(format, units);
  case WeightEncoding::Entropy:
    return createEntropyEncoder(format, units);
  case WeightEncoding::Palette:
    return createPaletteEncoder(format, units);
  }
  llvm_unreachable("checkFormat knows the encodings");
}

Expected<EncodedTensor> lacuna::encodeWeights(const StreamFormat &format,
                                              Units units) {
  auto encoder = createEncoder(format, units);
  if (!encoder)
    return encoder.takeError();
  EncodedTensor tensor;
  tensor.table = (*encoder)->getTable().vec();
  tensor.index.resize(4 * (units.size() + 1));
  size_t rawBytes = 0;
  for (ArrayRef<uint8_t> unit : units)
    rawBytes += unit.size();
  tensor.stream.reserve(rawBytes); // streams are hardly ever longer
  uint8_t *entry = tensor.index.data();
  for (ArrayRef<uint8_t> unit : units) {
    llvm::support::endian::write32le(entry, tensor.stream.size());
    entry += 4;
    (*encoder)->encode(unit, tensor.stream);
    if (tensor.stream.size() > maxEncodedBytes)
      return makeError("the streams of a tensor exceed " +
                       Twine(maxEncodedBytes) + " bytes");
  }
  llvm::support::endian::write32le(entry, tensor.stream.size());
  return tensor;
}

Expected<uint64_t> lacuna::getStoredBytes(const StreamFormat &format,
                                          Units units) {
  auto encoder = createEncoder(format, units);
  if (!encoder)
    return encoder.takeError();
  uint64_t streams = 0;
  for (ArrayRef<uint8_t> unit : units)
    streams += (*encoder)->getEncodedBytes(unit);
  if (streams > maxEncodedBytes)
    return makeError("the streams of a tensor exceed " +
                     Twine(maxEncodedBytes) + " bytes");
  return 4 * (units.size() + 1) + (*encoder)->getTable().size() + streams;
}

Error lacuna::checkIndex(ArrayRef<uint8_t> index, uint64_t units,
                         uint64_t streamBytes) {
  if (index.size() % 4 || index.size() / 4 == 0 ||
      index.size() / 4 - 1 != units)
    return makeError("index: it has " + Twine(index.size()) + " bytes, but " +
                     Twine(units) + " units need an offset of 4 bytes each, " +
                     "and one for the end");
  uint64_t previous = 0;
  for (uint64_t at = 0; at < index.size(); at += 4) {
    uint64_t offset = read32le(index.data() + at);
    bool isFirst = at == 0, isLast = at + 4 == index.size();
    if (isFirst && offset != 0)
      return makeError("index, byte 0: the first unit begins at " +
                       Twine(offset) + ", not at 0");
    if (offset < previous)
      return makeError("index, byte " + Twine(at) + ": offset " +
                       Twine(offset) + " is less than the one before it, " +
                       Twine(previous));
    if (offset > streamBytes || (isLast && offset != streamBytes))
      return makeError("index, byte " + Twine(at) + ": offset " +
                       Twine(offset) + (isLast ? " is not" : " is beyond") +
                       " the end of the streams, " + Twine(streamBytes));
    previous = offset;
  }
  return Error::success();
}

Expected<ArrayRef<uint8_t>> lacuna::getUnitStream(ArrayRef<uint8_t> index,
                                                  ArrayRef<uint8_t> stream,
                                                  uint64_t unit) {
  uint64_t entries = index.size() / 4;
  if (entries == 0 || unit >= entries - 1)
    return makeError("index: it has " + Twine(entries) +
                     " offsets, too few for unit " + Twine(unit));
  uint64_t begin = read32le(index.data() + unit * 4);
  uint64_t end = read32le(index.data() + unit * 4 + 4);
  if (begin > end)
    return makeError("index, byte " + Twine(unit * 4 + 4) + ": offset " +
                     Twine(end) + " is less than the one before it, " +
                     Twine(begin));
  if (end > stream.size())
    return makeError("index, byte " + Twine(unit * 4 + 4) + ": offset " +
                     Twine(end) + " is beyond the end of the streams, " +
                     Twine(stream.size()));
  return stream.slice(begin, end - begin);
}

static Expected<std::unique_ptr<FormatDecoder>>
createDecoder(const StreamFormat &format, ArrayRef<uint8_t> table) {
  if (Error error = checkFormat(format))
    return std::move(error);
  switch (format.kind) {
  case WeightEncoding::Nm:
    return createNMDecoder(format, table);
  case WeightEncoding::Bitmap:
    return createBitmapDecoder(format, table);
  case WeightEncoding::ZeroRun:
    return createZeroRunDecoder(format, table);
  case WeightEncoding::Entropy:
    return createEntropyDecoder(format, table);
  case WeightEncoding::Palette:
    return createPaletteDecoder(format, table);
  }
  llvm_unreachable("checkFormat knows the encodings");
}

Expected<UnitDecoder> UnitDecoder::create(const StreamFormat &format,
                                          ArrayRef<uint8_t> table) {
  auto decoder = createDecoder(format, table);
  if (!decoder)
    return decoder.takeError();
  return UnitDecoder(std::move(*decoder), format.elementBits);
}

Error UnitDecoder::decode(ArrayRef<uint8_t> unitStream,
                          llvm::MutableArrayRef<uint8_t> raw) const {
  if (elementBits == 16 && raw.size() % 2)
    return makeError("unit: its " + Twine(raw.size()) +
                     " bytes end inside a 16-bit element");
  return decoder->decode(unitStream, raw);
}
