// The scalar rules of docs/numerics.md at their boundaries. Expected values
// were computed by hand from the TOSA 1.0 pseudocode and agree with the TOSA
// reference model wherever the specification defines the result.
#include "lacuna/Reference/Arithmetic.h"

#include "gtest/gtest.h"

#include <vector>

using namespace lacuna::reference;

namespace {

constexpr int64_t least32 = INT32_MIN, most32 = INT32_MAX;
constexpr int64_t unit = int64_t(1) << 30; // multiplier of 1.0 at shift 30

TEST(Arithmetic, WrapIsModulo) { // A4
  EXPECT_EQ(wrap(most32 + 1, 32), least32);
  EXPECT_EQ(wrap((int64_t(1) << 47), 48), -(int64_t(1) << 47));
  EXPECT_EQ(wrap(300, 8), 44);
  EXPECT_EQ(wrap(-1, 64), -1);
}

TEST(Arithmetic, Saturation) {
  EXPECT_EQ(saturateSigned(128, 8), 127);
  EXPECT_EQ(saturateSigned(-129, 8), -128);
  EXPECT_EQ(saturateUnsigned(-1, 8), 0);
  EXPECT_EQ(saturateUnsigned(256, 8), 255);
}

TEST(Arithmetic, SingleRoundTakesHalvesUp) { // R3
  EXPECT_EQ(applyScale(7, unit, 30), 7);
  EXPECT_EQ(applyScale(1, unit, 31), 1);   //  0.5
  EXPECT_EQ(applyScale(-1, unit, 31), 0);  // -0.5
  EXPECT_EQ(applyScale(-3, unit, 31), -1); // -1.5
  EXPECT_EQ(applyScale(1, 1, 2), 0);       //  0.25
  EXPECT_EQ(applyScale(2, 1, 2), 1);       //  0.5
}

TEST(Arithmetic, DoubleRoundDiffersAboveShift31) { // R4
  EXPECT_EQ(applyScale(100, unit, 33), 13);        //  12.5
  EXPECT_EQ(applyScale(-100, unit, 33), -12);      // -12.5
  EXPECT_EQ(applyScale(3, unit, 33), 0);           //  0.375
  EXPECT_EQ(applyScaleDoubleRound(100, unit, 33), 13);
  EXPECT_EQ(applyScaleDoubleRound(-100, unit, 33), -13);
  EXPECT_EQ(applyScaleDoubleRound(3, unit, 33), 1);
  EXPECT_EQ(applyScaleDoubleRound(-2, unit, 32), -1); // -0.5
  EXPECT_EQ(applyScaleDoubleRound(-2, unit, 31), -1); // shift 31: as single
  EXPECT_EQ(applyScaleDoubleRound(-1, unit, 31), 0);
}

TEST(Arithmetic, ScaleReachesItsLimits) { // R3, R6
  EXPECT_EQ(applyScale(most32, most32, 62), 1);
  EXPECT_EQ(applyScale(least32, most32, 62), -1);
  EXPECT_EQ(applyScaleDoubleRound(least32, most32, 62), -1);
  // 48 bits by 15 bits.
  int64_t most48 = (int64_t(1) << 47) - 1;
  EXPECT_EQ(applyScale(most48, 32767, 62), 1);
  // Outside the specification's range the result stays exact.
  EXPECT_EQ(applyScale(most32, most32, 2), (most32 * most32 + 2) >> 2);
}

TEST(Arithmetic, LegalScales) { // R2
  EXPECT_TRUE(isLegalScale(0, 2));
  EXPECT_TRUE(isLegalScale(most32, 62));
  EXPECT_FALSE(isLegalScale(-1, 30));
  EXPECT_FALSE(isLegalScale(1, 1));
  EXPECT_FALSE(isLegalScale(1, 63));
}

TEST(Arithmetic, ReciprocalScale) { // P2
  EXPECT_EQ(reciprocalScale(1).multiplier, unit + 1);
  EXPECT_EQ(reciprocalScale(1).shift, 30);
  EXPECT_EQ(reciprocalScale(3).multiplier, 1431655766); // 2^32 / 3, rounded up
  EXPECT_EQ(reciprocalScale(3).shift, 32);
  EXPECT_EQ(reciprocalScale(4).multiplier, unit + 1);
  EXPECT_EQ(reciprocalScale(4).shift, 32);
}

TEST(Arithmetic, AveragesRoundHalvesUp) { // P2
  auto average = [](int64_t sum, int64_t count) {
    Scale scale = reciprocalScale(count);
    return applyScale(sum, scale.multiplier, scale.shift);
  };
  EXPECT_EQ(average(10, 4), 3); // 2.5
  // 1.0 + 2^-30 is slightly more than 1: a tie below zero rounds away from it.
  EXPECT_EQ(average(-10, 4), -3);
  EXPECT_EQ(average(127 * 9, 9), 127);
  EXPECT_EQ(average(-128 * 9, 9), -128);
}

TEST(Arithmetic, Multiply) { // E2, E3
  EXPECT_EQ(multiply(65536, 65537, 0), 65536);
  EXPECT_EQ(multiply(least32, least32, 0), 0);
  EXPECT_EQ(multiply(3, 1, 1), 2);   //  1.5
  EXPECT_EQ(multiply(-3, 1, 1), -1); // -1.5
  EXPECT_EQ(multiply(most32, most32, 31), most32 - 1);
  EXPECT_EQ(multiply(least32, least32, 31), least32); // 2^31 wraps
  EXPECT_EQ(multiply(least32, least32, 63), -1);      // 2^63 wraps
  EXPECT_EQ(multiply(most32, most32, 63), 0);
}

TEST(Arithmetic, Shifts) { // E4 to E7
  EXPECT_EQ(arithmeticRightShift(-3, 1, false, 32), -2);
  EXPECT_EQ(arithmeticRightShift(-3, 1, true, 32), -1);
  EXPECT_EQ(arithmeticRightShift(most32, 31, true, 32), 1);
  EXPECT_EQ(arithmeticRightShift(least32, 31, true, 32), -1);
  EXPECT_EQ(arithmeticRightShift(5, 0, true, 32), 5);
  EXPECT_EQ(logicalLeftShift(64, 1, 8), -128);
  EXPECT_EQ(logicalRightShift(-128, 1, 8), 64);
  EXPECT_EQ(logicalRightShift(-3, 1, 16), 32766);
  EXPECT_EQ(logicalRightShift(-1, 0, 32), -1);
  // Amounts are modulo the width.
  EXPECT_EQ(arithmeticRightShift(-8, 33, false, 32), -4);
  EXPECT_EQ(logicalLeftShift(1, 9, 8), 2);
  EXPECT_EQ(logicalRightShift(1, -1, 32), 0);
}

TEST(Arithmetic, Division) { // E8
  EXPECT_EQ(divide32(7, -2), -3);
  EXPECT_EQ(divide32(-7, 2), -3);
  EXPECT_EQ(divide32(least32, -1), least32);
}

TEST(Arithmetic, AbsoluteAndNegate) { // E9, E10
  EXPECT_EQ(absolute(-5, 32), 5);
  EXPECT_EQ(absolute(least32, 32), least32);
  EXPECT_EQ(negate(-128, -5, 7, 8), 127); // 130 saturates
  EXPECT_EQ(negate(-1, -5, 7, 8), 3);
  EXPECT_EQ(negate(127, -5, 7, 8), -125);
  EXPECT_EQ(negate(-32768, 0, 0, 16), 32767);
  EXPECT_EQ(negate(least32, 0, 0, 32), least32);
}

TEST(Arithmetic, CountLeadingZeros) { // E11
  EXPECT_EQ(countLeadingZeros32(0), 32);
  EXPECT_EQ(countLeadingZeros32(1), 31);
  EXPECT_EQ(countLeadingZeros32(-1), 0);
}

TEST(Arithmetic, InterpolatedTable) { // B2, B3
  std::vector<int64_t> entries(513, 0);
  entries[256] = 10;
  entries[257] = 20;
  EXPECT_EQ(lookUpInterpolated(entries, 0), 10 * 128);
  EXPECT_EQ(lookUpInterpolated(entries, 64), 15 * 128);
  EXPECT_EQ(lookUpInterpolated(entries, -1), 10 * 127);
  // Both ends, and a slope beyond 16 bits.
  entries[511] = -32768;
  entries[512] = 32767;
  entries[0] = 3;
  EXPECT_EQ(lookUpInterpolated(entries, -32768), 3 * 128);
  EXPECT_EQ(lookUpInterpolated(entries, 32767), -32768 * 128 + 65535 * 127);
}

TEST(Arithmetic, FloorDivision) { // Z1
  EXPECT_EQ(floorDivide(7, 2), 3);
  EXPECT_EQ(floorDivide(-1, 2), -1);
  EXPECT_EQ(floorDivide(-4, 2), -2);
}

} // namespace
