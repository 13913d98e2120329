// Assembly text of instructions: it reads well, and it comes back.
#include "lacuna/Program/AssemblyParser.h"
#include "lacuna/Program/AssemblyPrinter.h"

#include "RandomInstruction.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace lacuna;
using namespace llvm;

static std::string printed(const Instruction &instruction) {
  std::string text;
  raw_string_ostream os(text);
  print(os, instruction);
  return text;
}

static std::string complaint(StringRef line) {
  Expected<Instruction> parsed = parseInstruction(line);
  return parsed ? "accepted" : toString(parsed.takeError());
}

TEST(Assembly, RandomInstructionsSurvive) {
  RandomInstruction random(5);
  for (int i = 0; i != 20000; ++i) {
    Instruction instruction = random();
    std::string text = printed(instruction);
    Expected<Instruction> parsed = parseInstruction(text);
    ASSERT_TRUE(bool(parsed)) << text << toString(parsed.takeError());
    EXPECT_EQ(*parsed, instruction) << text;
  }
}

TEST(Assembly, DamagedTextIsRefusedOrMeansSomething) {
  RandomInstruction random(6);
  for (int i = 0; i != 20000; ++i) {
    std::string text = printed(random());
    for (uint64_t damages = random.below(3) + 1; damages; --damages)
      text[random.below(text.size())] = 32 + random.below(95);
    Expected<Instruction> parsed = parseInstruction(text);
    if (!parsed) {
      consumeError(parsed.takeError());
      continue;
    }
    EXPECT_EQ(complaint(printed(*parsed)), "accepted") << text;
  }
}

TEST(Assembly, ReadsLikeThis) {
  Load load;
  load.dram.address = Affine(4096);
  load.dram.address.coefficients[0] = 64;
  load.dram.address.coefficients[2] = -1;
  load.pad.base = 1024;
  load.pad.length = 256;
  load.pad.offset.coefficients[0] = 64;
  load.run = 16;
  load.dims = {Interval(2), Interval(4)};
  load.dims[1].start.coefficients[0] = 4;
  load.dims[1].bound = 30;
  load.dramStrides = {480, 16};
  load.padStrides = {64, 16};
  EXPECT_EQ(printed(load),
            "load dram=4096 + 64*i0 - i2, pad=pad[1024 ring 256 at 64*i0], "
            "run=16, dims=[2, (4*i0 : 4 of 30)], dram_strides=[480, 16], "
            "pad_strides=[64, 16]");
  EXPECT_EQ(printed(Halt()), "halt");
}

TEST(Assembly, FieldsComeInAnyOrderAndNumbersInHexadecimal) {
  Expected<Instruction> parsed =
      parseInstruction("fill value=0x7F , run = 3,pad=pad[0x10] # comment");
  ASSERT_TRUE(bool(parsed)) << toString(parsed.takeError());
  EXPECT_EQ(printed(*parsed), "fill pad=pad[16], run=3, value=127");
}

TEST(Assembly, ErrorsSayWhereAndWhat) {
  using testing::HasSubstr;
  EXPECT_THAT(complaint("lod run=1"), HasSubstr("did you mean 'load'?"));
  EXPECT_THAT(complaint("loop cuont=1"),
              HasSubstr("1:6: loop has no field 'cuont'; did you mean "
                        "'count'?"));
  EXPECT_THAT(complaint("loop count=1, count=2"), HasSubstr("given twice"));
  EXPECT_THAT(complaint("loop count=0"), HasSubstr("0 is not within 1 to"));
  EXPECT_THAT(complaint("loop count=99999999999999999999"),
              HasSubstr("does not fit into 64 bits"));
  EXPECT_THAT(complaint("loop"), HasSubstr("expected the name of a field"));
  EXPECT_THAT(complaint("signal engine=load"),
              HasSubstr("signal needs the field 'semaphore'"));
  EXPECT_THAT(complaint("signal engine=lode, semaphore=1"),
              HasSubstr("expected one of sequencer, load"));
  EXPECT_THAT(complaint("fill pad=acc[0], run=1, value=0"),
              HasSubstr("pad is in the scratchpad"));
  EXPECT_THAT(complaint("fill pad=pad[0 ring 0], run=1, value=0"),
              HasSubstr("leave 'ring' out"));
  EXPECT_THAT(complaint("fill pad=pad[0 at i6], run=1, value=0"),
              HasSubstr("i0 (the outermost) to i5"));
  EXPECT_THAT(complaint("fill pad=pad[0], run=1, value=0, dims=[1, 2], "
                        "pad_strides=[1]"),
              HasSubstr("pad_strides: there must be 2 strides"));
  EXPECT_THAT(
      complaint("fill pad=pad[0], run=1, value=0, dims=[1,1,1,1,1,1,1]"),
      HasSubstr("at most 6 extents"));
  EXPECT_THAT(complaint("halt now"), HasSubstr("the end of the line"));
}
