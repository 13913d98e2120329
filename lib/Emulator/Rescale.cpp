// rescale: sums to activations.
#include "Engines.h"
#include "FloatEngines.h"
#include "Operand.h"
#include "Output.h"
#include "ParameterRecords.h"
#include "Rows.h"
#include "VectorRows.h"

#include "llvm/Support/Endian.h"

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
  if (size == 4)
    return static_cast<int32_t>(support::endian::read32le(bytes));
  uint64_t value = 0;
  for (unsigned i = 0; i != size; ++i)
    value |= static_cast<uint64_t>(bytes[i]) << (8 * i);
  return wrap(static_cast<int64_t>(value), 8 * size);
}

/// Reads the record of `channel`, at `next`. Error: a multiplier below 0, or a
/// shift above 62.
Error readParameters(const Rescale &inst, const uint8_t *next, int64_t channel,
                     ChannelParameters &out) {
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
        parameters(inst, memory), channels(inst.dims.back()),
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
    LoopNest<2> loops(inst.dims, {inst.dstStrides, inst.srcStrides},
                      /*mergeLast=*/channels.size() <= maxRow);
    const auto &strides = loops.getRowStrides();
    bool narrow = fitsNarrow();
    return loops.forEachRow(
        getPixelRow(channels.size()),
        [&](const LoopNest<2>::Numbers &at, int64_t first,
            int64_t count) -> Error {
          if (Error error = prepareChannels(first % channels.size(), count))
            return error;
          if (narrow)
            rescaleNarrow(at, strides, count);
          else
            rescaleWide(at, strides, count);
          return Error::success();
        });
  }

private:
  using Numbers = LoopNest<2>::Numbers;

  /// Whether values, before they are scaled, are 32-bit numbers, and so are the
  /// results: rescaleRow takes them.
  bool fitsNarrow() const {
    unsigned bits = getInfo(inst.srcType).bits;
    return sumBits == 32 && getInfo(inst.dstType).bits <= 32 &&
           inst.multiplier <= INT32_MAX &&
           (!inst.srcZeroPoint ||
            (bits <= 16 && !hasBias(inst.parameterFormat)));
  }

  void rescaleNarrow(const Numbers &at, const Numbers &strides, int64_t count) {
    src.read(at[1], strides[1], count, 0, narrowRow.data());
    rescaleRow(
        narrowRow.data(), count, biases.data(),
        static_cast<int32_t>(inst.srcZeroPoint),
        {multipliers.data(), shifts.data(), rounding == ScaleRounding::Double},
        output.getRange());
    for (int64_t i = 0; inst.useTable && i != count; ++i)
      narrowRow[i] = static_cast<int32_t>(lookUp(narrowRow[i]));
    dst.write(at[0], strides[0], count, narrowRow.data());
  }

  void rescaleWide(const Numbers &at, const Numbers &strides, int64_t count) {
    src.read(at[1], strides[1], count, 0, wideRow.data());
    for (int64_t i = 0; i != count; ++i) {
      const ChannelParameters &channel = prepared[i % prepared.size()];
      int64_t value = wrap(addWrapped(wideRow[i], channel.bias), sumBits) -
                      inst.srcZeroPoint;
      if (scaled)
        value = applyScale(value, channel.multiplier, channel.shift, rounding);
      value = output(value);
      wideRow[i] = inst.useTable ? lookUp(value) : value;
    }
    dst.write(at[0], strides[0], count, wideRow.data());
  }

  int64_t lookUp(int64_t value) const {
    // The clamp may have left the type's range; the table has 256 entries.
    return table[(value + tableOffset) & 255];
  }

  /// The parameters of a row, whose first element is of channel number `first`;
  /// most often those of the row before.
  Error prepareChannels(int64_t first, int64_t count) {
    if (first == preparedFirst && count <= preparedCount)
      return Error::success();
    preparedFirst = first;
    preparedCount = count;
    prepared.assign(std::min(count, channels.size()),
                    {0, inst.multiplier, static_cast<unsigned>(inst.shift)});
    auto pixel = static_cast<int64_t>(prepared.size());
    int64_t size = parameters.getSize();
    const uint8_t *records = parameters.get(channels.begin + first, pixel);
    for (int64_t i = 0; size && i != pixel; ++i)
      if (Error error = readParameters(inst, records + i * size,
                                       channels.begin + first + i, prepared[i]))
        return error;
    for (int64_t i = 0; i != pixel; ++i) {
      biases[i] = static_cast<int32_t>(prepared[i].bias);
      // Without a scale, values pass: times 1, shifted by nothing.
      multipliers[i] =
          scaled ? static_cast<int32_t>(prepared[i].multiplier) : 1;
      shifts[i] = scaled ? static_cast<int32_t>(prepared[i].shift) : 0;
    }
    // The same for every pixel: what is there is doubled.
    for (std::array<int32_t, maxRow + rowSlack> *row :
         {&biases, &multipliers, &shifts})
      for (int64_t i = pixel; i < count; i *= 2)
        std::copy_n(row->begin(), std::min(i, count - i), row->begin() + i);
    return Error::success();
  }

  const Rescale &inst;
  Operand dst, src;
  ParameterRecords parameters;
  Span channels;
  unsigned sumBits;
  ScaleRounding rounding;
  Output output;
  bool scaled;
  int64_t tableOffset = 0;
  std::array<int64_t, 256> table{};
  std::array<int64_t, maxRow> wideRow;
  std::array<int32_t, maxRow + rowSlack> narrowRow;
  /// Of each channel, and of each element of a row.
  std::vector<ChannelParameters> prepared;
  std::array<int32_t, maxRow + rowSlack> biases, multipliers, shifts;
  int64_t preparedFirst = 0, preparedCount = 0;
};
} // namespace

Error lacuna::execute(const Rescale &inst, Memory &memory) {
  if (isFloat(inst.srcType))
    return executeFloats(inst, memory);
  return RowRescale(inst, memory).run();
}
