// pool of floats: average, maximum or interpolation over a window.
#include "FloatEngines.h"
#include "FloatOutput.h"
#include "FloatRows.h"
#include "TapPair.h"

#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace lacuna;

bool lacuna::computesInFloats(const Pool &inst) {
  bool hasLimits = inst.clampMin != kNoMin || inst.clampMax != kNoMax;
  return isFloat(inst.type) &&
         (inst.operation != PoolOperation::Nearest || hasLimits);
}

namespace {
class FloatPool {
public:
  FloatPool(const Pool &inst, Memory &memory)
      : inst(inst), rows(getPoolRows(inst)), columns(getPoolColumns(inst)),
        src(memory.scratchpad(), inst.src, inst.type),
        output(Operand(memory.scratchpad(), inst.dst, inst.type), inst.type,
               inst.clampMin, inst.clampMax, inst.ignoreNan) {}

  Error run() {
    Span channels(inst.channels);
    return forEachCoordinate(
        {inst.rows, inst.columns}, [&](const Coordinates &pixel) -> Error {
          if (Error error = checkTaps(pixel))
            return error;
          for (int64_t n = channels.begin; n < channels.end; n += maxRow) {
            channel = n;
            count = std::min(maxRow, channels.end - n);
            poolRow(pixel);
            output.write(positionOf({pixel[0], pixel[1], n}, inst.dstStrides),
                         inst.dstStrides[2], total.data(), count);
          }
          return Error::success();
        });
  }

private:
  Error checkTaps(const Coordinates &pixel) {
    inRows = rows.tapsInside(pixel[0], Span(inst.kernelRows));
    inColumns = columns.tapsInside(pixel[1], Span(inst.kernelColumns));
    taps = inRows.size() * inColumns.size();
    if (taps && taps <= UINT32_MAX)
      return Error::success();
    return createStringError(
        formatv("the window of row {0}, column {1} has {2} elements inside the "
                "input; it must have at least one, and fewer than 2^32",
                pixel[0], pixel[1], taps));
  }

  void readRow(int64_t row, int64_t column, float *to) {
    src.read(positionOf({row, column, channel}, inst.srcStrides),
             inst.srcStrides[2], count, 0, to);
  }

  void poolRow(const Coordinates &pixel) {
    if (interpolates(inst.operation))
      return interpolateRow(TapPair(rows, pixel[0]),
                            TapPair(columns, pixel[1]));
    bool average = inst.operation == PoolOperation::Average;
    bool started = average;
    if (average)
      std::fill_n(total.begin(), count, 0.0f);
    for (int64_t kr = inRows.begin; kr < inRows.end; ++kr)
      for (int64_t kc = inColumns.begin; kc < inColumns.end; ++kc) {
        readRow(rows.at(pixel[0], kr), columns.at(pixel[1], kc),
                started ? row.data() : total.data());
        if (started)
          mapFloats(average ? MapOperation::Add : MapOperation::Maximum,
                    total.data(), row.data(), count, inst.ignoreNan);
        started = true;
      }
    if (average)
      divideFloats(total.data(), count, static_cast<float>(taps));
  }

  /// [X17]
  void interpolateRow(const TapPair &down, const TapPair &across) {
    if (inst.operation == PoolOperation::Nearest)
      return readRow(down.nearest(), across.nearest(), total.data());
    auto fractionOf = [](const TapPair &taps) {
      return static_cast<float>(taps.fraction) / static_cast<float>(taps.whole);
    };
    float dy = fractionOf(down), dx = fractionOf(across);
    float weightsDown[] = {1 - dy, dy}, weightsAcross[] = {1 - dx, dx};
    for (int64_t r : {0, 1})
      for (int64_t c : {0, 1}) {
        readRow(down.at[r], across.at[c], row.data());
        for (int64_t i = 0; i != count; ++i) {
          float term = (row[i] * weightsDown[r]) * weightsAcross[c];
          total[i] = r || c ? total[i] + term : term;
        }
      }
  }

  const Pool &inst;
  Window rows, columns;
  Operand src;
  FloatOutput output;
  Span inRows, inColumns;
  uint64_t taps = 0;
  int64_t channel = 0, count = 0;
  std::array<float, maxRow> row, total;
};
} // namespace

Error lacuna::executeFloats(const Pool &inst, Memory &memory) {
  return FloatPool(inst, memory).run();
}
