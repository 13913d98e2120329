// The rules of docs/numerics.md on float arithmetic (X6 to X14), at zeros,
// infinities and NaNs.
#include "lacuna/Reference/Float.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace lacuna::reference;
using fp::NanMode;

namespace {

/// Equality of bits, NaNs taken as one.
testing::AssertionResult isSame(float a, float b) {
  if ((std::isnan(a) && std::isnan(b)) ||
      (a == b && std::signbit(a) == std::signbit(b)))
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << a << " is not " << b;
}

TEST(FloatArithmetic, ATermIsFused) { // X6
  // The product of these is 1 - 2^-46: rounded on its own it would be 1.
  float above = 1 + 0x1p-23f, below = 1 - 0x1p-23f;
  EXPECT_TRUE(isSame(fp::accumulate(-1, above, below), -0x1p-46f));
}

TEST(FloatArithmetic, AZeroFactorContributesNothing) { // X7
  EXPECT_TRUE(isSame(fp::accumulate(2, 0, INFINITY), 2));
  EXPECT_TRUE(isSame(fp::accumulate(2, NAN, -0.0f), 2));
  EXPECT_TRUE(isSame(fp::accumulate(-0.0f, 0, 1), -0.0f));
  EXPECT_TRUE(isSame(fp::accumulate(2, NAN, 1), NAN));
  EXPECT_TRUE(isSame(fp::accumulate(INFINITY, -INFINITY, 1), NAN));
}

TEST(FloatArithmetic, GreatestAndLeastOrderZeros) { // X14
  for (NanMode mode : {NanMode::Propagate, NanMode::Ignore}) {
    EXPECT_TRUE(isSame(fp::maximum(-0.0f, 0.0f, mode), 0.0f));
    EXPECT_TRUE(isSame(fp::maximum(0.0f, -0.0f, mode), 0.0f));
    EXPECT_TRUE(isSame(fp::minimum(-0.0f, 0.0f, mode), -0.0f));
    EXPECT_TRUE(isSame(fp::minimum(0.0f, -0.0f, mode), -0.0f));
    EXPECT_TRUE(isSame(fp::maximum(-INFINITY, 3, mode), 3));
    EXPECT_TRUE(isSame(fp::minimum(-INFINITY, 3, mode), -INFINITY));
    EXPECT_TRUE(isSame(fp::maximum(NAN, NAN, mode), NAN));
    EXPECT_TRUE(isSame(fp::minimum(NAN, NAN, mode), NAN));
  }
}

TEST(FloatArithmetic, NaNsPropagateOrAreIgnored) { // X14
  EXPECT_TRUE(isSame(fp::maximum(NAN, 1, NanMode::Propagate), NAN));
  EXPECT_TRUE(isSame(fp::minimum(1, NAN, NanMode::Propagate), NAN));
  EXPECT_TRUE(isSame(fp::maximum(NAN, 1, NanMode::Ignore), 1));
  EXPECT_TRUE(isSame(fp::minimum(1, NAN, NanMode::Ignore), 1));
  EXPECT_TRUE(isSame(fp::clamp(NAN, -2, 3, NanMode::Ignore), -2));
  EXPECT_TRUE(isSame(fp::clamp(NAN, -2, 3, NanMode::Propagate), NAN));
  EXPECT_TRUE(isSame(fp::clamp(INFINITY, -2, 3, NanMode::Propagate), 3));
}

TEST(FloatArithmetic, RoundingToIntegersKeepsSigns) { // X10
  EXPECT_TRUE(isSame(fp::floor(-0.0f), -0.0f));
  EXPECT_TRUE(isSame(fp::ceil(-0.5f), -0.0f));
  EXPECT_TRUE(isSame(fp::floor(-0.5f), -1));
  EXPECT_TRUE(isSame(fp::ceil(0x1p-149f), 1));
  EXPECT_TRUE(isSame(fp::floor(-INFINITY), -INFINITY));
  EXPECT_TRUE(isSame(fp::ceil(NAN), NAN));
}

TEST(FloatArithmetic, ReciprocalsOfSpecialValues) { // X12, X13
  EXPECT_TRUE(isSame(fp::reciprocal(-0.0f), -INFINITY));
  EXPECT_TRUE(isSame(fp::reciprocal(-INFINITY), -0.0f));
  EXPECT_TRUE(isSame(fp::reciprocal(0x1p127f), 0x1p-127f));
  EXPECT_TRUE(isSame(fp::rsqrt(0), INFINITY));
  EXPECT_TRUE(isSame(fp::rsqrt(-0.0f), -INFINITY));
  EXPECT_TRUE(isSame(fp::rsqrt(INFINITY), 0));
  EXPECT_TRUE(isSame(fp::rsqrt(-1), NAN));
  EXPECT_TRUE(isSame(fp::rsqrt(0x1p-149f), float(1 / std::sqrt(0x1p-149f))));
}

TEST(FloatArithmetic, SignsOfNegatedZeros) { // X9
  EXPECT_TRUE(isSame(fp::negate(0.0f), -0.0f));
  EXPECT_TRUE(isSame(fp::absolute(-0.0f), 0.0f));
  EXPECT_TRUE(isSame(fp::absolute(-INFINITY), INFINITY));
}

} // namespace
