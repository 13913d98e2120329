// The instructions of VECTOR against their definition, one element at a time.
// The arithmetic here is written out in 128 bits, apart from the emulator's.
#include "NaiveVector.h"

#include "lacuna/Machine/Window.h"

#include "llvm/ADT/bit.h"

using namespace lacuna;
using namespace lacuna::naive;

namespace {
using Wide = __int128;

constexpr ElementType integerTypes[] = {
    ElementType::I1,  ElementType::I4,  ElementType::I8,  ElementType::U8,
    ElementType::I16, ElementType::U16, ElementType::I32, ElementType::I48};

ElementType anyType(Random &random) {
  return integerTypes[random.between(0, 7)];
}
Wide wrapTo(unsigned bits, Wide value) {
  unsigned unused = 128 - bits;
  return static_cast<Wide>(static_cast<unsigned __int128>(value) << unused) >>
         unused;
}
Wide clampTo(Wide value, Wide least, Wide most) {
  return value < least ? least : value > most ? most : value;
}
Wide clampTo(Wide value, ElementType type) {
  return clampTo(value, getMinimum(type), getMaximum(type));
}
/// docs/numerics.md, R3 and R4.
Wide scale(Wide value, Wide multiplier, unsigned shift, Rounding rounding) {
  Wide sum = value * multiplier;
  if (shift)
    sum += Wide(1) << (shift - 1);
  if (rounding == Rounding::Double && shift > 31)
    sum += value >= 0 ? Wide(1) << 30 : -(Wide(1) << 30);
  return sum >> shift;
}

template <typename Inst> void randomOutput(Inst &inst, Random &random) {
  if (random.chance(60)) {
    inst.multiplier = random.between(1, INT32_MAX);
    inst.shift = random.between(0, 50);
  }
  inst.rounding =
      random.oneOf({Rounding::Single, Rounding::Double, Rounding::Inexact});
  inst.dstZeroPoint = random.chance(50) ? 0 : random.between(-128, 127);
}
template <typename Inst> void randomClamp(Inst &inst, Random &random) {
  if (random.chance(40))
    inst.clampMin = random.between(-100, 0);
  if (random.chance(40))
    inst.clampMax = random.between(0, 100);
}

} // namespace

class Vector : public EngineTest {};

TEST_F(Vector, RescaleIsItsDefinition) {
  auto makeOne = [](Random &random) {
    Rescale inst;
    inst.dims = randomDims(random, 4);
    inst.srcType = anyType(random);
    inst.dstType = anyType(random);
    inst.src = randomPlace(random, inst.srcType, 60);
    inst.dst = random.ring(padBytes, bytesOf(inst.dstType));
    inst.srcStrides = random.strides(extentsOf(inst.dims));
    makeDense(inst, extentsOf(inst.dims));
    inst.parameterFormat =
        random.oneOf({ParameterFormat::None, ParameterFormat::Bias});
    if (inst.parameterFormat != ParameterFormat::None)
      inst.parameters = random.ring(padBytes, 12);
    inst.srcZeroPoint = random.chance(50) ? 0 : random.between(-128, 255);
    inst.scale16 = random.chance(20);
    randomOutput(inst, random);
    randomClamp(inst, random);
    if (random.chance(30) && getInfo(inst.dstType).bits == 8) {
      inst.useTable = true;
      inst.table = random.ring(padBytes, 256);
      inst.table.offset = Affine(0);
    }
    return inst;
  };
  auto make = [&](Random &random) {
    return withoutOverlap<Rescale>(random, [&] { return makeOne(random); });
  };
  compare(400, make, [](const Rescale &inst, Contents &contents) {
    unsigned bias = inst.srcType == ElementType::I48 ? 6 : 4;
    forEach(inst.dims, [&](llvm::ArrayRef<int64_t> at) {
      Wide value = load(contents.of(inst.src.memory), inst.src.ring,
                        inst.srcType, dot(at, inst.srcStrides));
      if (inst.parameterFormat == ParameterFormat::Bias) {
        uint64_t raw = 0;
        for (unsigned i = 0; i != bias; ++i) {
          int64_t length = inst.parameters.length;
          int64_t p = (inst.parameters.offset.constant + at.back()) * bias + i;
          if (length)
            p = (p % length + length) % length;
          raw |= uint64_t(contents.pad.at(inst.parameters.base + p)) << (8 * i);
        }
        value += wrapTo(8 * bias, raw);
        value = wrapTo(8 * bias, value);
      }
      value -= inst.srcZeroPoint;
      if (inst.multiplier)
        value = scale(value, inst.multiplier, inst.shift,
                      inst.scale16 ? Rounding::Single : inst.rounding);
      value = clampTo(value + inst.dstZeroPoint, inst.dstType);
      value = clampTo(value, inst.clampMin, inst.clampMax);
      if (inst.useTable)
        value =
            load(contents.pad, inst.table, ElementType::I8,
                 int64_t(value) + (inst.dstType == ElementType::I8 ? 128 : 0));
      store(contents.pad, inst.dst, inst.dstType, dot(at, inst.dstStrides),
            int64_t(value));
    });
    return true;
  });
}

TEST_F(Vector, RescaleTakesScalesAChannel) {
  // Two channels: 100 * 2^30 / 2^31 = 50; (-7 + 3) * 3 * 2^29 / 2^30 = -6.
  Rescale inst;
  inst.dims = {Interval(2)};
  inst.srcType = ElementType::I32;
  inst.dstType = ElementType::I8;
  inst.src.memory = OnChipMemory::Accumulators;
  inst.srcStrides = inst.dstStrides = {1};
  inst.parameterFormat = ParameterFormat::BiasScale;
  inst.parameters.base = 64;
  int32_t sums[] = {100, -7};
  std::memcpy(memory.accumulators(), sums, 8);
  struct {
    int32_t bias, multiplier;
    uint8_t shift;
  } records[] = {{0, 1 << 30, 31}, {3, 3 << 29, 30}};
  for (int n = 0; n != 2; ++n) {
    std::memcpy(memory.scratchpad() + 64 + 9 * n, &records[n].bias, 4);
    std::memcpy(memory.scratchpad() + 64 + 9 * n + 4, &records[n].multiplier,
                4);
    memory.scratchpad()[64 + 9 * n + 8] = records[n].shift;
  }
  llvm::cantFail(execute(inst, memory));
  EXPECT_EQ(int8_t(memory.scratchpad()[0]), 50);
  EXPECT_EQ(int8_t(memory.scratchpad()[1]), -6);

  memory.scratchpad()[64 + 9 + 8] = 63;
  EXPECT_EQ(llvm::toString(execute(inst, memory)),
            "the parameters of channel 1 have multiplier 1610612736 and shift "
            "63; they must be at least 0, and 0 to 62");
}

namespace {
/// What map computes of three operands; false for a division by zero.
bool operate(const Map &inst, Wide a, Wide b, Wide c, Wide &out) {
  int bits = getInfo(inst.aType).bits;
  int work =
      std::max({32, bits, inst.useB ? int(getInfo(inst.bType).bits) : 0});
  int amount = int(((b % bits) + bits) % bits);
  Wide modulus = Wide(1) << bits;
  auto asA = [&](Wide value) {
    value = ((value % modulus) + modulus) % modulus;
    return getInfo(inst.aType).isSigned && value >= modulus / 2
               ? value - modulus
               : value;
  };
  switch (inst.operation) {
  case MapOperation::Copy:
    out = a;
    return true;
  case MapOperation::Add:
    out = wrapTo(work, a + b);
    return true;
  case MapOperation::Subtract:
    out = wrapTo(work, a - b);
    return true;
  case MapOperation::Multiply: {
    Wide product = a * b;
    if (inst.productShift) {
      product = wrapTo(64, product) + (Wide(1) << (inst.productShift - 1));
      product = wrapTo(64, product) >> inst.productShift;
    }
    out = wrapTo(work, product);
    return true;
  }
  case MapOperation::Maximum:
    out = std::max(a, b);
    return true;
  case MapOperation::Minimum:
    out = std::min(a, b);
    return true;
  case MapOperation::Absolute:
    out = wrapTo(work, a < 0 ? -a : a);
    return true;
  case MapOperation::And:
    out = a & b;
    return true;
  case MapOperation::Or:
    out = a | b;
    return true;
  case MapOperation::Xor:
    out = a ^ b;
    return true;
  case MapOperation::Not:
    out = inst.aType == ElementType::I1 ? Wide(!a) : ~a;
    return true;
  case MapOperation::ShiftLeft:
    out = asA(a * (Wide(1) << amount));
    return true;
  case MapOperation::ShiftRight:
    out = asA((((a % modulus) + modulus) % modulus) >> amount);
    return true;
  case MapOperation::ShiftRightArithmetic:
    out = inst.productShift && amount
              ? (a + (Wide(1) << (amount - 1))) >> amount
              : a >> amount;
    return true;
  case MapOperation::CountLeadingZeros:
    out = llvm::countl_zero(uint32_t(a));
    return true;
  case MapOperation::Equal:
    out = a == b;
    return true;
  case MapOperation::Greater:
    out = a > b;
    return true;
  case MapOperation::GreaterEqual:
    out = a >= b;
    return true;
  case MapOperation::Select:
    out = a != 0 ? b : c;
    return true;
  case MapOperation::Divide:
    if (b == 0)
      return false;
    out = wrapTo(work, a / b);
    return true;
  default: // tables and operations on floats are looked at elsewhere
    break;
  }
  ADD_FAILURE();
  return false;
}
} // namespace

TEST_F(Vector, MapIsItsDefinition) {
  auto makeOne = [](Random &random) {
    Map inst;
    inst.operation = MapOperation(random.between(0, 19));
    inst.dims = randomDims(random, 4);
    auto extents = extentsOf(inst.dims);
    inst.aType = anyType(random);
    inst.dstType = anyType(random);
    inst.a = randomPlace(random, inst.aType, 30);
    inst.dst = randomPlace(random, inst.dstType, 30);
    inst.aStrides = random.strides(extents);
    makeDense(inst, extents);
    bool select = inst.operation == MapOperation::Select;
    if (select || random.chance(60)) {
      inst.useB = true;
      inst.bType = anyType(random);
      inst.b = randomPlace(random, inst.bType, 30);
      inst.bStrides = random.strides(extents);
      inst.bZeroPoint = random.chance(50) ? 0 : random.between(-128, 127);
      if (random.chance(30)) {
        inst.bMultiplier = random.between(1, INT32_MAX);
        inst.bShift = random.between(2, 40);
      }
    } else {
      inst.immediate = random.between(-200, 200);
    }
    if (select) {
      inst.useC = true;
      inst.cType = anyType(random);
      inst.c = randomPlace(random, inst.cType, 30);
      inst.cStrides = random.strides(extents);
    }
    inst.aZeroPoint = random.chance(50) ? 0 : random.between(-128, 127);
    if (random.chance(30)) {
      inst.aMultiplier = random.between(1, INT32_MAX);
      inst.aShift = random.between(2, 40);
    }
    if (random.chance(40))
      inst.productShift = random.between(1, 40);
    if (random.chance(50))
      randomOutput(inst, random);
    randomClamp(inst, random);
    return inst;
  };
  auto make = [&](Random &random) {
    return withoutOverlap<Map>(random, [&] { return makeOne(random); });
  };
  compare(1500, make, [](const Map &inst, Contents &contents) {
    bool valid = true;
    auto operand = [&](const OnChipRing &place, ElementType type,
                       const Strides &strides, llvm::ArrayRef<int64_t> at) {
      return Wide(
          load(contents.of(place.memory), place.ring, type, dot(at, strides)));
    };
    auto scaled = [&](Wide value, int64_t multiplier, unsigned shift) {
      return multiplier
                 ? clampTo(scale(value, multiplier, shift, inst.rounding),
                           ElementType::I32)
                 : value;
    };
    forEach(inst.dims, [&](llvm::ArrayRef<int64_t> at) {
      Wide a = operand(inst.a, inst.aType, inst.aStrides, at) - inst.aZeroPoint;
      Wide b = inst.useB ? operand(inst.b, inst.bType, inst.bStrides, at)
                         : Wide(inst.immediate);
      Wide c =
          inst.useC ? operand(inst.c, inst.cType, inst.cStrides, at) : Wide(0);
      a = scaled(a, inst.aMultiplier, inst.aShift);
      b = scaled(b - inst.bZeroPoint, inst.bMultiplier, inst.bShift);
      Wide out = 0;
      if (!operate(inst, a, b, c, out)) {
        valid = false;
        return;
      }
      if (inst.multiplier)
        out = scale(out, inst.multiplier, inst.shift, inst.rounding);
      out = clampTo(out + inst.dstZeroPoint, inst.dstType);
      out = clampTo(out, inst.clampMin, inst.clampMax);
      store(contents.of(inst.dst.memory), inst.dst.ring, inst.dstType,
            dot(at, inst.dstStrides), int64_t(out));
    });
    return valid;
  });
}

TEST_F(Vector, MapLooksUpInTables) {
  Map inst;
  inst.operation = MapOperation::Table;
  inst.dims = {Interval(3)};
  inst.aStrides = inst.dstStrides = {1};
  inst.aType = inst.dstType = ElementType::I8;
  inst.table.base = 256;
  inst.dst.ring.base = 16;
  int8_t *pad = reinterpret_cast<int8_t *>(memory.scratchpad());
  for (int i = 0; i != 256; ++i)
    pad[256 + i] = int8_t(-(i - 128) / 2);
  pad[0] = -128, pad[1] = 0, pad[2] = 127;
  llvm::cantFail(execute(inst, memory));
  EXPECT_EQ(pad[16], 64);
  EXPECT_EQ(pad[17], 0);
  EXPECT_EQ(pad[18], -63);

  // Entries are as wide as the result.
  inst.dstType = ElementType::I32;
  inst.table.base = 1024;
  auto *wide = reinterpret_cast<int32_t *>(pad + 1024);
  for (int i = 0; i != 256; ++i)
    wide[i] = 100000 * (i - 128);
  llvm::cantFail(execute(inst, memory));
  int32_t wideResults[3];
  std::memcpy(wideResults, pad + 16, 12);
  EXPECT_EQ(wideResults[0], -12800000);
  EXPECT_EQ(wideResults[1], 0);
  EXPECT_EQ(wideResults[2], 12700000);

  inst.aType = ElementType::I16;
  inst.dstType = ElementType::I32;
  auto *table = reinterpret_cast<int16_t *>(pad + 1024);
  inst.table.base = 1024;
  for (int i = 0; i != 513; ++i)
    table[i] = int16_t(3 * i);
  int16_t values[] = {-32768, -32767, 32767};
  std::memcpy(pad, values, 6);
  llvm::cantFail(execute(inst, memory));
  int32_t results[3];
  std::memcpy(results, pad + 16, 12);
  EXPECT_EQ(results[0], 0);
  EXPECT_EQ(results[1], 3);
  EXPECT_EQ(results[2], 3 * 65535);
}

TEST_F(Vector, PoolIsItsDefinition) {
  auto makeOne = [](Random &random) {
    Pool inst;
    inst.operation = PoolOperation(random.between(0, 3));
    inst.type =
        random.oneOf({ElementType::I8, ElementType::I16, ElementType::U8});
    inst.rows = random.interval(4);
    inst.columns = random.interval(4);
    inst.channels = random.interval(9);
    inst.kernelRows = random.interval(4);
    inst.kernelColumns = random.interval(4);
    if (interpolates(inst.operation))
      inst.kernelRows = inst.kernelColumns = Interval(2);
    inst.strideRows = random.between(1, 2);
    inst.strideColumns = random.between(1, 2);
    if (random.between(0, 1)) {
      inst.divisorRows = random.between(1, 5);
      inst.divisorColumns = random.between(1, 5);
      inst.phaseRows = random.between(0, inst.divisorRows - 1);
      inst.phaseColumns = random.between(0, inst.divisorColumns - 1);
    }
    inst.paddingTop = random.between(0, 2);
    inst.paddingLeft = random.between(0, 2);
    inst.srcRows = random.between(3, 9);
    inst.srcColumns = random.between(3, 9);
    inst.src = random.ring(padBytes, bytesOf(inst.type));
    inst.dst =
        random.ring(padBytes, poolResultBytes(inst.operation, inst.type));
    inst.srcStrides =
        random.strides({int64_t(inst.srcRows), int64_t(inst.srcColumns),
                        int64_t(inst.channels.bound)});
    makeDense(inst, {int64_t(inst.rows.bound), int64_t(inst.columns.bound),
                     int64_t(inst.channels.bound)});
    if (inst.operation == PoolOperation::Average) {
      inst.srcZeroPoint = random.between(-20, 20);
      inst.dstZeroPoint = random.between(-20, 20);
    }
    randomClamp(inst, random);
    return inst;
  };
  auto make = [&](Random &random) {
    return withoutOverlap<Pool>(random, [&] { return makeOne(random); });
  };
  compare(400, make, [](const Pool &inst, Contents &contents) {
    bool valid = true;
    forEach({inst.rows, inst.columns, inst.channels},
            [&](llvm::ArrayRef<int64_t> at) {
              Wide sum = 0, most = INT64_MIN, weighted = 0, nearest = 0;
              int64_t count = 0;
              auto quotient = [](int64_t at, int64_t stride, int64_t phase,
                                 int64_t divisor) {
                return std::pair((at * stride + phase) / divisor,
                                 (at * stride + phase) % divisor);
              };
              auto [top, down] = quotient(at[0], inst.strideRows,
                                          inst.phaseRows, inst.divisorRows);
              auto [left, across] =
                  quotient(at[1], inst.strideColumns, inst.phaseColumns,
                           inst.divisorColumns);
              for (int64_t kr = Span(inst.kernelRows).begin;
                   kr != Span(inst.kernelRows).end; ++kr)
                for (int64_t kc = Span(inst.kernelColumns).begin;
                     kc != Span(inst.kernelColumns).end; ++kc) {
                  int64_t row = top + kr - inst.paddingTop;
                  int64_t column = left + kc - inst.paddingLeft;
                  if (row < 0 || row >= int64_t(inst.srcRows) || column < 0 ||
                      column >= int64_t(inst.srcColumns))
                    continue;
                  Wide x = load(contents.pad, inst.src, inst.type,
                                dot({row, column, at[2]}, inst.srcStrides));
                  sum += x - inst.srcZeroPoint;
                  most = std::max(most, x);
                  ++count;
                }
              if (!count) {
                valid = false;
                return;
              }
              if (interpolates(inst.operation))
                for (int64_t kr : {0, 1})
                  for (int64_t kc : {0, 1}) {
                    int64_t row = std::clamp<int64_t>(
                        top + kr - inst.paddingTop, 0, inst.srcRows - 1);
                    int64_t column = std::clamp<int64_t>(
                        left + kc - inst.paddingLeft, 0, inst.srcColumns - 1);
                    Wide x = load(contents.pad, inst.src, inst.type,
                                  dot({row, column, at[2]}, inst.srcStrides));
                    weighted +=
                        x * (kr ? down : int64_t(inst.divisorRows) - down) *
                        (kc ? across : int64_t(inst.divisorColumns) - across);
                    if (kr == (2 * down >= int64_t(inst.divisorRows)) &&
                        kc == (2 * across >= int64_t(inst.divisorColumns)))
                      nearest = x;
                  }
              Wide out = most;
              if (inst.operation == PoolOperation::Average) {
                int k = 0;
                while ((int64_t(1) << k) < count)
                  ++k;
                Wide multiplier = (((Wide(1) << 30) + 1) << k) / count;
                out = ((sum * multiplier + (Wide(1) << (29 + k))) >> (30 + k)) +
                      inst.dstZeroPoint;
              }
              if (interpolates(inst.operation))
                out = inst.operation == PoolOperation::Linear ? weighted
                                                              : nearest;
              ElementType type = poolResultType(inst.operation, inst.type);
              out = clampTo(clampTo(out, type), inst.clampMin, inst.clampMax);
              store(contents.pad, inst.dst, type, dot(at, inst.dstStrides),
                    int64_t(out));
            });
    return valid;
  });
}

TEST_F(Vector, ReduceIsItsDefinition) {
  auto makeOne = [](Random &random) {
    Reduce inst;
    inst.operation = ReduceOperation(random.between(0, 6));
    inst.dims = randomDims(random, 3);
    inst.reduced = random.interval(20);
    inst.srcType = anyType(random);
    inst.dstType = inst.operation == ReduceOperation::Argmax ? ElementType::I32
                                                             : inst.srcType;
    inst.src = randomPlace(random, inst.srcType, 30);
    inst.dst = random.ring(padBytes, bytesOf(inst.dstType));
    auto extents = extentsOf(inst.dims);
    makeDense(inst, extents);
    extents.push_back(inst.reduced.bound);
    inst.srcStrides = random.strides(extents);
    return inst;
  };
  auto make = [&](Random &random) {
    return withoutOverlap<Reduce>(random, [&] { return makeOne(random); });
  };
  compare(600, make, [](const Reduce &inst, Contents &contents) {
    forEach(inst.dims, [&](llvm::ArrayRef<int64_t> at) {
      llvm::SmallVector<int64_t> from(at);
      from.push_back(0);
      std::vector<Wide> values;
      for (int64_t i = Span(inst.reduced).begin; i != Span(inst.reduced).end;
           ++i) {
        from.back() = i;
        values.push_back(load(contents.of(inst.src.memory), inst.src.ring,
                              inst.srcType, dot(from, inst.srcStrides)));
      }
      unsigned bits = std::max(8u, getInfo(inst.dstType).bits);
      Wide out = 0;
      auto greatest = std::max_element(values.begin(), values.end());
      switch (inst.operation) {
      case ReduceOperation::Sum:
        for (Wide value : values)
          out = wrapTo(bits, out + value);
        break;
      case ReduceOperation::Product:
        out = 1;
        for (Wide value : values)
          out = wrapTo(bits, out * value);
        break;
      case ReduceOperation::Maximum:
        out = *greatest;
        break;
      case ReduceOperation::Minimum:
        out = *std::min_element(values.begin(), values.end());
        break;
      case ReduceOperation::All:
        out = llvm::all_of(values, [](Wide value) { return value != 0; });
        break;
      case ReduceOperation::Any:
        out = llvm::any_of(values, [](Wide value) { return value != 0; });
        break;
      case ReduceOperation::Argmax:
        out = Span(inst.reduced).begin + (greatest - values.begin());
        break;
      }
      store(contents.pad, inst.dst, inst.dstType, dot(at, inst.dstStrides),
            int64_t(out));
    });
    return true;
  });
}
