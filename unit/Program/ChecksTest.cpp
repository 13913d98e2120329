// What single instructions must keep: loop terms, and each rule of
// accel-isa/*.td by its name.
#include "lacuna/Program/Checks.h"

#include "lacuna/Machine/Machine.h"
#include "lacuna/Program/AssemblyParser.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace lacuna;
using namespace llvm;
using testing::HasSubstr;
using testing::StartsWith;

static Instruction parse(StringRef line) {
  Expected<Instruction> parsed = parseInstruction(line);
  if (parsed)
    return *parsed;
  ADD_FAILURE() << toString(parsed.takeError());
  return Halt();
}

/// The rule that the instruction breaks on a machine of four semaphores that
/// multiplies i8 by i8 and i4 into i32 and handles i8 and i32 in VECTOR, or "".
static std::string brokenRule(StringRef line) {
  Machine machine;
  machine.sequencer.semaphores = 4;
  machine.matrix.types = {
      {ElementType::I8, ElementType::I8, ElementType::I32, {}},
      {ElementType::I8, ElementType::I4, ElementType::I32, {}}};
  machine.vector.types = {ElementType::I8, ElementType::I32};
  return toString(checkRules(parse(line), machine));
}

static std::string inLoops(StringRef line, ArrayRef<uint64_t> counts) {
  return toString(checkLoopTerms(parse(line), counts));
}

TEST(Rules, Semaphores) {
  EXPECT_EQ(brokenRule("signal engine=load, semaphore=3"), "");
  EXPECT_THAT(brokenRule("signal engine=load, semaphore=4"),
              StartsWith("semaphore-exists: "));
  EXPECT_THAT(brokenRule("wait engine=sequencer, semaphore=0"),
              StartsWith("engine-queue: "));
}

TEST(Rules, Matrix) {
  auto conv = [](StringRef type, StringRef strides) {
    return ("conv dst=acc[0], dst_strides=[0, 0, 1], src=pad[0], "
            "src_strides=[0, 0, 1], weights=pad[0], src_type=i8, weight_type=" +
            type +
            ", dst_type=i32, channels=4, depth=3, weight_strides=" + strides)
        .str();
  };
  EXPECT_EQ(brokenRule(conv("i8", "[3, 0, 0, 1]")), "");
  EXPECT_EQ(brokenRule(conv("i4", "[4, 0, 0, 1]")), "");
  EXPECT_THAT(brokenRule(conv("i16", "[3, 0, 0, 1]")),
              StartsWith("matrix-types: "));
  EXPECT_THAT(brokenRule(conv("i4", "[3, 0, 0, 1]")),
              StartsWith("packed-weights: "));
}

TEST(Rules, Vector) {
  auto rescale = [](StringRef type, StringRef more) {
    return ("rescale dims=[4], dst=pad[0], dst_strides=[1], src=acc[0], "
            "src_strides=[1], src_type=i32, dst_type=" +
            type + more)
        .str();
  };
  EXPECT_EQ(brokenRule(rescale("i8", ", use_table")), "");
  EXPECT_THAT(brokenRule(rescale("i16", "")), StartsWith("rescale-types: "));
  EXPECT_THAT(brokenRule(rescale("i32", ", use_table")),
              StartsWith("rescale-table: "));
  EXPECT_THAT(brokenRule("map operation=select, dims=[4], dst=pad[0], "
                         "dst_strides=[1], dst_type=i8, a=pad[0], "
                         "a_strides=[1], a_type=i8"),
              StartsWith("map-select: "));
  EXPECT_THAT(brokenRule("map operation=copy, dims=[4], dst=pad[0], "
                         "dst_strides=[1], dst_type=i8, a=pad[0], "
                         "a_strides=[1], a_type=u8"),
              StartsWith("map-types: "));
  EXPECT_THAT(brokenRule("pool operation=average, dst=pad[0], dst_strides="
                         "[0, 0, 1], src=pad[0], src_strides=[0, 0, 1], "
                         "type=u8, channels=4"),
              StartsWith("pool-types: "));
  EXPECT_THAT(brokenRule("reduce operation=sum, dims=[1], dst=pad[0], "
                         "dst_strides=[1], dst_type=i32, src=pad[0], "
                         "src_strides=[0, 1], src_type=i16, reduced=4"),
              StartsWith("reduce-types: "));
}

TEST(LoopTerms, BelongToOpenLoopsAndStaySmall) {
  StringRef fill = "fill pad=pad[0 at 5*i1], run=1, value=0";
  EXPECT_EQ(inLoops(fill, {2, 2}), "");
  EXPECT_THAT(inLoops(fill, {2}), HasSubstr("pad: i1 is not the index"));
  // 2^46 is within 2^47 for one more iteration only.
  StringRef load = "load dram=70368744177664*i0, pad=pad[0], run=1";
  EXPECT_EQ(inLoops(load, {2}), "");
  EXPECT_THAT(inLoops(load, {3}), HasSubstr("dram: passes 2^47"));
  StringRef extent = "fill pad=pad[0], run=1, value=0, pad_strides=[1], "
                     "dims=[(-70368744177664*i0 : 1 of 2)]";
  EXPECT_EQ(inLoops(extent, {2}), "");
  EXPECT_THAT(inLoops(extent, {4294967295}), HasSubstr("dims: passes 2^47"));
}
