// conv, depthwise and conv3d on floats against sums of their definition, one
// term after the other.
#include "NaiveFloats.h"

#include "lacuna/Machine/Cost.h"
#include "lacuna/Machine/Window.h"

using namespace lacuna;
using namespace lacuna::naive;

namespace {
template <typename Inst> void randomWindow(Inst &inst, Random &random) {
  using T = ElementType;
  inst.srcType = random.oneOf(
      {T::FP32, T::FP32, T::FP16, T::BF16, T::FP8E4M3, T::FP8E5M2});
  inst.weightType = inst.srcType;
  if (getInfo(inst.srcType).bits == 8)
    inst.weightType = random.oneOf({T::FP8E4M3, T::FP8E5M2});
  inst.dstType = T::FP32;
  inst.rows = random.interval(5);
  inst.columns = random.interval(8);
  inst.channels = random.interval(40);
  inst.kernelRows = random.interval(3);
  inst.kernelColumns = random.interval(3);
  inst.strideRows = random.between(1, 3);
  inst.strideColumns = random.between(1, 3);
  inst.dilationRows = random.between(1, 2);
  inst.dilationColumns = random.between(1, 2);
  inst.paddingTop = random.between(0, 3);
  inst.paddingLeft = random.between(0, 3);
  inst.srcRows = random.between(1, 8);
  inst.srcColumns = random.between(1, 8);
  inst.accumulate =
      random.oneOf({Accumulation::Set, Accumulation::Add, Accumulation::First});
}

/// The three and the depth of conv3d; what other instructions lack is one
/// coordinate.
struct Terms {
  float sum;
  void add(float x, float w) {
    if (x != 0 && w != 0)
      sum = std::fma(x, w, sum);
  }
};

class FloatMatrix : public FloatTest {
protected:
  template <typename Inst> void placeOperands(Inst &inst, Random &random) {
    padType = inst.srcType;
    unsigned bytes = getInfo(inst.srcType).bits / 8;
    inst.src = alignedRing(random, padBytes, bytes);
    inst.weights = alignedRing(random, padBytes, bytes);
    inst.dst = alignedRing(random, accumulatorBytes, 4);
    inst.dst.length = 0;
  }
};

template <typename Inst, typename Visit>
void forEachTap(const Inst &inst, int64_t r, int64_t c, Visit &&visit) {
  for (int64_t kr = Span(inst.kernelRows).begin;
       kr != Span(inst.kernelRows).end; ++kr)
    for (int64_t kc = Span(inst.kernelColumns).begin;
         kc != Span(inst.kernelColumns).end; ++kc) {
      int64_t row =
          r * inst.strideRows + kr * inst.dilationRows - inst.paddingTop;
      int64_t column =
          c * inst.strideColumns + kc * inst.dilationColumns - inst.paddingLeft;
      if (row >= 0 && row < int64_t(inst.srcRows) && column >= 0 &&
          column < int64_t(inst.srcColumns))
        visit(row, column, kr, kc);
    }
}

/// What a sum starts from, and writes it back.
template <typename Inst, typename AddTerms>
void sumAt(const Inst &inst, Contents &contents, llvm::ArrayRef<int64_t> at,
           AddTerms &&addTerms) {
  Terms terms{0};
  int64_t position = dot(at, inst.dstStrides);
  if (addsToSums(inst))
    terms.sum =
        loadFloat(contents.accumulators, inst.dst, inst.dstType, position);
  addTerms(terms);
  storeFloat(contents.accumulators, inst.dst, inst.dstType, position,
             terms.sum);
}
} // namespace

TEST_F(FloatMatrix, ConvIsItsDefinition) {
  auto make = [&](Random &random) {
    Conv inst;
    randomWindow(inst, random);
    inst.depth = random.interval(20);
    int64_t depth = inst.depth.bound, channels = inst.channels.bound;
    inst.srcStrides = random.strides(
        {int64_t(inst.srcRows), int64_t(inst.srcColumns), depth});
    inst.weightStrides =
        random.strides({channels, int64_t(inst.kernelRows.bound),
                        int64_t(inst.kernelColumns.bound), depth});
    inst.dstStrides = {int64_t(inst.columns.bound) * channels, channels, 1};
    placeOperands(inst, random);
    return inst;
  };
  compare(400, make, [](const Conv &inst, Contents &contents) {
    forEach(
        {inst.rows, inst.columns, inst.channels},
        [&](llvm::ArrayRef<int64_t> at) {
          sumAt(inst, contents, at, [&](Terms &terms) {
            forEachTap(
                inst, at[0], at[1],
                [&](int64_t row, int64_t column, int64_t kr, int64_t kc) {
                  for (int64_t k = Span(inst.depth).begin;
                       k != Span(inst.depth).end; ++k)
                    terms.add(
                        loadFloat(contents.pad, inst.src, inst.srcType,
                                  dot({row, column, k}, inst.srcStrides)),
                        loadFloat(contents.pad, inst.weights, inst.weightType,
                                  dot({at[2], kr, kc, k}, inst.weightStrides)));
                });
          });
        });
    return true;
  });
}

TEST_F(FloatMatrix, DepthwiseIsItsDefinition) {
  auto make = [&](Random &random) {
    Depthwise inst;
    randomWindow(inst, random);
    inst.multiplier = random.chance(50) ? 1 : random.between(1, 5);
    int64_t channels = inst.channels.bound;
    int64_t inputs = (channels - 1) / inst.multiplier + 1;
    inst.srcStrides = random.strides(
        {int64_t(inst.srcRows), int64_t(inst.srcColumns), inputs});
    inst.weightStrides =
        random.strides({channels, int64_t(inst.kernelRows.bound),
                        int64_t(inst.kernelColumns.bound)});
    inst.dstStrides = {int64_t(inst.columns.bound) * channels, channels, 1};
    if (random.chance(30)) // one that is not seamless
      inst.dstStrides = {int64_t(inst.columns.bound), 1,
                         int64_t(inst.rows.bound * inst.columns.bound)};
    placeOperands(inst, random);
    return inst;
  };
  compare(400, make, [](const Depthwise &inst, Contents &contents) {
    forEach({inst.rows, inst.columns, inst.channels},
            [&](llvm::ArrayRef<int64_t> at) {
              int64_t input = at[2] / int64_t(inst.multiplier);
              sumAt(inst, contents, at, [&](Terms &terms) {
                forEachTap(
                    inst, at[0], at[1],
                    [&](int64_t row, int64_t column, int64_t kr, int64_t kc) {
                      terms.add(
                          loadFloat(contents.pad, inst.src, inst.srcType,
                                    dot({row, column, input}, inst.srcStrides)),
                          loadFloat(contents.pad, inst.weights, inst.weightType,
                                    dot({at[2], kr, kc}, inst.weightStrides)));
                    });
              });
            });
    return true;
  });
}

TEST_F(FloatMatrix, Conv3DIsItsDefinition) {
  auto make = [&](Random &random) {
    Conv3D inst;
    randomWindow(inst, random);
    inst.rows = random.interval(3);
    inst.columns = random.interval(3);
    inst.channels = random.interval(6);
    inst.slices = random.interval(3);
    inst.kernelSlices = random.interval(3);
    inst.depth = random.interval(6);
    inst.strideSlices = random.between(1, 2);
    inst.dilationSlices = random.between(1, 2);
    inst.paddingFront = random.between(0, 4);
    inst.srcSlices = random.between(1, 4);
    inst.srcRows = random.between(1, 5);
    inst.srcColumns = random.between(1, 5);
    int64_t depth = inst.depth.bound, channels = inst.channels.bound;
    int64_t columns = inst.columns.bound * channels;
    inst.dstStrides = {int64_t(inst.rows.bound) * columns, columns, channels,
                       1};
    inst.srcStrides =
        random.strides({int64_t(inst.srcSlices), int64_t(inst.srcRows),
                        int64_t(inst.srcColumns), depth});
    inst.weightStrides =
        random.strides({channels, int64_t(inst.kernelSlices.bound),
                        int64_t(inst.kernelRows.bound),
                        int64_t(inst.kernelColumns.bound), depth});
    placeOperands(inst, random);
    return inst;
  };
  compare(300, make, [](const Conv3D &inst, Contents &contents) {
    forEach({inst.slices, inst.rows, inst.columns, inst.channels},
            [&](llvm::ArrayRef<int64_t> at) {
              sumAt(inst, contents, at, [&](Terms &terms) {
                for (int64_t ks = Span(inst.kernelSlices).begin;
                     ks != Span(inst.kernelSlices).end; ++ks) {
                  int64_t slice = at[0] * inst.strideSlices +
                                  ks * inst.dilationSlices - inst.paddingFront;
                  if (slice < 0 || slice >= int64_t(inst.srcSlices))
                    continue;
                  forEachTap(
                      inst, at[1], at[2],
                      [&](int64_t row, int64_t column, int64_t kr, int64_t kc) {
                        for (int64_t k = Span(inst.depth).begin;
                             k != Span(inst.depth).end; ++k)
                          terms.add(loadFloat(contents.pad, inst.src,
                                              inst.srcType,
                                              dot({slice, row, column, k},
                                                  inst.srcStrides)),
                                    loadFloat(contents.pad, inst.weights,
                                              inst.weightType,
                                              dot({at[3], ks, kr, kc, k},
                                                  inst.weightStrides)));
                      });
                }
              });
            });
    return true;
  });
}

TEST_F(FloatMatrix, LongReductionsKeepTheirOrder) {
  // More terms than any buffer holds, of 2^-24, then 1, then 2^-24: what comes
  // before 1 counts and what comes after is lost.
  Conv inst;
  inst.srcType = inst.weightType = inst.dstType = ElementType::FP32;
  inst.channels = Interval(2);
  inst.kernelRows = inst.kernelColumns = Interval(400);
  inst.srcRows = inst.srcColumns = 400;
  inst.srcStrides = {1, 0, 1};
  inst.weightStrides = {0, 0, 0, 1};
  inst.dstStrides = {0, 0, 1};
  float rows[400];
  for (int i = 0; i != 400; ++i)
    rows[i] = i == 200 ? 1.0f / 400 : 0x1p-24f;
  std::memcpy(memory.scratchpad(), rows, sizeof(rows));
  const float one = 1;
  inst.weights.base = 2048;
  std::memcpy(memory.scratchpad() + 2048, &one, 4);
  float sum = 0;
  for (float row : rows)
    for (int i = 0; i != 400; ++i)
      sum = std::fma(row, one, sum);
  float reversed = 0;
  for (float row : llvm::reverse(rows))
    for (int i = 0; i != 400; ++i)
      reversed = std::fma(row, one, reversed);
  ASSERT_NE(sum, reversed);
  withEachTarget([&] {
    llvm::cantFail(execute(inst, memory));
    float result[2];
    std::memcpy(result, memory.accumulators(), sizeof(result));
    EXPECT_EQ(result[0], sum);
    EXPECT_EQ(result[1], sum);
  });
}

TEST_F(FloatMatrix, NegativeZerosOfAGroupAreZeros) {
  Conv inst;
  inst.srcType = inst.weightType = inst.dstType = ElementType::FP32;
  inst.depth = Interval(4);
  inst.srcStrides = {0, 0, 1};
  inst.weightStrides = {0, 0, 0, 1};
  inst.dstStrides = {0, 0, 1};
  inst.nonzeros = 2;
  inst.group = 4;
  inst.weights.base = 64;
  const float input[] = {INFINITY, 2, NAN, 3};
  float weights[] = {-0.0f, 5, 0, 7};
  std::memcpy(memory.scratchpad(), input, sizeof(input));
  std::memcpy(memory.scratchpad() + 64, weights, sizeof(weights));
  llvm::cantFail(execute(inst, memory));
  float result;
  std::memcpy(&result, memory.accumulators(), sizeof(result));
  EXPECT_EQ(result, 31);
  weights[0] = 0x1p-149f;
  std::memcpy(memory.scratchpad() + 64, weights, sizeof(weights));
  EXPECT_NE(llvm::toString(execute(inst, memory)).find("more than 2 of the 4"),
            std::string::npos);
}
