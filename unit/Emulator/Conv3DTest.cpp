// conv3d against the sums of its definition, one tap at a time.
#include "Naive.h"

#include "lacuna/Machine/Cost.h"
#include "lacuna/Machine/Window.h"

using namespace lacuna;
using namespace lacuna::naive;

namespace {
Conv3D makeConv3D(Random &random) {
  using T = ElementType;
  Conv3D inst;
  bool wide = random.chance(30);
  inst.srcType = wide ? T::I16 : T::I8;
  inst.weightType = wide || random.chance(60) ? T::I8 : T::I4;
  inst.dstType = wide ? T::I48 : T::I32;
  inst.slices = random.interval(4);
  inst.rows = random.interval(4);
  inst.columns = random.interval(4);
  inst.channels = random.interval(6);
  inst.kernelSlices = random.interval(4);
  inst.kernelRows = random.interval(3);
  inst.kernelColumns = random.interval(3);
  inst.depth = random.interval(6);
  inst.strideSlices = random.between(1, 3);
  inst.strideRows = random.between(1, 2);
  inst.strideColumns = random.between(1, 2);
  inst.dilationSlices = random.between(1, 2);
  inst.dilationRows = random.between(1, 2);
  inst.paddingFront = random.between(0, 6);
  inst.paddingTop = random.between(0, 3);
  inst.paddingLeft = random.between(0, 3);
  inst.srcSlices = random.between(1, 5);
  inst.srcRows = random.between(1, 5);
  inst.srcColumns = random.between(1, 5);
  inst.srcZeroPoint = wide ? 0 : random.between(-128, 127);
  inst.weightZeroPoint = random.chance(60) ? 0 : random.between(-128, 127);
  inst.accumulate =
      random.oneOf({Accumulation::Set, Accumulation::Add, Accumulation::First});
  inst.src = random.ring(padBytes, wide ? 2 : 1);
  inst.weights = random.ring(padBytes, 1);
  inst.dst.base = random.between(0, 64);
  int64_t depth = inst.depth.bound, channels = inst.channels.bound;
  int64_t rows = inst.rows.bound, columns = inst.columns.bound;
  inst.dstStrides = {rows * columns * channels, columns * channels, channels,
                     1};
  inst.srcStrides =
      random.strides({int64_t(inst.srcSlices), int64_t(inst.srcRows),
                      int64_t(inst.srcColumns), depth});
  inst.weightStrides =
      random.strides({channels, int64_t(inst.kernelSlices.bound),
                      int64_t(inst.kernelRows.bound),
                      int64_t(inst.kernelColumns.bound), depth});
  if (inst.weightType == T::I4)
    for (int64_t &stride :
         llvm::MutableArrayRef<int64_t>(inst.weightStrides).drop_back())
      stride *= 2;
  return inst;
}

int64_t wrapTo(ElementType type, __int128 value) {
  unsigned unused = 128 - getInfo(type).bits;
  return static_cast<int64_t>(
      static_cast<__int128>(static_cast<unsigned __int128>(value) << unused) >>
      unused);
}

int64_t positionOf(const Strides &strides, llvm::ArrayRef<int64_t> at) {
  int64_t position = 0;
  for (auto [stride, coordinate] : llvm::zip_equal(strides, at))
    position += stride * coordinate;
  return position;
}

template <typename Function> void forEach(Interval along, Function &&function) {
  for (int64_t i = Span(along).begin; i != Span(along).end; ++i)
    function(i);
}

/// The products of the sum at `at`: slice, row, column, channel.
__int128 sumOf(const Conv3D &inst, const Contents &contents,
               llvm::ArrayRef<int64_t> at) {
  __int128 sum = 0;
  forEach(inst.kernelSlices, [&](int64_t ks) {
    forEach(inst.kernelRows, [&](int64_t kr) {
      forEach(inst.kernelColumns, [&](int64_t kc) {
        int64_t slice = at[0] * inst.strideSlices + ks * inst.dilationSlices -
                        inst.paddingFront;
        int64_t row =
            at[1] * inst.strideRows + kr * inst.dilationRows - inst.paddingTop;
        int64_t column = at[2] * inst.strideColumns +
                         kc * inst.dilationColumns - inst.paddingLeft;
        if (slice < 0 || slice >= int64_t(inst.srcSlices) || row < 0 ||
            row >= int64_t(inst.srcRows) || column < 0 ||
            column >= int64_t(inst.srcColumns))
          return;
        forEach(inst.depth, [&](int64_t k) {
          int64_t x =
              load(contents.pad, inst.src, inst.srcType,
                   positionOf(inst.srcStrides, {slice, row, column, k}));
          int64_t w = load(
              contents.pad, inst.weights, inst.weightType,
              positionOf(inst.weightStrides, {at[3], ks, kr, kc, k}), true);
          sum += __int128(x - inst.srcZeroPoint) * (w - inst.weightZeroPoint);
        });
      });
    });
  });
  return sum;
}
} // namespace

class Volume : public EngineTest {};

TEST_F(Volume, Conv3DIsItsDefinition) {
  compare(400, makeConv3D, [](const Conv3D &inst, Contents &contents) {
    Contents before = contents;
    forEach(inst.slices, [&](int64_t s) {
      forEach(inst.rows, [&](int64_t r) {
        forEach(inst.columns, [&](int64_t c) {
          forEach(inst.channels, [&](int64_t n) {
            int64_t at = positionOf(inst.dstStrides, {s, r, c, n});
            __int128 sum = sumOf(inst, before, {s, r, c, n});
            if (addsToSums(inst))
              sum += load(before.accumulators, inst.dst, inst.dstType, at);
            store(contents.accumulators, inst.dst, inst.dstType, at,
                  wrapTo(inst.dstType, sum));
          });
        });
      });
    });
    return true;
  });
}
