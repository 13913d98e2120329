// Scales, zero points and multipliers, at and beyond their limits.
#include "lacuna/Quantization/AffineScale.h"

#include "gmock/gmock.h"

#include <cmath>
#include <limits>
#include <random>

using namespace lacuna::quantization;
using testing::HasSubstr;

static AffineScale affineOf(Range range, unsigned bits, Symmetry symmetry) {
  auto affine = chooseAffine(range, bits, symmetry);
  EXPECT_TRUE(static_cast<bool>(affine));
  return affine ? *affine : AffineScale();
}

static std::string errorOf(Range range) {
  auto affine = chooseAffine(range, 8, Symmetry::Asymmetric);
  return affine ? "none" : toString(affine.takeError());
}

TEST(Affine, ZeroIsExactAndEndsAreReached) {
  AffineScale affine = affineOf({-1, 3}, 8, Symmetry::Asymmetric);
  EXPECT_EQ(affine.zeroPoint, -64);
  EXPECT_EQ(affine.quantize(0), affine.zeroPoint);
  EXPECT_EQ(affine.dequantize(affine.zeroPoint), 0);
  EXPECT_EQ(affine.quantize(-1), -128);
  EXPECT_EQ(affine.quantize(3), 127);
  EXPECT_EQ(affine.quantize(1e30), 127);
  EXPECT_EQ(affine.quantize(-std::numeric_limits<double>::infinity()), -128);
}

TEST(Affine, RangesOfOneSignReachZero) {
  AffineScale positive = affineOf({2, 6}, 8, Symmetry::Asymmetric);
  EXPECT_EQ(positive.zeroPoint, -128);
  EXPECT_EQ(positive.quantize(6), 127);
  AffineScale negative = affineOf({-6, -2}, 8, Symmetry::Asymmetric);
  EXPECT_EQ(negative.zeroPoint, 127);
  EXPECT_EQ(negative.quantize(-6), -128);
}

TEST(Affine, SymmetricHasNoZeroPoint) {
  AffineScale affine = affineOf({-1, 0.25}, 16, Symmetry::Symmetric);
  EXPECT_EQ(affine.zeroPoint, 0);
  EXPECT_EQ(affine.minimum, -32768);
  EXPECT_EQ(affine.quantize(-1), -32767);
  EXPECT_EQ(affine.scale, double(float(1.0 / 32767)));
}

TEST(Affine, HalvesGoToEven) {
  AffineScale affine{8, 1, 0, -128, 127};
  EXPECT_EQ(affine.quantize(0.5), 0);
  EXPECT_EQ(affine.quantize(1.5), 2);
  EXPECT_EQ(affine.quantize(-0.5), 0);
  EXPECT_EQ(affine.quantize(-2.5), -2);
}

TEST(Affine, DegenerateRanges) {
  EXPECT_EQ(affineOf({0, 0}, 8, Symmetry::Asymmetric).scale, 1);
  double infinity = std::numeric_limits<double>::infinity();
  EXPECT_THAT(errorOf({0, infinity}), HasSubstr("no range"));
  EXPECT_THAT(errorOf({0, std::nan("")}), HasSubstr("no range"));
  EXPECT_THAT(errorOf({1, -1}), HasSubstr("no range"));
  EXPECT_THAT(errorOf({0, 1e-44}), HasSubstr("no normal 32-bit float"));
  EXPECT_THAT(errorOf({-1.7e308, 1.7e308}),
              HasSubstr("no normal 32-bit float"));
}

TEST(Multiplier, KeepsItsErrorBound) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> exponent(-32, 28.9);
  for (int i = 0; i != 10000; ++i) {
    double factor = std::exp2(exponent(random));
    auto multiplier = chooseMultiplier(factor);
    ASSERT_TRUE(static_cast<bool>(multiplier));
    EXPECT_GE(multiplier->multiplier, 1 << 30);
    EXPECT_LE(std::abs(multiplier->getFactor() / factor - 1),
              std::ldexp(1, -31));
  }
  for (int i = 0; i != 10000; ++i) {
    double factor = std::exp2(exponent(random) / 3);
    auto multiplier = chooseMultiplier(factor, 15);
    ASSERT_TRUE(static_cast<bool>(multiplier));
    EXPECT_LT(multiplier->multiplier, 1 << 15);
    EXPECT_LE(std::abs(multiplier->getFactor() / factor - 1),
              std::ldexp(1, -15));
  }
}

TEST(Multiplier, Limits) {
  EXPECT_EQ(chooseMultiplier(1)->multiplier, 1 << 30);
  EXPECT_EQ(chooseMultiplier(1)->shift, 30);
  // Rounds up to a power of two.
  EXPECT_EQ(chooseMultiplier(1 - 1e-12)->getFactor(), 1);
  EXPECT_EQ(chooseMultiplier(std::ldexp(1, -62))->getFactor(),
            std::ldexp(1, -62));
  EXPECT_EQ(chooseMultiplier(0)->multiplier, 0);
  EXPECT_EQ(chooseMultiplier(1e-300)->multiplier, 0);
  for (double wrong : {std::ldexp(1, 29), -1.0, double(INFINITY), double(NAN)})
    EXPECT_NE(toString(chooseMultiplier(wrong).takeError()), "") << wrong;
}
