// Phases of a transposed convolution against its definition, one pair of input
// and tap at a time.
#include "lacuna/Dialect/NN/IR/Phases.h"

#include "gtest/gtest.h"

#include <random>
#include <set>

using namespace lacuna::nn;

namespace {
/// (result, input, tap).
using Product = std::tuple<int64_t, int64_t, int64_t>;

std::multiset<Product> productsOf(const TransposedAxis &axis) {
  std::multiset<Product> products;
  for (int64_t input = 0; input != axis.input; ++input)
    for (int64_t tap = 0; tap != axis.kernel; ++tap) {
      int64_t result = input * axis.stride + axis.before + tap;
      if (result >= 0 && result < axis.output)
        products.insert({result, input, tap});
    }
  return products;
}

std::multiset<Product> productsOf(const TransposedAxis &axis,
                                  llvm::ArrayRef<Phase> phases) {
  std::multiset<Product> products;
  for (const Phase &phase : phases)
    for (int64_t m = 0; m != phase.members; ++m)
      for (int64_t r = 0; r != phase.count; ++r)
        for (int64_t t = 0; t != phase.taps; ++t) {
          int64_t input = r + t - phase.padding;
          if (input >= 0 && input < axis.input)
            products.insert(
                {phase.first + axis.stride * r + m, input,
                 phase.firstTap + m + axis.stride * (phase.taps - 1 - t)});
        }
  return products;
}

TransposedAxis randomAxis(std::mt19937 &random) {
  auto between = [&](int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(random);
  };
  TransposedAxis axis;
  do {
    axis.input = between(1, 6);
    axis.kernel = between(1, 7);
    axis.stride = between(1, 5);
    axis.before = between(1 - axis.kernel, 4);
    int64_t after = between(1 - axis.kernel, 4);
    axis.output =
        (axis.input - 1) * axis.stride + axis.before + after + axis.kernel;
  } while (axis.output < 1);
  return axis;
}
} // namespace

TEST(Phases, AreTheDefinition) {
  std::mt19937 random(1);
  for (unsigned i = 0; i != 3000; ++i) {
    TransposedAxis axis = randomAxis(random);
    std::multiset<Product> expected = productsOf(axis);
    int64_t taps = 0;
    for (bool merge : {false, true}) {
      auto phases = phasesOf(axis, merge);
      ASSERT_EQ(productsOf(axis, phases), expected) << "case " << i;
      std::set<int64_t> results;
      taps = 0;
      for (const Phase &phase : phases) {
        ASSERT_GE(phase.padding, -1);
        ASSERT_LE(-phase.padding, phase.taps ? axis.input - 1 : 0);
        taps += phase.members * phase.count * phase.taps;
        for (int64_t m = 0; m != phase.members; ++m)
          for (int64_t r = 0; r != phase.count; ++r)
            ASSERT_TRUE(
                results.insert(phase.first + axis.stride * r + m).second);
      }
      // Every result once.
      ASSERT_EQ(int64_t(results.size()), axis.output);
      ASSERT_EQ(*results.rbegin(), axis.output - 1);
      ASSERT_EQ(phaseTaps(axis), taps);
    }
  }
}

TEST(Phases, AKernelAsLongAsItsStrideIsOne) {
  auto phases = phasesOf({5, 15, 3, 3, 0}, /*merge=*/true);
  ASSERT_EQ(phases.size(), 1u);
  EXPECT_EQ(phases[0].members, 3);
  EXPECT_EQ(phases[0].taps, 1);
  EXPECT_EQ(phasesOf({5, 15, 3, 3, 0}, /*merge=*/false).size(), 3u);
}

TEST(Phases, ResultsBetweenKernelsAreOneWithoutTaps) {
  // A kernel of 2, 6 apart: two phases with taps, four columns without.
  auto phases = phasesOf({5, 30, 2, 6, 0}, /*merge=*/false);
  ASSERT_EQ(phases.size(), 3u);
  EXPECT_EQ(phases[2].members, 4);
  EXPECT_EQ(phases[2].taps, 0);
}
