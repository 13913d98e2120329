#include "lacuna/Emulator/Arithmetic.h"

#include "gtest/gtest.h"

#include <random>

using namespace lacuna;
using namespace lacuna::arithmetic;

TEST(Arithmetic, WrapKeepsLowBits) {
  EXPECT_EQ(wrap(128, 8), -128);
  EXPECT_EQ(wrap(-129, 8), 127);
  EXPECT_EQ(wrap(int64_t(1) << 47, 48), -(int64_t(1) << 47));
  EXPECT_EQ(wrap(7, 4), 7);
  EXPECT_EQ(wrap(8, 4), -8);
}

TEST(Arithmetic, SingleRoundingIsHalfUp) {
  auto scale = [](int64_t v, int64_t m, unsigned n) {
    return applyScale(v, m, n, ScaleRounding::Single);
  };
  EXPECT_EQ(scale(1, 1, 1), 1);   // 0.5
  EXPECT_EQ(scale(-1, 1, 1), 0);  // -0.5
  EXPECT_EQ(scale(-3, 1, 1), -1); // -1.5
  EXPECT_EQ(scale(5, 3, 0), 15);
}

TEST(Arithmetic, DoubleRoundingAddsTheSignOnlyBeyond31) {
  int64_t one = int64_t(1) << 30;
  // 2^30 * 2^30 / 2^32 with remainder just below a half: the extra 2^30 lifts.
  int64_t value = (int64_t(1) << 31) - 1;
  EXPECT_EQ(applyScale(value, 1, 32, ScaleRounding::Single), 0);
  EXPECT_EQ(applyScale(value, 1, 32, ScaleRounding::Double), 1);
  EXPECT_EQ(applyScale(-one * 2, 1, 32, ScaleRounding::Single), 0);
  EXPECT_EQ(applyScale(-one * 2, 1, 32, ScaleRounding::Double), -1);
  EXPECT_EQ(applyScale(one, 1, 31, ScaleRounding::Double),
            applyScale(one, 1, 31, ScaleRounding::Single));
}

TEST(Arithmetic, ScaleIsExactInWideNumbers) {
  std::mt19937_64 random(1);
  for (int i = 0; i != 100000; ++i) {
    int64_t value = int64_t(random()) >> (random() % 64);
    int64_t multiplier = int64_t(random() & INT32_MAX) >> (random() % 31);
    unsigned shift = random() % 63;
    bool isDouble = random() & 1;
    __int128 exact = __int128(value) * multiplier;
    if (shift)
      exact += __int128(1) << (shift - 1);
    if (isDouble && shift > 31)
      exact += value >= 0 ? __int128(1) << 30 : -(__int128(1) << 30);
    exact >>= shift;
    if (exact > INT64_MAX)
      exact = INT64_MAX;
    if (exact < INT64_MIN)
      exact = INT64_MIN;
    ASSERT_EQ(
        applyScale(value, multiplier, shift,
                   isDouble ? ScaleRounding::Double : ScaleRounding::Single),
        static_cast<int64_t>(exact))
        << value << " " << multiplier << " " << shift;
  }
}

TEST(Arithmetic, ReciprocalGivesExactAverages) {
  EXPECT_EQ(Reciprocal(1).multiplier, (1 << 30) + 1);
  EXPECT_EQ(Reciprocal(1).shift, 30u);
  for (uint64_t count = 1; count != 2000; ++count) {
    Reciprocal reciprocal(count);
    EXPECT_GE(reciprocal.multiplier, int64_t(1) << 30);
    EXPECT_LT(reciprocal.multiplier, int64_t(1) << 31);
    for (int64_t average : {-128, -1, 0, 1, 127})
      EXPECT_EQ(applyScale(average * int64_t(count), reciprocal.multiplier,
                           reciprocal.shift, ScaleRounding::Single),
                average);
  }
}

TEST(Arithmetic, WideTableInterpolates) {
  auto square = [](int64_t index) { return index * index % 1000; };
  EXPECT_EQ(lookUp16(-32768, square), 0);
  EXPECT_EQ(lookUp16(-32768 + 128, square), 128);
  EXPECT_EQ(lookUp16(-32768 + 192, square), 128 + 3 * 64);
  EXPECT_EQ(lookUp16(32767, square),
            (511 * 511 % 1000) * 128 +
                (512 * 512 % 1000 - 511 * 511 % 1000) * 127);
}

TEST(Arithmetic, ShiftsAndQuotients) {
  EXPECT_EQ(shiftRightArithmetic(-3, 1, false), -2);
  EXPECT_EQ(shiftRightArithmetic(-3, 1, true), -1);
  EXPECT_EQ(shiftRightArithmetic(3, 0, true), 3);
  EXPECT_EQ(divide(-7, 2), -3);
  EXPECT_EQ(wrap(divide(INT32_MIN, -1), 32), INT32_MIN);
  EXPECT_EQ(divide(INT64_MIN, -1), INT64_MIN);
  EXPECT_EQ(multiplyShifted(3, 1, 1), 2);
  EXPECT_EQ(multiplyShifted(-3, 1, 1), -1);
}
