// Block-scaled numbers: every pattern of every element against LLVM's APFloat,
// an implementation by others; rounding at and beside every halfway point; and
// the choice of scales.
#include "lacuna/Support/BlockFloat.h"

#include "llvm/ADT/APFloat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cmath>
#include <random>

using namespace lacuna;
using llvm::APFloat;
using testing::ElementsAre;

namespace {

const llvm::fltSemantics &semantics(mx::Element element) {
  switch (element) {
  case mx::Element::FP8E5M2:
    return APFloat::Float8E5M2();
  case mx::Element::FP6E2M3:
    return APFloat::Float6E2M3FN();
  case mx::Element::FP6E3M2:
    return APFloat::Float6E3M2FN();
  case mx::Element::FP4E2M1:
    return APFloat::Float4E2M1FN();
  default:
    return APFloat::Float8E4M3FN();
  }
}

class FloatElement : public testing::TestWithParam<mx::Element> {
protected:
  mx::Element element = GetParam();
  unsigned bits = mx::getFormat(element).bits;

  uint8_t encodeByAPFloat(double value) {
    double maximum = mx::getFormat(element).maximum;
    APFloat number(std::clamp(value, -maximum, maximum));
    bool losesInfo;
    number.convert(semantics(element), APFloat::rmNearestTiesToEven,
                   &losesInfo);
    return uint8_t(number.bitcastToAPInt().getZExtValue());
  }
};

TEST_P(FloatElement, EveryPattern) { // S1
  for (unsigned pattern = 0; pattern < 1u << bits; ++pattern) {
    APFloat expected(semantics(element), llvm::APInt(bits, pattern));
    float value = mx::decode(element, uint8_t(pattern));
    if (expected.isNaN()) {
      EXPECT_TRUE(std::isnan(value));
      continue;
    }
    EXPECT_EQ(value, expected.convertToDouble()) << pattern;
    EXPECT_EQ(std::signbit(value), expected.isNegative());
    if (std::isfinite(value))
      EXPECT_EQ(mx::encode(element, value), pattern);
  }
}

TEST_P(FloatElement, RoundsToNearestEven) { // S2
  for (unsigned pattern = 0; pattern < 1u << bits; ++pattern) {
    float here = mx::decode(element, uint8_t(pattern));
    float next = mx::decode(element, uint8_t(pattern + 1));
    double halfway = (double(here) + next) / 2;
    if (!std::isfinite(halfway))
      continue;
    for (double value :
         {halfway, std::nextafter(halfway, 1e9), std::nextafter(halfway, -1e9)})
      EXPECT_EQ(mx::encode(element, value), encodeByAPFloat(value)) << value;
  }
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal(0, mx::getFormat(element).maximum);
  for (int i = 0; i < 100'000; ++i) {
    double value = normal(random) * std::ldexp(1, -int(random() % 8));
    EXPECT_EQ(mx::encode(element, value), encodeByAPFloat(value)) << value;
  }
}

TEST_P(FloatElement, TooLargeIsTheGreatest) { // S2
  const mx::ElementFormat &format = mx::getFormat(element);
  EXPECT_EQ(mx::decode(element, mx::encode(element, format.maximum * 1.2)),
            format.maximum);
  EXPECT_EQ(mx::decode(element, mx::encode(element, -INFINITY)),
            -format.maximum);
}

INSTANTIATE_TEST_SUITE_P(
    , FloatElement,
    testing::Values(mx::Element::FP8E4M3, mx::Element::FP8E5M2,
                    mx::Element::FP6E2M3, mx::Element::FP6E3M2,
                    mx::Element::FP4E2M1),
    [](const auto &info) { return mx::getFormat(info.param).name.str(); });

TEST(BlockFloat, IntegersAreInUnitsOf64ths) { // S1, S2
  EXPECT_EQ(mx::decode(mx::Element::INT8, 0x80), -2);
  EXPECT_EQ(mx::decode(mx::Element::INT8, 0x41), 1 + 1.0f / 64);
  EXPECT_EQ(mx::encode(mx::Element::INT8, 2.5 / 64), 2);
  EXPECT_EQ(mx::encode(mx::Element::INT8, -3.5 / 64), 0xfc);
  EXPECT_EQ(mx::encode(mx::Element::INT8, 2), 127);
  EXPECT_EQ(mx::encode(mx::Element::INT8, -5), 0x81);
}

TEST(BlockFloat, ScalesArePowersOfTwo) { // S3
  EXPECT_EQ(mx::decodeScale(127), 1);
  EXPECT_EQ(mx::decodeScale(0), 0x1p-127);
  EXPECT_EQ(mx::decodeScale(254), 0x1p127);
  EXPECT_TRUE(std::isnan(mx::decodeScale(mx::scaleNaN)));
}

TEST(BlockFloat, TheGreatestMagnitudeChoosesTheScale) { // S4
  EXPECT_EQ(mx::chooseScale(mx::Element::FP4E2M1, {0, -6.5f, 1}), 127);
  EXPECT_EQ(mx::chooseScale(mx::Element::FP4E2M1, {8}), 128);
  EXPECT_EQ(mx::chooseScale(mx::Element::FP8E4M3, {1}), 127 - 8);
  EXPECT_EQ(mx::chooseScale(mx::Element::FP8E5M2, {0x1p-149f}), 0);
  EXPECT_EQ(mx::chooseScale(mx::Element::INT8, {0x1.8p127f}), 254);
  EXPECT_EQ(mx::chooseScale(mx::Element::INT8, {0, -0.0f}), 0);
  EXPECT_EQ(mx::chooseScale(mx::Element::INT8, {1, INFINITY}), mx::scaleNaN);
  EXPECT_EQ(mx::chooseScale(mx::Element::INT8, {NAN, 1}), mx::scaleNaN);
}

TEST(BlockFloat, ABlockThereAndBack) { // S5
  uint8_t bits[4];
  float values[4];
  // The scale is 2, and 13 / 2 saturates to 6.
  EXPECT_EQ(mx::encodeBlock(mx::Element::FP4E2M1, {13, -3, 0.5f, 0.25f}, bits),
            128);
  mx::decodeBlock(mx::Element::FP4E2M1, 128, bits, values);
  EXPECT_THAT(values, ElementsAre(12, -3, 0, 0));
  EXPECT_EQ(mx::encodeBlock(mx::Element::FP4E2M1, {13, NAN, 1, 0}, bits),
            mx::scaleNaN);
  EXPECT_THAT(bits, ElementsAre(0, 0, 0, 0));
  mx::decodeBlock(mx::Element::FP4E2M1, mx::scaleNaN, bits, values);
  EXPECT_TRUE(std::isnan(values[3]));
}

} // namespace
