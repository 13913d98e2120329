// conv and depthwise against the sums of their definition, one tap at a time.
#include "Naive.h"

#include "lacuna/Machine/Cost.h"
#include "lacuna/Machine/Window.h"

using namespace lacuna;
using namespace lacuna::naive;

namespace {
struct Types {
  ElementType input, weights, sums;
};

Types randomTypes(Random &random) {
  using T = ElementType;
  return random.oneOf<Types>({{T::I8, T::I8, T::I32},
                              {T::I8, T::I8, T::I32},
                              {T::U8, T::I8, T::I32},
                              {T::I8, T::I4, T::I32},
                              {T::I4, T::I4, T::I32},
                              {T::I16, T::I8, T::I48},
                              {T::I16, T::I16, T::I48},
                              {T::U16, T::I16, T::I48},
                              {T::I8, T::I8, T::I48}});
}

template <typename Inst> void randomWindow(Inst &inst, Random &random) {
  Types types = randomTypes(random);
  inst.srcType = types.input;
  inst.weightType = types.weights;
  inst.dstType = types.sums;
  inst.rows = random.interval(5);
  inst.columns = random.interval(6);
  inst.channels = random.interval(20);
  inst.kernelRows = random.interval(4);
  inst.kernelColumns = random.interval(4);
  inst.strideRows = random.between(1, 3);
  inst.strideColumns = random.between(1, 3);
  inst.dilationRows = random.between(1, 2);
  inst.dilationColumns = random.between(1, 2);
  inst.paddingTop = random.between(0, 3);
  inst.paddingLeft = random.between(0, 3);
  inst.srcRows = random.between(1, 8);
  inst.srcColumns = random.between(1, 8);
  // Sometimes so large that the differences need more than 16 bits.
  inst.srcZeroPoint = random.chance(40)
                          ? 0
                          : random.between(-128, 127) * random.oneOf({1, 250});
  inst.weightZeroPoint =
      random.chance(60) ? 0
                        : random.between(-128, 127) * random.oneOf({1, 250});
  inst.accumulate =
      random.oneOf({Accumulation::Set, Accumulation::Add, Accumulation::First});
  inst.src =
      random.ring(padBytes, std::max(1u, getInfo(inst.srcType).bits / 8));
  inst.weights =
      random.ring(padBytes, std::max(1u, getInfo(inst.weightType).bits / 8));
  inst.dst =
      random.ring(accumulatorBytes, getInfo(inst.dstType).storageBits / 8);
  // A ring that is not too short for all sums: they don't meet.
  if (inst.dst.length)
    inst.dst.length = inst.rows.bound * inst.columns.bound *
                      inst.channels.bound * getInfo(inst.dstType).storageBits /
                      8;
  inst.dstStrides = {int64_t(inst.columns.bound * inst.channels.bound),
                     int64_t(inst.channels.bound), 1};
}

int64_t wrapTo(ElementType type, __int128 value) {
  unsigned unused = 128 - getInfo(type).bits;
  return static_cast<int64_t>(
      static_cast<__int128>(static_cast<unsigned __int128>(value) << unused) >>
      unused);
}

/// dst[r, c, n] (+)= sum over taps of sumOf(input row, input column, kr, kc).
template <typename Inst, typename SumOf>
bool expectWindow(const Inst &inst, Contents &contents, SumOf &&sumOf) {
  Contents before = contents;
  for (int64_t r = Span(inst.rows).begin; r != Span(inst.rows).end; ++r)
    for (int64_t c = Span(inst.columns).begin; c != Span(inst.columns).end; ++c)
      for (int64_t n = Span(inst.channels).begin; n != Span(inst.channels).end;
           ++n) {
        __int128 sum = 0;
        int64_t at = r * inst.dstStrides[0] + c * inst.dstStrides[1] +
                     n * inst.dstStrides[2];
        if (addsToSums(inst))
          sum = load(before.accumulators, inst.dst, inst.dstType, at);
        for (int64_t kr = Span(inst.kernelRows).begin;
             kr != Span(inst.kernelRows).end; ++kr)
          for (int64_t kc = Span(inst.kernelColumns).begin;
               kc != Span(inst.kernelColumns).end; ++kc) {
            int64_t row =
                r * inst.strideRows + kr * inst.dilationRows - inst.paddingTop;
            int64_t column = c * inst.strideColumns +
                             kc * inst.dilationColumns - inst.paddingLeft;
            if (row >= 0 && row < int64_t(inst.srcRows) && column >= 0 &&
                column < int64_t(inst.srcColumns))
              sum += sumOf(row, column, n, kr, kc);
          }
        store(contents.accumulators, inst.dst, inst.dstType, at,
              wrapTo(inst.dstType, sum));
      }
  return true;
}
} // namespace

class Matrix : public EngineTest {};

TEST_F(Matrix, ConvIsItsDefinition) {
  auto make = [](Random &random) {
    Conv inst;
    randomWindow(inst, random);
    inst.depth = random.interval(24);
    int64_t depth = inst.depth.bound;
    inst.srcStrides = random.strides(
        {int64_t(inst.srcRows), int64_t(inst.srcColumns), depth});
    inst.weightStrides = random.strides(
        {int64_t(inst.channels.bound), int64_t(inst.kernelRows.bound),
         int64_t(inst.kernelColumns.bound), depth});
    if (inst.weightType == ElementType::I4)
      for (int64_t &stride :
           llvm::MutableArrayRef<int64_t>(inst.weightStrides).drop_back())
        stride *= 2;
    return inst;
  };
  compare(600, make, [](const Conv &inst, Contents &contents) {
    return expectWindow(
        inst, contents,
        [&](int64_t row, int64_t column, int64_t n, int64_t kr, int64_t kc) {
          __int128 sum = 0;
          for (int64_t k = Span(inst.depth).begin; k != Span(inst.depth).end;
               ++k) {
            int64_t x =
                load(contents.pad, inst.src, inst.srcType,
                     row * inst.srcStrides[0] + column * inst.srcStrides[1] +
                         k * inst.srcStrides[2]);
            int64_t w =
                load(contents.pad, inst.weights, inst.weightType,
                     n * inst.weightStrides[0] + kr * inst.weightStrides[1] +
                         kc * inst.weightStrides[2] + k * inst.weightStrides[3],
                     true);
            sum += __int128(x - inst.srcZeroPoint) * (w - inst.weightZeroPoint);
          }
          return sum;
        });
  });
}

TEST_F(Matrix, DepthwiseIsItsDefinition) {
  auto make = [](Random &random) {
    Depthwise inst;
    randomWindow(inst, random);
    inst.multiplier = random.chance(50) ? 1 : random.between(1, 5);
    int64_t inputs = (inst.channels.bound - 1) / inst.multiplier + 1;
    inst.srcStrides = random.strides(
        {int64_t(inst.srcRows), int64_t(inst.srcColumns), inputs});
    inst.weightStrides = random.strides({int64_t(inst.channels.bound),
                                         int64_t(inst.kernelRows.bound),
                                         int64_t(inst.kernelColumns.bound)});
    if (inst.weightType == ElementType::I4)
      for (int64_t &stride :
           llvm::MutableArrayRef<int64_t>(inst.weightStrides).drop_back())
        stride *= 2;
    return inst;
  };
  compare(600, make, [](const Depthwise &inst, Contents &contents) {
    return expectWindow(
        inst, contents,
        [&](int64_t row, int64_t column, int64_t n, int64_t kr, int64_t kc) {
          int64_t x =
              load(contents.pad, inst.src, inst.srcType,
                   row * inst.srcStrides[0] + column * inst.srcStrides[1] +
                       n / int64_t(inst.multiplier) * inst.srcStrides[2]);
          int64_t w =
              load(contents.pad, inst.weights, inst.weightType,
                   n * inst.weightStrides[0] + kr * inst.weightStrides[1] +
                       kc * inst.weightStrides[2],
                   true);
          return __int128(x - inst.srcZeroPoint) * (w - inst.weightZeroPoint);
        });
  });
}

TEST_F(Matrix, LongReductionsAreTakenInPieces) {
  // A kernel of 300 x 300 taps at one address, beyond any buffer: only wrapping
  // sums of the pieces can be right.
  Conv inst;
  inst.srcType = inst.weightType = ElementType::I8;
  inst.dstType = ElementType::I32;
  inst.channels = Interval(2);
  inst.kernelRows = inst.kernelColumns = Interval(300);
  inst.srcRows = inst.srcColumns = 300;
  inst.srcStrides = {0, 0, 1};
  inst.weightStrides = {1, 0, 0, 1};
  inst.dstStrides = {0, 0, 1};
  inst.dst.base = 16;
  memory.scratchpad()[0] = 100;
  memory.scratchpad()[1] = 0x80; // -128
  inst.accumulate = Accumulation::Set;
  llvm::cantFail(execute(inst, memory));
  Contents after(memory);
  EXPECT_EQ(load(after.accumulators, inst.dst, inst.dstType, 0),
            90000 * 100 * 100);
  EXPECT_EQ(load(after.accumulators, inst.dst, inst.dstType, 1),
            90000 * 100 * -128);
}
