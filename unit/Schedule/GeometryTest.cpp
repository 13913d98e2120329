// Tiles of coordinates that a divisor made.
#include "lacuna/Schedule/Geometry.h"

#include "gtest/gtest.h"

#include <random>

using namespace lacuna::schedule;

static int64_t floorOf(int64_t value, int64_t by) {
  return value / by - (value % by < 0);
}

TEST(DivideTiles, HoldsWhatEveryTileNeedsAndNoMoreThanSomeDo) {
  std::mt19937 random(1);
  auto between = [&](int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(random);
  };
  for (int i = 0; i != 5000; ++i) {
    int64_t first = between(-40, 40), step = between(0, 60);
    int64_t reach = between(0, 60), divisor = between(1, 30);
    int64_t count = between(1, 12);
    EvenTiles tiles = divideTiles(first, step, reach, divisor, count);
    int64_t least = INT64_MAX, most = INT64_MIN;
    for (int64_t k = 0; k != count; ++k) {
      least =
          std::min(least, floorOf(first + k * step, divisor) - k * tiles.step);
      most = std::max(most, floorOf(first + k * step + reach, divisor) -
                                k * tiles.step);
    }
    ASSERT_EQ(tiles.start, least);
    ASSERT_EQ(tiles.size, most - least + 1);
    ASSERT_LE(std::abs(2 * (step - tiles.step * divisor)), divisor);
  }
}

TEST(DivideTiles, WholeStepsDoNotDrift) {
  EvenTiles tiles = divideTiles(3, 8, 7, 4, 100);
  EXPECT_EQ(tiles.start, 0);
  EXPECT_EQ(tiles.step, 2);
  EXPECT_EQ(tiles.size, 3);
}
