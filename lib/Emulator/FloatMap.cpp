// map of floats: operations, comparisons, choices and conversions.
#include "FloatEngines.h"
#include "FloatFormats.h"
#include "FloatOutput.h"
#include "FloatRows.h"

using namespace llvm;
using namespace lacuna;

static bool hasLimits(const Map &inst) {
  return inst.clampMin != kNoMin || inst.clampMax != kNoMax;
}

bool lacuna::computesInFloats(const Map &inst) {
  if (inst.operation == MapOperation::Select)
    return isFloat(inst.dstType) && hasLimits(inst);
  if (inst.operation == MapOperation::Copy && inst.aType == inst.dstType)
    return isFloat(inst.dstType) && hasLimits(inst);
  return isFloat(inst.aType) || isFloat(inst.dstType);
}

namespace {
class FloatMap {
public:
  FloatMap(const Map &inst, Memory &memory)
      : inst(inst), a(operandAt(inst.a, inst.aType, memory)),
        b(operandAt(inst.b, inst.bType, memory)),
        c(operandAt(inst.c, inst.cType, memory)),
        output(operandAt(inst.dst, inst.dstType, memory), inst.dstType,
               inst.clampMin, inst.clampMax, inst.ignoreNan) {
    rowB.fill(floats::fromBits(static_cast<uint32_t>(inst.immediate)));
  }

  void run() {
    // An operand that is not used goes along with the result.
    LoopNest<4> loops(inst.dims, {inst.dstStrides, inst.aStrides,
                                  inst.useB ? inst.bStrides : inst.dstStrides,
                                  inst.useC ? inst.cStrides : inst.dstStrides});
    strides = loops.getRowStrides();
    cantFail(loops.forEachRow(maxRow,
                              [&](const Numbers &at, int64_t, int64_t count) {
                                mapRow(at, count);
                                return Error::success();
                              }));
  }

private:
  using Numbers = LoopNest<4>::Numbers;

  static Operand operandAt(const OnChipRing &place, ElementType type,
                           Memory &memory) {
    return Operand(memory.onChip(place.memory), place.ring, type);
  }

  void mapRow(const Numbers &at, int64_t count) {
    if (isFloat(inst.aType))
      a.read(at[1], strides[1], count, 0, rowA.data());
    else
      a.read(at[1], strides[1], count, 0, integers.data());
    if (inst.useB && isFloat(inst.bType))
      b.read(at[2], strides[2], count, 0, rowB.data());
    switch (inst.operation) {
    case MapOperation::Copy:
      if (isFloat(inst.aType))
        break;
      return output.write(at[0], strides[0], integers.data(), count);
    case MapOperation::Equal:
    case MapOperation::Greater:
    case MapOperation::GreaterEqual:
      for (int64_t i = 0; i != count; ++i)
        integers[i] = compare(rowA[i], rowB[i]);
      return output.write(at[0], strides[0], integers.data(), count);
    case MapOperation::Select:
      c.read(at[3], strides[3], count, 0, rowA.data());
      for (int64_t i = 0; i != count; ++i)
        rowA[i] = integers[i] ? rowB[i] : rowA[i];
      break;
    default:
      mapFloats(inst.operation, rowA.data(), rowB.data(), count,
                inst.ignoreNan);
    }
    output.write(at[0], strides[0], rowA.data(), count);
  }

  int64_t compare(float x, float y) const {
    switch (inst.operation) {
    case MapOperation::Equal:
      return x == y;
    case MapOperation::Greater:
      return x > y;
    default:
      return x >= y;
    }
  }

  const Map &inst;
  Operand a, b, c;
  FloatOutput output;
  Numbers strides;
  std::array<float, maxRow> rowA, rowB;
  std::array<int64_t, maxRow> integers;
};
} // namespace

Error lacuna::executeFloats(const Map &inst, Memory &memory) {
  FloatMap(inst, memory).run();
  return Error::success();
}
