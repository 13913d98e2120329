// What single instructions must keep: loop terms, and each rule of
// accel-isa/*.td by its name.
#include "lacuna/Program/Checks.h"

#include "lacuna/Machine/Machine.h"
#include "lacuna/Program/AssemblyParser.h"

#include "llvm/Support/FormatVariadic.h"

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

namespace {
/// The rule that an instruction breaks on `float`, or "".
std::string brokenOnFloat(const Twine &line) {
  static const Machine machine = cantFail(loadMachine("float"));
  std::string error = toString(checkRules(parse(line.str()), machine));
  return StringRef(error).split(':').first.str();
}
} // namespace

TEST(FloatRules, Matrix) {
  auto conv = [](StringRef types, StringRef more = "") {
    return brokenOnFloat(
        "conv dst=acc[0], dst_strides=[0, 0, 1], src=pad[0], "
        "src_strides=[0, 0, 1], weights=pad[0], " +
        types + ", channels=4, depth=3, weight_strides=[3, 0, 0, 1]" + more);
  };
  const char *floats = "src_type=bf16, weight_type=bf16, dst_type=fp32";
  EXPECT_EQ(conv(floats), "");
  EXPECT_EQ(conv(floats, ", accumulate=first"), "");
  EXPECT_EQ(conv("src_type=bf16, weight_type=bf16, dst_type=i32"),
            "matrix-types");
  EXPECT_EQ(conv("src_type=fp32, weight_type=bf16, dst_type=fp32"),
            "matrix-types");
  EXPECT_EQ(conv(floats, ", src_zero_point=1"), "matrix-zero-points");
  EXPECT_EQ(conv(floats, ", weight_zero_point=1"), "matrix-zero-points");
}

TEST(FloatRules, Rescale) {
  auto rescale = [](StringRef types, StringRef more = "") {
    return brokenOnFloat("rescale dims=[4], dst=pad[0], dst_strides=[1], "
                         "src=acc[0], src_strides=[1], " +
                         types + more);
  };
  const char *floats = "src_type=fp32, dst_type=bf16";
  EXPECT_EQ(rescale(floats, ", parameter_format=bias_scale, clamp_min=0, "
                            "clamp_max=4294967295, ignore_nan"),
            "");
  EXPECT_EQ(rescale("src_type=fp32, dst_type=i8", ", clamp_min=-5"), "");
  EXPECT_EQ(rescale("src_type=i32, dst_type=fp32"), "rescale-floats");
  for (const char *more :
       {", src_zero_point=1", ", dst_zero_point=1", ", multiplier=1",
        ", shift=1", ", rounding=double", ", scale16", ", clamp_min=-1",
        ", clamp_max=4294967296"})
    EXPECT_EQ(rescale(floats, more), "rescale-float-fields") << more;
  EXPECT_EQ(rescale("src_type=fp32, dst_type=i8", ", use_table"),
            "rescale-float-fields");
  EXPECT_EQ(rescale("src_type=i32, dst_type=i8", ", ignore_nan"),
            "rescale-float-fields");
}

TEST(FloatRules, Map) {
  auto map = [](StringRef operation, StringRef a, StringRef dst,
                StringRef b = "", StringRef c = "", StringRef more = "") {
    auto operand = [](StringRef name, StringRef type) -> std::string {
      return type.empty() ? ""
                          : formatv(", use_{0}, {0}=pad[0], {0}_strides=[1], "
                                    "{0}_type={1}",
                                    name, type)
                                .str();
    };
    return brokenOnFloat("map operation=" + operation +
                         ", dims=[4], dst=pad[0], dst_strides=[1], dst_type=" +
                         dst + ", a=pad[0], a_strides=[1], a_type=" + a +
                         operand("b", b) + operand("c", c) + more);
  };
  EXPECT_EQ(map("copy", "fp32", "i8"), "");
  EXPECT_EQ(map("copy", "i48", "bf16"), "");
  EXPECT_EQ(map("add", "fp32", "bf16", "fp16"), "");
  EXPECT_EQ(map("add", "fp32", "fp32", "", "", ", immediate=4294967295"), "");
  EXPECT_EQ(map("greater", "fp16", "i1", "fp16"), "");
  EXPECT_EQ(map("select", "i1", "fp16", "fp16", "fp16"), "");
  EXPECT_EQ(map("power", "fp16", "fp16", "fp16"), "");
  EXPECT_EQ(map("maximum", "fp16", "fp16", "fp16", "", ", ignore_nan"), "");
  EXPECT_EQ(map("add", "fp32", "i32", "fp32"), "map-floats");
  EXPECT_EQ(map("add", "fp32", "fp32", "i32"), "map-floats");
  EXPECT_EQ(map("greater", "fp16", "fp16", "fp16"), "map-floats");
  EXPECT_EQ(map("select", "i1", "fp32", "fp16", "fp16"), "map-floats");
  EXPECT_EQ(map("select", "fp16", "fp16", "fp16", "fp16"), "map-floats");
  for (const char *integers :
       {"and", "or", "xor", "not", "shift_left", "shift_right",
        "shift_right_arithmetic", "count_leading_zeros", "divide", "table"})
    EXPECT_EQ(map(integers, "fp32", "fp32"), "map-floats") << integers;
  for (const char *floats :
       {"reciprocal", "reciprocal_sqrt", "exp", "log", "power", "sigmoid",
        "tanh", "erf", "sine", "cosine", "floor", "ceiling", "negate"}) {
    EXPECT_EQ(map(floats, "bf16", "bf16"), "") << floats;
    EXPECT_EQ(map(floats, "i32", "i32"), "map-floats") << floats;
  }
  EXPECT_EQ(map("copy", "fp8e4m3", "fp8e4m3"), "map-types");
  for (const char *more :
       {", a_zero_point=1", ", a_multiplier=1", ", a_shift=1",
        ", b_zero_point=1", ", b_multiplier=1", ", b_shift=1",
        ", product_shift=1", ", multiplier=1", ", shift=1",
        ", rounding=inexact", ", dst_zero_point=1", ", clamp_min=-1",
        ", clamp_max=4294967296", ", immediate=-1", ", immediate=4294967296"})
    EXPECT_EQ(map("add", "fp32", "fp32", "", "", more), "map-float-fields")
        << more;
  EXPECT_EQ(map("copy", "i8", "fp32", "", "", ", a_zero_point=1"),
            "map-float-fields");
  EXPECT_EQ(map("maximum", "i8", "i8", "i8", "", ", ignore_nan"),
            "map-float-fields");
}

TEST(FloatRules, PoolAndReduce) {
  auto pool = [](StringRef operation, StringRef type, StringRef more = "") {
    return brokenOnFloat("pool operation=" + operation +
                         ", dst=pad[0], dst_strides=[0, 0, 1], src=pad[0], "
                         "src_strides=[0, 0, 1], channels=4, type=" +
                         type + more);
  };
  EXPECT_EQ(pool("maximum", "fp16", ", ignore_nan, clamp_min=0"), "");
  EXPECT_EQ(pool("linear", "fp32", ", kernel_rows=2, kernel_columns=2"), "");
  EXPECT_EQ(pool("linear", "i32", ", kernel_rows=2, kernel_columns=2"),
            "pool-taps");
  for (const char *more :
       {", src_zero_point=1", ", dst_zero_point=1", ", clamp_min=-1"})
    EXPECT_EQ(pool("average", "fp32", more), "pool-float-fields") << more;
  EXPECT_EQ(pool("maximum", "i8", ", ignore_nan"), "pool-float-fields");

  auto reduce = [](StringRef operation, StringRef src, StringRef dst,
                   StringRef more = "") {
    return brokenOnFloat(
        "reduce operation=" + operation +
        ", dims=[1], dst=pad[0], dst_strides=[1], dst_type=" + dst +
        ", src=pad[0], src_strides=[0, 1], src_type=" + src + ", reduced=4" +
        more);
  };
  EXPECT_EQ(reduce("sum", "fp32", "bf16"), "");
  EXPECT_EQ(reduce("argmax", "fp16", "i32", ", ignore_nan"), "");
  EXPECT_EQ(reduce("argmax", "i8", "fp32"), "reduce-floats");
  EXPECT_EQ(reduce("product", "fp32", "i32"), "reduce-floats");
  EXPECT_EQ(reduce("all", "fp32", "fp32"), "reduce-floats");
  EXPECT_EQ(reduce("maximum", "i8", "i8", ", ignore_nan"),
            "reduce-float-fields");
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
