// rescale: sums to activations.
#include "Engines.h"
#include "Operand.h"
#include "Output.h"
#include "Rows.h"

#include <array>
#include <vector>

using namespace llvm;
using namespace lacuna;
using namespace lacuna::arithmetic;

namespace {
/// What a record of `parameters` says for one channel.
struct ChannelParameters {
  int64_t bias = 0;
  int64_t multiplier = 0;
  unsigned shift = 0;
};

/// Little-endian signed number of `size` bytes at `bytes`.
int64_t readSigned(const uint8_t *bytes, unsigned size) {
  uint64_t value = 0;
  for (unsigned i = 0; i != size; ++i)
    value |= static_cast<uint64_t>(bytes[i]) << (8 * i);
  return wrap(static_cast<int64_t>(value), 8 * size);
}

/// The offset of a ring of blocks counts blocks, not bytes.
Ring withoutOffset(Ring ring) {
  ring.offset = Affine(0);
  return ring;
}

bool hasBias(ParameterFormat format) {
  return format == ParameterFormat::Bias ||
         format == ParameterFormat::BiasScale;
}
bool hasScale(ParameterFormat format) {
  return format == ParameterFormat::Scale ||
         format == ParameterFormat::BiasScale;
}

/// Reads the record of `channel`. Error: a multiplier below 0, or a shift
/// above 62.
Error readParameters(const Rescale &inst, const Operand &bytes, int64_t channel,
                     ChannelParameters &out) {
  uint64_t size = parameterBytes(inst.parameterFormat, inst.srcType);
  std::array<uint8_t, 16> record;
  for (uint64_t i = 0; i != size; ++i)
    record[i] = static_cast<uint8_t>(bytes.readOne(
        (inst.parameters.offset.constant + channel) * int64_t(size) + i));
  const uint8_t *next = record.data();
  if (hasBias(inst.parameterFormat)) {
    unsigned biasBytes = inst.srcType == ElementType::I48 ? 6 : 4;
    out.bias = readSigned(next, biasBytes);
    next += biasBytes;
  }
  if (!hasScale(inst.parameterFormat)) {
    out.multiplier = inst.multiplier;
    out.shift = inst.shift;
    return Error::success();
  }
  out.multiplier = readSigned(next, 4);
  out.shift = next[4];
  if (out.multiplier < 0 || out.shift > 62)
    return createStringError(
        formatv("the parameters of channel {0} have multiplier {1} and shift "
                "{2}; they must be at least 0, and 0 to 62",
                channel, out.multiplier, out.shift));
  return Error::success();
}

class RowRescale {
public:
  RowRescale(const Rescale &inst, Memory &memory)
      : inst(inst), dst(memory.scratchpad(), inst.dst, inst.dstType),
        src(memory.onChip(inst.src.memory), inst.src.ring, inst.srcType),
        parameters(memory.scratchpad(), withoutOffset(inst.parameters),
                   ElementType::U8),
        sumBits(std::max(32u, getInfo(inst.srcType).bits)),
        rounding(inst.scale16 ? ScaleRounding::Single
                              : getRounding(inst.rounding)),
        output(inst.dstType, inst.dstZeroPoint, inst.clampMin, inst.clampMax),
        scaled(hasScale(inst.parameterFormat) || inst.multiplier) {
    if (inst.useTable)
      Operand(memory.scratchpad(), withoutOffset(inst.table), ElementType::I8)
          .read(inst.table.offset.constant * 256, 1, table.size(), 0,
                table.data());
    if (getInfo(inst.dstType).isSigned)
      tableOffset = 128;
  }

  Error run() {
    return forEachRow(inst.dims,
                      [&](const Coordinates &at, int64_t count) -> Error {
                        if (Error error = prepareChannels(at.back(), count))
                          return error;
                        src.read(positionOf(at, inst.srcStrides),
                                 inst.srcStrides.back(), count, 0, row.data());
                        for (int64_t i = 0; i != count; ++i)
                          row[i] = one(row[i], channels[i]);
                        dst.write(positionOf(at, inst.dstStrides),
                                  inst.dstStrides.back(), count, row.data());
                        return Error::success();
                      });
  }

private:
  /// The parameters of a row; most often those of the row before.
  Error prepareChannels(int64_t first, int64_t count) {
    if (first == preparedFirst && count <= preparedCount)
      return Error::success();
    preparedFirst = first;
    preparedCount = count;
    channels.assign(count,
                    {0, inst.multiplier, static_cast<unsigned>(inst.shift)});
    if (inst.parameterFormat == ParameterFormat::None)
      return Error::success();
    for (int64_t i = 0; i != count; ++i)
      if (Error error =
              readParameters(inst, parameters, first + i, channels[i]))
        return error;
    return Error::success();
  }

  int64_t one(int64_t value, const ChannelParameters &channel) const {
    value = wrap(addWrapped(value, channel.bias), sumBits) - inst.srcZeroPoint;
    if (scaled)
      value = applyScale(value, channel.multiplier, channel.shift, rounding);
    value = output(value);
    // The clamp may have left the type's range; the table has 256 entries.
    return inst.useTable ? table[(value + tableOffset) & 255] : value;
  }

  const Rescale &inst;
  Operand dst, src, parameters;
  unsigned sumBits;
  ScaleRounding rounding;
  Output output;
  bool scaled;
  int64_t tableOffset = 0;
  std::array<int64_t, 256> table{};
  std::array<int64_t, maxRow> row;
  std::vector<ChannelParameters> channels;
  int64_t preparedFirst = 0, preparedCount = 0;
};
} // namespace

Error lacuna::execute(const Rescale &inst, Memory &memory) {
  return RowRescale(inst, memory).run();
}
