// pool: the nearest element, or a weighted sum of the four about a place.
#include "Engines.h"
#include "Operand.h"
#include "Output.h"
#include "Rows.h"
#include "TapPair.h"

#include <array>

using namespace llvm;
using namespace lacuna;
using namespace lacuna::arithmetic;

Error lacuna::interpolate(const Pool &inst, Memory &memory) {
  Window rows = getPoolRows(inst), columns = getPoolColumns(inst);
  ElementType type = poolResultType(inst.operation, inst.type);
  unsigned bits = getInfo(type).bits;
  Output output(type, 0, inst.clampMin, inst.clampMax);
  Operand dst(memory.scratchpad(), inst.dst, type);
  Operand src(memory.scratchpad(), inst.src, inst.type);

  std::array<int64_t, maxRow> row, total;
  auto interpolateRow = [&](const TapPair &down, const TapPair &across,
                            const Coordinates &at, int64_t count) {
    auto read = [&](int64_t r, int64_t c, int64_t *to) {
      src.read(positionOf({r, c, at[2]}, inst.srcStrides), inst.srcStrides[2],
               count, 0, to);
    };
    if (inst.operation == PoolOperation::Nearest) {
      read(down.nearest(), across.nearest(), total.data());
    } else {
      total.fill(0);
      for (int64_t kr : {0, 1})
        for (int64_t kc : {0, 1}) {
          // The weights add up to less than 2^32, elements have 16 bits.
          int64_t weight = down.weightOf(kr) * across.weightOf(kc);
          read(down.at[kr], across.at[kc], row.data());
          for (int64_t i = 0; i != count; ++i)
            total[i] += row[i] * weight;
        }
      for (int64_t i = 0; i != count; ++i)
        total[i] = wrap(total[i], bits);
    }
    for (int64_t i = 0; i != count; ++i)
      total[i] = output(total[i]);
    dst.write(positionOf(at, inst.dstStrides), inst.dstStrides[2], count,
              total.data());
  };
  Span channels(inst.channels);
  return forEachCoordinate(
      {inst.rows, inst.columns}, [&](const Coordinates &pixel) -> Error {
        if (!rows.tapsInside(pixel[0], Span(0, 2)).size() ||
            !columns.tapsInside(pixel[1], Span(0, 2)).size())
          return createStringError(
              formatv("no tap of row {0}, column {1} lies inside the input",
                      pixel[0], pixel[1]));
        TapPair down(rows, pixel[0]), across(columns, pixel[1]);
        Coordinates at(pixel);
        at.push_back(0);
        for (int64_t n = channels.begin; n < channels.end; n += maxRow) {
          at.back() = n;
          interpolateRow(down, across, at, std::min(maxRow, channels.end - n));
        }
        return Error::success();
      });
}
