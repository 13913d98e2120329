// Conversions of the float formats against LLVM's APFloat, an implementation
// by others: every pattern of the narrow types, and the fp32 numbers at and
// beside every place where rounding changes its mind.
#include "lacuna/Reference/Float.h"

#include "llvm/ADT/APFloat.h"
#include "gtest/gtest.h"

#include <cmath>
#include <cstring>
#include <random>
#include <vector>

using namespace lacuna;
using namespace lacuna::reference;
using llvm::APFloat;

namespace {

float fromBits(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

uint32_t toBits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

const llvm::fltSemantics &semantics(ElementType type) {
  switch (type) {
  case ElementType::FP8E4M3:
    return APFloat::Float8E4M3FN();
  case ElementType::FP8E5M2:
    return APFloat::Float8E5M2();
  case ElementType::BF16:
    return APFloat::BFloat();
  case ElementType::FP16:
    return APFloat::IEEEhalf();
  default:
    return APFloat::IEEEsingle();
  }
}

/// What encode must give: APFloat's rounding, and X4's NaN.
int64_t encodeByAPFloat(ElementType type, APFloat value) {
  bool losesInfo;
  value.convert(semantics(type), APFloat::rmNearestTiesToEven, &losesInfo);
  if (value.isNaN())
    return fp::canonicalNaN(type);
  return int64_t(value.bitcastToAPInt().getZExtValue());
}

class NarrowFloat : public testing::TestWithParam<ElementType> {
protected:
  ElementType type = GetParam();
  int64_t patterns = int64_t(1) << getInfo(type).bits;

  void expectEncoded(float value) {
    EXPECT_EQ(fp::encode(type, value), encodeByAPFloat(type, APFloat(value)))
        << std::hexfloat << value;
  }
};

TEST_P(NarrowFloat, EveryPatternWidensExactly) { // X1, X2
  for (int64_t bits = 0; bits < patterns; ++bits) {
    APFloat expected(semantics(type), llvm::APInt(getInfo(type).bits, bits));
    float value = fp::decode(type, bits);
    if (expected.isNaN()) {
      EXPECT_TRUE(std::isnan(value)) << bits;
      EXPECT_EQ(fp::encode(type, value), fp::canonicalNaN(type));
      continue;
    }
    bool losesInfo;
    expected.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven,
                     &losesInfo);
    EXPECT_EQ(toBits(value), toBits(expected.convertToFloat())) << bits;
    EXPECT_EQ(fp::encode(type, value), bits);
  }
}

TEST_P(NarrowFloat, RoundsAroundEveryHalfway) { // X3
  for (int64_t bits = 0; bits < patterns; ++bits) {
    float here = fp::decode(type, bits);
    float next = fp::decode(type, bits + 1);
    if (!std::isfinite(here))
      continue;
    // After the greatest number comes what would be the next one.
    if (!std::isfinite(next))
      next = here + (here - fp::decode(type, bits - 1));
    auto halfway = float((double(here) + next) / 2);
    for (float value : {here, halfway, next})
      for (int away = -2; away <= 2; ++away)
        expectEncoded(fromBits(toBits(value) + away));
  }
}

TEST_P(NarrowFloat, RoundsAnyFP32) { // X3
  std::mt19937 random(20);
  for (int i = 0; i < 1'000'000; ++i)
    expectEncoded(fromBits(random()));
  for (uint32_t bits : {0x7f800000u, 0xff800000u, 0x7fc00000u, 0xffc12345u,
                        0x7f7fffffu, 0x00000001u, 0x80000000u})
    expectEncoded(fromBits(bits));
}

TEST_P(NarrowFloat, IntegersRoundOnce) { // X18
  std::mt19937_64 random(21);
  for (int i = 0; i < 200'000; ++i) {
    int64_t value = int64_t(random()) >> (11 + random() % 52);
    EXPECT_EQ(fp::encodeInteger(type, value),
              encodeByAPFloat(type, APFloat(double(value))))
        << value;
  }
}

INSTANTIATE_TEST_SUITE_P(, NarrowFloat,
                         testing::Values(ElementType::FP8E4M3,
                                         ElementType::FP8E5M2,
                                         ElementType::BF16, ElementType::FP16),
                         [](const auto &info) {
                           return getName(info.param).str();
                         });

TEST(FloatFormats, FP32KeepsEverythingButNaNs) {
  std::mt19937 random(22);
  for (int i = 0; i < 100'000; ++i) {
    uint32_t bits = random();
    float value = fp::decode(ElementType::FP32, bits);
    EXPECT_EQ(fp::encode(ElementType::FP32, value),
              std::isnan(value) ? 0x7fc00000 : bits);
  }
  EXPECT_EQ(fp::encodeInteger(ElementType::FP32, (1 << 24) + 1), 0x4b800000);
  EXPECT_EQ(fp::encodeInteger(ElementType::FP32, (1 << 24) + 3), 0x4b800002);
}

TEST(FloatFormats, IntegersDoNotPassThroughFP32) { // X18
  // One above halfway between two bf16 numbers, and too close for fp32 to
  // tell.
  int64_t above = (int64_t(1) << 30) + (1 << 22) + 1;
  EXPECT_EQ(fp::encodeInteger(ElementType::BF16, above), 0x4e81);
  EXPECT_EQ(fp::encode(ElementType::BF16, float(above)), 0x4e80);
}

TEST(FloatFormats, TooLargeIsInfinityOrNaN) { // X3
  EXPECT_EQ(fp::encode(ElementType::FP8E4M3, 464.0f), 0x7e);
  EXPECT_EQ(fp::encode(ElementType::FP8E4M3, 464.0001f), 0x7f);
  EXPECT_EQ(fp::encode(ElementType::FP8E4M3, -INFINITY), 0x7f);
  EXPECT_EQ(fp::encode(ElementType::FP8E5M2, -61440.0f), 0xfc);
  EXPECT_EQ(fp::encode(ElementType::FP8E5M2, 61439.0f), 0x7b);
  EXPECT_EQ(fp::encode(ElementType::FP16, 65520.0f), 0x7c00);
  EXPECT_EQ(fp::encode(ElementType::BF16, -3.4e38f), 0xff80);
}

TEST(FloatFormats, CastToIntegerRoundsAndSaturates) { // X18
  EXPECT_EQ(fp::toInteger(2.5f, 8), 2);
  EXPECT_EQ(fp::toInteger(3.5f, 8), 4);
  EXPECT_EQ(fp::toInteger(-0.5f, 8), 0);
  EXPECT_EQ(fp::toInteger(-1.5f, 8), -2);
  EXPECT_EQ(fp::toInteger(0x1.fffffep-2f, 8), 0);
  EXPECT_EQ(fp::toInteger(127.5f, 8), 127);
  EXPECT_EQ(fp::toInteger(-129.0f, 8), -128);
  EXPECT_EQ(fp::toInteger(INFINITY, 32), INT32_MAX);
  EXPECT_EQ(fp::toInteger(-0x1p31f, 32), INT32_MIN);
  EXPECT_EQ(fp::toInteger(0x1.fffffep30f, 32), 2147483520);
  EXPECT_EQ(fp::toInteger(NAN, 16), 0);
}

} // namespace
