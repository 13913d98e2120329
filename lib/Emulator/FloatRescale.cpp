// rescale of floats: bias, factor, type, clamp.
#include "FloatEngines.h"
#include "FloatOutput.h"
#include "FloatRows.h"
#include "ParameterRecords.h"

#include <cstring>

using namespace llvm;
using namespace lacuna;

namespace {
class RowRescale {
public:
  RowRescale(const Rescale &inst, Memory &memory)
      : inst(inst),
        src(memory.onChip(inst.src.memory), inst.src.ring, inst.srcType),
        parameters(inst, memory), channels(inst.dims.back()),
        output(Operand(memory.scratchpad(), inst.dst, inst.dstType),
               inst.dstType, inst.clampMin, inst.clampMax, inst.ignoreNan) {}

  void run() {
    LoopNest<2> loops(inst.dims, {inst.dstStrides, inst.srcStrides},
                      /*mergeLast=*/channels.size() <= maxRow);
    const auto &strides = loops.getRowStrides();
    cantFail(loops.forEachRow(
        getPixelRow(channels.size()),
        [&](const LoopNest<2>::Numbers &at, int64_t first, int64_t count) {
          prepareChannels(first % channels.size(), count);
          src.read(at[1], strides[1], count, 0, row.data());
          addAndScale(row.data(), count, biases.data(),
                      hasScale(inst.parameterFormat) ? factors.data()
                                                     : nullptr);
          output.write(at[0], strides[0], row.data(), count);
          return Error::success();
        }));
  }

private:
  /// The parameters of a row, whose first element is of channel number `first`;
  /// most often those of the row before.
  void prepareChannels(int64_t first, int64_t count) {
    if (first == preparedFirst && count <= preparedCount)
      return;
    preparedFirst = first;
    preparedCount = count;
    int64_t pixel = std::min(count, channels.size());
    readRecords(channels.begin + first, pixel);
    // The same for every pixel: what is there is doubled.
    for (std::array<float, maxRow> *values : {&biases, &factors})
      for (int64_t i = pixel; i < count; i *= 2)
        std::copy_n(values->begin(), std::min(i, count - i),
                    values->begin() + i);
  }

  void readRecords(int64_t channel, int64_t count) {
    bool bias = hasBias(inst.parameterFormat);
    const uint8_t *next = parameters.get(channel, count);
    for (int64_t i = 0; i != count; ++i) {
      // Without a bias, +0 is added.
      biases[i] = bias ? readFloat(next) : 0;
      factors[i] = hasScale(inst.parameterFormat) ? readFloat(next) : 1;
    }
  }
  static float readFloat(const uint8_t *&next) {
    float value;
    widenFloats(ElementType::FP32, next, 1, &value);
    next += sizeof(value);
    return value;
  }

  const Rescale &inst;
  Operand src;
  ParameterRecords parameters;
  Span channels;
  FloatOutput output;
  std::array<float, maxRow> row, biases, factors;
  int64_t preparedFirst = 0, preparedCount = 0;
};
} // namespace

Error lacuna::executeFloats(const Rescale &inst, Memory &memory) {
  RowRescale(inst, memory).run();
  return Error::success();
}
