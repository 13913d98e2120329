// Rules Q1 and Q2: ties, ends, signedness.
#include "lacuna/Support/PortQuantization.h"

#include "gmock/gmock.h"

#include <cmath>
#include <cstring>

using namespace lacuna;
using testing::ElementsAre;
using testing::HasSubstr;

static std::vector<uint8_t> bytesOf(std::vector<float> values) {
  std::vector<uint8_t> bytes(values.size() * sizeof(float));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

static std::vector<float> floatsOf(const std::vector<uint8_t> &bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

TEST(PortQuantization, TiesGoToEvenAndEndsSaturate) {
  auto bytes =
      quantizeBytes(bytesOf({0.25f, 0.75f, -0.25f, 1e9f, -INFINITY, 10}),
                    ElementType::I8, {0.5f, -3});
  ASSERT_TRUE(static_cast<bool>(bytes));
  EXPECT_THAT(*bytes,
              ElementsAre(uint8_t(-3), uint8_t(-1), uint8_t(-3), 127, 128, 17));
}

TEST(PortQuantization, UnsignedAndWideElements) {
  auto bytes = quantizeBytes(bytesOf({-1, 300}), ElementType::U8, {1, 7});
  ASSERT_TRUE(static_cast<bool>(bytes));
  EXPECT_THAT(*bytes, ElementsAre(6, 255));
  EXPECT_THAT(floatsOf(dequantizeBytes({6, 255}, ElementType::U8, {0.5f, 7})),
              ElementsAre(-0.5f, 124));
  auto wide = quantizeBytes(bytesOf({-300}), ElementType::I16, {1, 0});
  ASSERT_TRUE(static_cast<bool>(wide));
  EXPECT_THAT(*wide, ElementsAre(0xd4, 0xfe));
  EXPECT_THAT(floatsOf(dequantizeBytes(*wide, ElementType::I16, {0.5f, 0})),
              ElementsAre(-150));
}

TEST(PortQuantization, NaNIsRefused) {
  EXPECT_THAT(toString(quantizeBytes(bytesOf({0, NAN}), ElementType::I8, {1, 0})
                           .takeError()),
              HasSubstr("element 1 is NaN"));
}
