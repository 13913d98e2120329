// Names, numbers and storage of the element types.
#include "lacuna/Support/ElementType.h"

#include "gmock/gmock.h"

using namespace lacuna;

TEST(ElementType, NamesAndNumbersRoundTrip) {
  uint64_t number = 0;
  for (const ElementTypeInfo &info : getElementTypes()) {
    EXPECT_EQ(elementTypeFromNumber(number), info.type);
    EXPECT_EQ(elementTypeFromName(info.name), info.type);
    EXPECT_EQ(&getInfo(info.type), &info);
    ++number;
  }
  EXPECT_EQ(elementTypeFromNumber(number), std::nullopt);
  EXPECT_EQ(elementTypeFromName("i7"), std::nullopt);
}

TEST(ElementType, StorageBytes) {
  EXPECT_EQ(getStorageBytes(ElementType::I4, 3), 2u);
  EXPECT_EQ(getStorageBytes(ElementType::I1, 3), 3u);
  EXPECT_EQ(getStorageBytes(ElementType::I48, 3), 24u);
  EXPECT_EQ(getStorageBytes(ElementType::I16, 0), 0u);
  EXPECT_EQ(getStorageBytes(ElementType::I4, UINT64_MAX), uint64_t(1) << 63);
  EXPECT_EQ(getStorageBytes(ElementType::I16, UINT64_MAX), std::nullopt);
}

TEST(ElementType, Limits) {
  EXPECT_EQ(getMinimum(ElementType::I4), -8);
  EXPECT_EQ(getMaximum(ElementType::I4), 7);
  EXPECT_EQ(getMinimum(ElementType::U8), 0);
  EXPECT_EQ(getMaximum(ElementType::U16), 65535);
  EXPECT_EQ(getMaximum(ElementType::I1), 1);
  EXPECT_EQ(getMinimum(ElementType::I48), -(int64_t(1) << 47));
}
