// map: one operation on every element of one to three operands.
#include "Engines.h"
#include "FloatEngines.h"
#include "NarrowMap.h"
#include "Operand.h"
#include "Output.h"
#include "Rows.h"

#include "llvm/ADT/bit.h"

#include <array>

using namespace llvm;
using namespace lacuna;
using namespace lacuna::arithmetic;

namespace {
using Row = std::array<int64_t, maxRow>;

/// a operated on with b and c, element by element, into a.
class MapOperator {
public:
  MapOperator(const Map &inst, Memory &memory)
      : inst(inst), aBits(getInfo(inst.aType).bits),
        workBits(
            std::max({32u, aBits, inst.useB ? getInfo(inst.bType).bits : 0})) {
    if (inst.operation != MapOperation::Table)
      return;
    // The offset of a ring of blocks counts blocks.
    Ring ring = inst.table;
    int64_t block = ring.offset.constant;
    ring.offset = Affine(0);
    tableSize = aBits > 8 ? 513 : 256;
    ElementType type = aBits > 8 ? ElementType::I16 : inst.dstType;
    Operand(memory.scratchpad(), ring, type)
        .read(block * int64_t(tableSize), 1, tableSize, 0, table.data());
  }

  Error operator()(Row &a, const Row &b, const Row &c, int64_t count) const {
    auto each = [&](auto &&operation) {
      for (int64_t i = 0; i != count; ++i)
        a[i] = operation(a[i], b[i]);
      return Error::success();
    };
    auto eachWrapped = [&](auto &&operation) {
      return each([&](int64_t x, int64_t y) {
        return wrap(operation(x, y), workBits);
      });
    };
    switch (inst.operation) {
    case MapOperation::Copy:
      return Error::success();
    case MapOperation::Add:
      return eachWrapped(addWrapped);
    case MapOperation::Subtract:
      return eachWrapped(subtractWrapped);
    case MapOperation::Multiply:
      return eachWrapped([&](int64_t x, int64_t y) {
        return multiplyShifted(x, y, inst.productShift);
      });
    case MapOperation::Maximum:
      return each([](int64_t x, int64_t y) { return std::max(x, y); });
    case MapOperation::Minimum:
      return each([](int64_t x, int64_t y) { return std::min(x, y); });
    case MapOperation::Absolute:
      return eachWrapped(
          [](int64_t x, int64_t) { return x < 0 ? subtractWrapped(0, x) : x; });
    case MapOperation::And:
      return each([](int64_t x, int64_t y) { return x & y; });
    case MapOperation::Or:
      return each([](int64_t x, int64_t y) { return x | y; });
    case MapOperation::Xor:
      return each([](int64_t x, int64_t y) { return x ^ y; });
    case MapOperation::Not:
      if (inst.aType == ElementType::I1)
        return each([](int64_t x, int64_t) { return int64_t(x == 0); });
      return each([](int64_t x, int64_t) { return ~x; });
    case MapOperation::ShiftLeft:
      return each([&](int64_t x, int64_t y) {
        return wrapA(static_cast<int64_t>(static_cast<uint64_t>(x) << by(y)));
      });
    case MapOperation::ShiftRight:
      return each([&](int64_t x, int64_t y) {
        uint64_t unsignedX =
            static_cast<uint64_t>(x) & maskTrailingOnes<uint64_t>(aBits);
        return wrapA(static_cast<int64_t>(unsignedX >> by(y)));
      });
    case MapOperation::ShiftRightArithmetic:
      return each([&](int64_t x, int64_t y) {
        return shiftRightArithmetic(x, by(y), inst.productShift != 0);
      });
    case MapOperation::CountLeadingZeros:
      return each([](int64_t x, int64_t) {
        return int64_t(countl_zero(static_cast<uint32_t>(x)));
      });
    case MapOperation::Equal:
      return each([](int64_t x, int64_t y) { return int64_t(x == y); });
    case MapOperation::Greater:
      return each([](int64_t x, int64_t y) { return int64_t(x > y); });
    case MapOperation::GreaterEqual:
      return each([](int64_t x, int64_t y) { return int64_t(x >= y); });
    case MapOperation::Select:
      for (int64_t i = 0; i != count; ++i)
        a[i] = a[i] ? b[i] : c[i];
      return Error::success();
    case MapOperation::Divide:
      if (is_contained(ArrayRef(b.data(), count), 0))
        return createStringError("division by zero");
      return eachWrapped(divide);
    case MapOperation::Table:
      return lookUp(a, count);
    default: // on floats alone
      break;
    }
    llvm_unreachable("no operation on integers");
  }

private:
  /// A shift's amount, modulo the width of the type.
  unsigned by(int64_t amount) const {
    int64_t remainder = amount % static_cast<int64_t>(aBits);
    return remainder < 0 ? remainder + aBits : remainder;
  }
  int64_t wrapA(int64_t value) const {
    return getInfo(inst.aType).isSigned
               ? wrap(value, aBits)
               : value & maskTrailingOnes<uint64_t>(aBits);
  }
  Error lookUp(Row &a, int64_t count) const {
    Range index(aBits <= 16 ? inst.aType : ElementType::I16);
    for (int64_t i = 0; i != count; ++i) {
      int64_t value = index.clamp(a[i]) - index.min;
      a[i] = tableSize == 256
                 ? table[value]
                 : lookUp16(value - 32768, [&](int64_t i) { return table[i]; });
    }
    return Error::success();
  }

  const Map &inst;
  unsigned aBits, workBits;
  size_t tableSize = 0;
  std::array<int64_t, 513> table{};
};

/// An operand's zero point and scale: TOSA's rescale to i32.
struct OperandScale {
  int64_t zeroPoint;
  int64_t multiplier;
  unsigned shift;
  ScaleRounding rounding;

  void apply(Row &row, int64_t count) const {
    if (!multiplier)
      return;
    Range i32(ElementType::I32);
    for (int64_t i = 0; i != count; ++i)
      row[i] = i32.clamp(applyScale(row[i], multiplier, shift, rounding));
  }
};
} // namespace

Error lacuna::execute(const Map &inst, Memory &memory) {
  if (computesInFloats(inst))
    return executeFloats(inst, memory);
  if (isNarrow(inst)) {
    executeNarrow(inst, memory);
    return Error::success();
  }
  ScaleRounding rounding = getRounding(inst.rounding);
  OperandScale scaleA{inst.aZeroPoint, inst.aMultiplier, unsigned(inst.aShift),
                      rounding};
  OperandScale scaleB{inst.bZeroPoint, inst.bMultiplier, unsigned(inst.bShift),
                      rounding};
  Output output(inst.dstType, inst.dstZeroPoint, inst.clampMin, inst.clampMax);
  Operand dst(memory.onChip(inst.dst.memory), inst.dst.ring, inst.dstType);
  Operand a(memory.onChip(inst.a.memory), inst.a.ring, inst.aType);
  Operand b(memory.onChip(inst.b.memory), inst.b.ring, inst.bType);
  Operand c(memory.onChip(inst.c.memory), inst.c.ring, inst.cType);
  MapOperator operation(inst, memory);

  Row rowA, rowB, rowC{};
  rowB.fill(inst.immediate - inst.bZeroPoint);
  if (!inst.useB)
    scaleB.apply(rowB, maxRow);
  // An operand that is not used goes along with the result.
  LoopNest<4> loops(inst.dims, {inst.dstStrides, inst.aStrides,
                                inst.useB ? inst.bStrides : inst.dstStrides,
                                inst.useC ? inst.cStrides : inst.dstStrides});
  const auto &strides = loops.getRowStrides();
  return loops.forEachRow(
      maxRow,
      [&](const LoopNest<4>::Numbers &at, int64_t, int64_t count) -> Error {
        a.read(at[1], strides[1], count, inst.aZeroPoint, rowA.data());
        scaleA.apply(rowA, count);
        if (inst.useB) {
          b.read(at[2], strides[2], count, inst.bZeroPoint, rowB.data());
          scaleB.apply(rowB, count);
        }
        if (inst.useC)
          c.read(at[3], strides[3], count, 0, rowC.data());
        if (Error error = operation(rowA, rowB, rowC, count))
          return error;
        for (int64_t i = 0; i != count; ++i) {
          if (inst.multiplier)
            rowA[i] =
                applyScale(rowA[i], inst.multiplier, inst.shift, rounding);
          rowA[i] = output(rowA[i]);
        }
        dst.write(at[0], strides[0], count, rowA.data());
        return Error::success();
      });
}
