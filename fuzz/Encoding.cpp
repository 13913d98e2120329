// Encoded weights: raw ones encoded, perhaps damaged, and decoded; and streams
// and tables of any bytes decoded. Blocks of activations likewise.
#include "Fuzz.h"

#include "lacuna/Encoding/BlockCodec.h"
#include "lacuna/Encoding/WeightEncoding.h"

#include "../tools/lacuna-mutants/Outcome.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using llvm::ArrayRef;
using llvm::Error;

namespace {
using Bytes = std::vector<uint8_t>;

/// Takes numbers from the front of an input, zeros behind its end.
class Reader {
public:
  explicit Reader(ArrayRef<uint8_t> bytes) : bytes(bytes) {}
  uint64_t number(unsigned size) {
    uint64_t value = 0;
    for (unsigned i = 0; i != size && !bytes.empty(); ++i) {
      value |= uint64_t(bytes.front()) << (8 * i);
      bytes = bytes.drop_front();
    }
    return value;
  }
  Bytes take(size_t size) {
    size = std::min(size, bytes.size());
    Bytes taken(bytes.begin(), bytes.begin() + size);
    bytes = bytes.drop_front(size);
    return taken;
  }
  size_t left() const { return bytes.size(); }

private:
  ArrayRef<uint8_t> bytes;
};
} // namespace

static StreamFormat readFormat(Reader &reader) {
  StreamFormat format;
  format.kind = WeightEncoding(reader.number(1) % 5);
  format.elementBits = 4u << (reader.number(1) % 3);
  format.zero = llvm::SignExtend64<16>(reader.number(2));
  format.nonzeros = reader.number(1);
  format.group = reader.number(2);
  format.rowElements = reader.number(1);
  return format;
}

/// Encodes `raw` in two units, and decodes it: to the same bytes, unless
/// `damage` was done to one byte.
static Error encodeAndDecode(const StreamFormat &format, const Bytes &raw,
                             uint64_t damage) {
  size_t half = raw.size() / 2 & ~size_t(1);
  ArrayRef<uint8_t> all(raw);
  const ArrayRef<uint8_t> units[] = {all.take_front(half),
                                     all.drop_front(half)};
  auto encoded = encodeWeights(format, units);
  auto size = getStoredBytes(format, units);
  if (bool(encoded) != bool(size))
    return mutants::disagree("there is a size and no encoding, or no size");
  if (!encoded) {
    llvm::consumeError(size.takeError());
    llvm::consumeError(encoded.takeError());
    return Error::success();
  }
  if (*size != encoded->getStoredBytes())
    return mutants::disagree("the size is not that of the encoding");
  uint8_t change = damage;
  Bytes &damaged = damage & 0x100   ? encoded->table
                   : damage & 0x200 ? encoded->index
                                    : encoded->stream;
  if (change != 0 && !damaged.empty())
    damaged[(damage >> 10) % damaged.size()] ^= change;
  auto decoder = UnitDecoder::create(format, encoded->table);
  Error error = decoder.takeError();
  for (size_t unit = 0; !error && unit != std::size(units); ++unit) {
    auto stream = getUnitStream(encoded->index, encoded->stream, unit);
    if (!(error = stream.takeError())) {
      Bytes exact(stream->begin(), stream->end()), again(units[unit].size());
      error = decoder->decode(exact, again);
      if (!error && change == 0 && ArrayRef<uint8_t>(again) != units[unit])
        error = mutants::disagree("decoded, the weights are others");
    }
  }
  if (change == 0)
    return error;
  llvm::consumeError(std::move(error));
  return Error::success();
}

/// Packs `raw` as one block of activations and unpacks it; and takes it for a
/// payload of a block of `size` bytes.
static Error tryBlock(const StreamFormat &format, const Bytes &raw,
                      uint64_t size) {
  ElementType type =
      format.elementBits == 16 ? ElementType::I16 : ElementType::I8;
  auto codec = BlockCodec::create(type, format.zero);
  if (!codec) {
    llvm::consumeError(codec.takeError());
    return Error::success();
  }
  size_t bytes = format.elementBits == 16 ? 2 : 1;
  Bytes payload, again(raw.size() / bytes * bytes);
  ArrayRef<uint8_t> block = ArrayRef(raw).take_front(again.size());
  if (!block.empty()) {
    codec->compress(block, payload);
    if (payload.size() > block.size() ||
        payload.size() != codec->getStoredBytes(block))
      return mutants::disagree("the payload is longer than it may be");
    if (Error error = codec->expand(payload, again))
      return error;
    if (ArrayRef(again) != block)
      return mutants::disagree("unpacked, the block is another");
  }
  Bytes exact(raw), other(size / bytes * bytes);
  llvm::consumeError(codec->expand(exact, other));
  return Error::success();
}

static Error tryWeights(llvm::MemoryBufferRef file) {
  Reader reader(llvm::arrayRefFromStringRef(file.getBuffer()));
  StreamFormat format = readFormat(reader);
  uint64_t what = reader.number(1);
  bool isEncoded = what & 1;
  uint64_t extra = reader.number(4);
  if (what & 2)
    return tryBlock(format, reader.take(reader.left()), extra & 0xffff);
  if (!isEncoded)
    return encodeAndDecode(format, reader.take(reader.left()), extra);
  Bytes table = reader.take(extra & 0xfff);
  auto decoder = UnitDecoder::create(format, table);
  if (!decoder) {
    llvm::consumeError(decoder.takeError());
    return Error::success();
  }
  Bytes stream = reader.take(reader.left()), raw(extra >> 12 & 0xffff);
  llvm::consumeError(decoder->decode(stream, raw));
  return Error::success();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return fuzz::tryInput(data, size, "weights", tryWeights);
}
