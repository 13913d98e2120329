// pool: average or maximum over a window.
#include "Engines.h"
#include "FloatEngines.h"
#include "Operand.h"
#include "Output.h"
#include "Rows.h"

#include <array>

using namespace llvm;
using namespace lacuna;
using namespace lacuna::arithmetic;

Error lacuna::execute(const Pool &inst, Memory &memory) {
  if (computesInFloats(inst))
    return executeFloats(inst, memory);
  bool average = inst.operation == PoolOperation::Average;
  if (interpolates(inst.operation))
    return interpolate(inst, memory);
  Window rows = getPoolRows(inst), columns = getPoolColumns(inst);
  Span kernelRows(inst.kernelRows), kernelColumns(inst.kernelColumns);
  Output output(inst.type, average ? inst.dstZeroPoint : 0, inst.clampMin,
                inst.clampMax);
  Operand dst(memory.scratchpad(), inst.dst, inst.type);
  Operand src(memory.scratchpad(), inst.src, inst.type);

  std::array<int64_t, maxRow> row, total;
  Span channels(inst.channels);
  auto poolRow = [&](const Coordinates &at, int64_t count) -> Error {
    Span inRows = rows.tapsInside(at[0], kernelRows);
    Span inColumns = columns.tapsInside(at[1], kernelColumns);
    uint64_t taps = inRows.size() * inColumns.size();
    if (!taps || taps > UINT32_MAX)
      return createStringError(
          formatv("the window of row {0}, column {1} has {2} elements inside "
                  "the input; it must have at least one, and fewer than 2^32",
                  at[0], at[1], taps));
    total.fill(average ? 0 : getMinimum(inst.type));
    for (int64_t kr = inRows.begin; kr < inRows.end; ++kr)
      for (int64_t kc = inColumns.begin; kc < inColumns.end; ++kc) {
        src.read(positionOf({rows.at(at[0], kr), columns.at(at[1], kc), at[2]},
                            inst.srcStrides),
                 inst.srcStrides[2], count, average ? inst.srcZeroPoint : 0,
                 row.data());
        for (int64_t i = 0; i != count; ++i)
          total[i] = average ? addWrapped(total[i], row[i])
                             : std::max(total[i], row[i]);
      }
    Reciprocal reciprocal(taps);
    for (int64_t i = 0; i != count; ++i) {
      if (average)
        total[i] = applyScale(wrap(total[i], 32), reciprocal.multiplier,
                              reciprocal.shift, ScaleRounding::Single);
      total[i] = output(total[i]);
    }
    dst.write(positionOf(at, inst.dstStrides), inst.dstStrides[2], count,
              total.data());
    return Error::success();
  };
  return forEachCoordinate(
      {inst.rows, inst.columns}, [&](const Coordinates &pixel) -> Error {
        Coordinates at(pixel);
        at.push_back(0);
        for (int64_t n = channels.begin; n < channels.end; n += maxRow) {
          at.back() = n;
          if (Error error = poolRow(at, std::min(maxRow, channels.end - n)))
            return error;
        }
        return Error::success();
      });
}
