// Footprints of instructions: which bytes, in which runs, and what is refused.
#include "lacuna/Program/AccessPattern.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <set>

using namespace lacuna;
using namespace llvm;
using testing::ElementsAre;

namespace lacuna {
static void PrintTo(const ByteRange &range, std::ostream *os) {
  *os << range.begin << ".." << range.end;
}
} // namespace lacuna

static SmallVector<AccessPattern, 4> patterns(const Instruction &instruction) {
  Expected<SmallVector<AccessPattern, 4>> result =
      getAccessPatterns(resolve(instruction, LoopIndices{}));
  EXPECT_TRUE(bool(result)) << toString(result.takeError());
  return result ? *result : SmallVector<AccessPattern, 4>();
}

static std::vector<ByteRange> runs(const AccessPattern &pattern) {
  std::vector<ByteRange> result;
  pattern.forEachRun([&](ByteRange run) { result.push_back(run); });
  EXPECT_LE(result.size(), 2 * pattern.countRuns());
  return result;
}

static std::string complaint(const AccessPattern &pattern, uint64_t bytes) {
  return toString(checkPattern(pattern, bytes));
}

/// Two rows of `run` bytes, `stride` apart.
static Fill rows(uint64_t run, int64_t stride) {
  Fill fill;
  fill.run = run;
  fill.dims = {Interval(2)};
  fill.padStrides = {stride};
  return fill;
}

TEST(AccessPattern, RowsThatTouchAreOneRun) {
  EXPECT_THAT(runs(patterns(rows(8, 8))[0]), ElementsAre(ByteRange{0, 16}));
  EXPECT_THAT(runs(patterns(rows(8, 10))[0]),
              ElementsAre(ByteRange{0, 8}, ByteRange{10, 18}));
  EXPECT_THAT(runs(patterns(rows(8, 0))[0]), ElementsAre(ByteRange{0, 8}));
}

TEST(AccessPattern, NegativeStridesReachBack) {
  Fill fill = rows(8, -10);
  fill.pad.base = 100;
  EXPECT_THAT(runs(patterns(fill)[0]),
              ElementsAre(ByteRange{90, 98}, ByteRange{100, 108}));
  fill.pad.base = 5;
  EXPECT_THAT(complaint(patterns(fill)[0], 64),
              testing::HasSubstr("below address 0"));
}

TEST(AccessPattern, RunsWrapAtTheEndOfARing) {
  Fill fill = rows(8, 8);
  fill.pad.base = 100;
  fill.pad.length = 24;
  fill.pad.offset = Affine(16);
  EXPECT_THAT(runs(patterns(fill)[0]),
              ElementsAre(ByteRange{116, 124}, ByteRange{100, 108}));
  EXPECT_EQ(complaint(patterns(fill)[0], 124), "");
  EXPECT_THAT(complaint(patterns(fill)[0], 123),
              testing::HasSubstr("reaches bytes 100 to 123"));
  // Before the start of a ring is its end.
  fill.pad.offset = Affine(-8);
  EXPECT_THAT(runs(patterns(fill)[0]),
              ElementsAre(ByteRange{116, 124}, ByteRange{100, 108}));
}

TEST(AccessPattern, ARunMayNotStraddleTheEndOfARing) {
  Fill fill = rows(8, 8);
  fill.pad.length = 20;
  fill.pad.offset = Affine(8);
  EXPECT_THAT(complaint(patterns(fill)[0], 64),
              testing::HasSubstr("straddles"));
  fill.pad.length = 24;
  fill.pad.offset = Affine(12);
  EXPECT_THAT(complaint(patterns(fill)[0], 64),
              testing::HasSubstr("straddles"));
  // Rows of 6 bytes in slots of 8 never do.
  fill.run = 6;
  fill.pad.offset = Affine(16);
  EXPECT_EQ(complaint(patterns(fill)[0], 64), "");
}

TEST(AccessPattern, ClippedExtentsMoveTheAddress) {
  Fill fill = rows(8, 8);
  fill.dims[0].start = Affine(-1);
  fill.dims[0].size = 4;
  fill.dims[0].bound = 2;
  EXPECT_THAT(runs(patterns(fill)[0]), ElementsAre(ByteRange{0, 16}));
  fill.dims[0].start = Affine(1);
  EXPECT_THAT(runs(patterns(fill)[0]), ElementsAre(ByteRange{8, 16}));
  fill.dims[0].start = Affine(2);
  EXPECT_TRUE(patterns(fill).empty());
  EXPECT_TRUE(doesNothing(resolve(fill, LoopIndices{})));
}

/// A 3x3 convolution of stride 2, padding 1, over 8x8 inputs of 2 channels.
static Conv convolution() {
  Conv conv;
  conv.src.base = 1000;
  conv.srcStrides = {16, 2, 1};
  conv.srcType = conv.weightType = ElementType::I8;
  conv.dstType = ElementType::I32;
  conv.dstStrides = {16, 4, 1};
  conv.weights.base = 500;
  conv.weightStrides = {18, 6, 2, 1};
  conv.rows = conv.columns = conv.channels = Interval(4);
  conv.kernelRows = conv.kernelColumns = Interval(3);
  conv.depth = Interval(2);
  conv.strideRows = conv.strideColumns = 2;
  conv.paddingTop = conv.paddingLeft = 1;
  conv.srcRows = conv.srcColumns = 8;
  return conv;
}

TEST(AccessPattern, WindowsAreClippedToTheInput) {
  Conv conv = convolution();
  auto all = patterns(conv);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].memory, MemoryKind::Accumulators);
  EXPECT_EQ(all[0].direction, AccessDirection::Update);
  EXPECT_THAT(runs(all[0]), ElementsAre(ByteRange{0, 256}));
  EXPECT_THAT(runs(all[1]), ElementsAre(ByteRange{1000, 1128}));
  EXPECT_THAT(runs(all[2]), ElementsAre(ByteRange{500, 572}));

  // The last row of outputs reads rows 5 to 7.
  conv.rows.start = Affine(3);
  EXPECT_THAT(runs(patterns(conv)[1]), ElementsAre(ByteRange{1080, 1128}));
  // Padding alone reads nothing.
  conv.rows = Interval(1);
  conv.kernelRows = Interval(1);
  EXPECT_EQ(patterns(conv).size(), 2u);
}

TEST(AccessPattern, WeightsOfFourBitsArePacked) {
  Conv conv = convolution();
  conv.weightType = ElementType::I4;
  EXPECT_THAT(runs(patterns(conv)[2]), ElementsAre(ByteRange{500, 536}));
  // Elements 1 to 2 of each channel lie in bytes 0 and 1.
  conv.kernelRows = conv.kernelColumns = Interval(1);
  conv.depth = Interval(4);
  conv.depth.start = Affine(1);
  conv.depth.size = 2;
  EXPECT_THAT(runs(patterns(conv)[2]),
              ElementsAre(ByteRange{500, 502}, ByteRange{509, 511},
                          ByteRange{518, 520}, ByteRange{527, 529}));
}

TEST(AccessPattern, FlagsDecideAboutOperands) {
  Rescale rescale;
  rescale.dims = {Interval(4), Interval(8)};
  rescale.dstStrides = rescale.srcStrides = {8, 1};
  rescale.srcType = ElementType::I32;
  rescale.dstType = ElementType::I8;
  EXPECT_EQ(patterns(rescale).size(), 2u);
  rescale.parameterFormat = ParameterFormat::BiasScale;
  rescale.dims[1].start = Affine(2);
  auto all = patterns(rescale);
  ASSERT_EQ(all.size(), 3u);
  // Records of 9 bytes for channels 2 to 7.
  EXPECT_THAT(runs(all[2]), ElementsAre(ByteRange{18, 72}));
  rescale.useTable = true;
  EXPECT_THAT(runs(patterns(rescale)[3]), ElementsAre(ByteRange{0, 256}));
}

TEST(AccessPattern, AnyRowMayBeMeant) {
  Gather gather;
  gather.dram.address = Affine(1000);
  gather.run = 4;
  gather.rows = 3;
  gather.dims = {Interval(5)};
  gather.dramStrides = {0, 10};
  gather.padStrides = {4};
  gather.indices.base = 64;
  gather.indexStrides = {1};
  auto all = patterns(gather);
  EXPECT_TRUE(all[0].indexed);
  EXPECT_THAT(runs(all[0]),
              ElementsAre(ByteRange{1000, 1004}, ByteRange{1010, 1014},
                          ByteRange{1020, 1024}));
  EXPECT_FALSE(all[1].indexed);
  EXPECT_THAT(runs(all[1]), ElementsAre(ByteRange{0, 20}));
  EXPECT_THAT(runs(all[2]), ElementsAre(ByteRange{64, 84}));
}

TEST(AccessPattern, HugeFieldsAreRefusedNotOverflowed) {
  Fill fill = rows(1, 8);
  fill.dims.assign(6, Interval(4294967295));
  fill.padStrides.assign(6, (int64_t(1) << 47) - 1);
  Expected<SmallVector<AccessPattern, 4>> result =
      getAccessPatterns(resolve(fill, LoopIndices{}));
  ASSERT_FALSE(bool(result));
  EXPECT_THAT(toString(result.takeError()), testing::HasSubstr("2^62"));
}

TEST(Resolve, EvaluatesTermsAndClips) {
  Load load;
  load.dram.address = Affine(100);
  load.dram.address.coefficients[1] = 10;
  load.pad.offset.coefficients[0] = -2;
  load.dims = {Interval(4)};
  load.dims[0].start.coefficients[1] = 4;
  load.dims[0].bound = 10;
  Load resolved = std::get<Load>(resolve(load, {3, 2}));
  EXPECT_EQ(resolved.dram.address, Affine(120));
  EXPECT_EQ(resolved.pad.offset, Affine(-6));
  EXPECT_EQ(resolved.dims[0].start, Affine(8));
  EXPECT_EQ(resolved.dims[0].size, 2u);
}
