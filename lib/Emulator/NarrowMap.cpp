// Scaling is VectorRows.h's; in between, rows are added modulo 2^32.
#include "NarrowMap.h"

#include "Operand.h"
#include "Output.h"
#include "Rows.h"

#include <array>

using namespace llvm;
using namespace lacuna;

namespace {
using Row = std::array<int32_t, maxRow + rowSlack>;

/// Whether elements of `type` minus `zeroPoint` are 32-bit numbers.
bool fits(ElementType type, int64_t zeroPoint) {
  unsigned bits = getInfo(type).bits;
  return bits <= 16 || (bits == 32 && zeroPoint == 0);
}

/// One scale for all elements of a row; none where the multiplier is 0.
class UniformScale {
public:
  UniformScale(uint64_t multiplier, uint64_t shift, Rounding rounding)
      : isDouble(getRounding(rounding) == arithmetic::ScaleRounding::Double) {
    multipliers.fill(multiplier ? static_cast<int32_t>(multiplier) : 1);
    shifts.fill(multiplier ? static_cast<int32_t>(shift) : 0);
  }

  void apply(Row &row, int64_t count, const OutputRange &range) const {
    static const Row noBiases{};
    rescaleRow(row.data(), count, noBiases.data(), /*zeroPoint=*/0,
               {multipliers.data(), shifts.data(), isDouble}, range);
  }

private:
  bool isDouble;
  Row multipliers, shifts;
};

/// a + b or a - b, element by element, modulo 2^32, into a.
void combine(MapOperation operation, Row &a, const Row &b, int64_t count) {
  for (int64_t i = 0; i != count; ++i) {
    auto x = static_cast<uint32_t>(a[i]), y = static_cast<uint32_t>(b[i]);
    a[i] = static_cast<int32_t>(operation == MapOperation::Add ? x + y : x - y);
  }
}
} // namespace

bool lacuna::isNarrow(const Map &inst) {
  bool copies = inst.operation == MapOperation::Copy;
  bool sums = inst.operation == MapOperation::Add ||
              inst.operation == MapOperation::Subtract;
  if (!copies && !(sums && inst.useB && fits(inst.bType, inst.bZeroPoint)))
    return false;
  return fits(inst.aType, inst.aZeroPoint) &&
         getInfo(inst.dstType).bits <= 32 && inst.aMultiplier <= INT32_MAX &&
         inst.bMultiplier <= INT32_MAX && inst.multiplier <= INT32_MAX;
}

void lacuna::executeNarrow(const Map &inst, Memory &memory) {
  Operand dst(memory.onChip(inst.dst.memory), inst.dst.ring, inst.dstType);
  Operand a(memory.onChip(inst.a.memory), inst.a.ring, inst.aType);
  Operand b(memory.onChip(inst.b.memory), inst.b.ring, inst.bType);
  UniformScale scaleA(inst.aMultiplier, inst.aShift, inst.rounding);
  UniformScale scaleB(inst.bMultiplier, inst.bShift, inst.rounding);
  UniformScale scale(inst.multiplier, inst.shift, inst.rounding);
  const OutputRange i32{INT32_MIN, INT32_MAX, 0};
  OutputRange output =
      Output(inst.dstType, inst.dstZeroPoint, inst.clampMin, inst.clampMax)
          .getRange();
  bool sums = inst.operation != MapOperation::Copy;

  Row rowA, rowB;
  LoopNest<3> loops(inst.dims, {inst.dstStrides, inst.aStrides,
                                sums ? inst.bStrides : inst.dstStrides});
  const auto &strides = loops.getRowStrides();
  cantFail(loops.forEachRow(
      maxRow,
      [&](const LoopNest<3>::Numbers &at, int64_t, int64_t count) -> Error {
        a.read(at[1], strides[1], count, inst.aZeroPoint, rowA.data());
        if (inst.aMultiplier)
          scaleA.apply(rowA, count, i32);
        if (sums) {
          b.read(at[2], strides[2], count, inst.bZeroPoint, rowB.data());
          if (inst.bMultiplier)
            scaleB.apply(rowB, count, i32);
          combine(inst.operation, rowA, rowB, count);
        }
        scale.apply(rowA, count, output);
        dst.write(at[0], strides[0], count, rowA.data());
        return Error::success();
      }));
}
