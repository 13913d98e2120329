// Structures as text, and masks that have them.
#include "lacuna/Sparsity/Structure.h"

#include "gmock/gmock.h"

using namespace lacuna::sparsity;
using testing::ElementsAre;
using testing::HasSubstr;
using Kind = Structure::Kind;

static Structure parse(llvm::StringRef text) {
  auto structure = parseStructure(text);
  EXPECT_TRUE(static_cast<bool>(structure)) << text.str();
  return structure ? *structure : Structure();
}

static Matrix matrix(size_t columns, std::vector<double> values) {
  Matrix result;
  result.rows = values.size() / columns;
  result.columns = columns;
  result.values = std::move(values);
  return result;
}

TEST(Structure, IsReadAndWritten) {
  for (const char *text : {"none", "2:4", "1:256", "sparsity:0.75",
                           "block:4x8:0.25", "channel:0.5"})
    EXPECT_EQ(toString(parse(text)), text);
  EXPECT_EQ(toString(parse("block:2x3")), "block:2x3:0.5");
}

TEST(Structure, RefusesOtherText) {
  for (const char *text : {"",
                           "4:4",
                           "0:4",
                           "2:257",
                           "2:",
                           ":4",
                           "2:4:8",
                           "-1:4",
                           "sparsity:1",
                           "sparsity:",
                           "sparsity:nan",
                           "sparsity:-0.5",
                           "sparsity:1e9",
                           "sparsity",
                           "block:4",
                           "block:0x4",
                           "block:4x4:1",
                           "block:4x4:",
                           "channel",
                           "2 :4"}) {
    auto structure = parseStructure(text);
    ASSERT_FALSE(static_cast<bool>(structure)) << text;
    EXPECT_THAT(toString(structure.takeError()),
                HasSubstr("is no structure of zeros"));
  }
}

TEST(Structure, SaysWhatFits) {
  EXPECT_TRUE(parse("2:4").fits(1, 4));
  EXPECT_FALSE(parse("2:4").fits(9, 3));
  EXPECT_TRUE(parse("block:2x3").fits(2, 3));
  EXPECT_FALSE(parse("block:2x3").fits(1, 3));
}

TEST(SelectKept, TakesSharesOfRowsOrOfAll) {
  Matrix scores = matrix(4, {1, 2, 3, 4, 5, 6, 7, 8});
  EXPECT_THAT(selectKept(scores, parse("sparsity:0.5"), Scope::Row),
              ElementsAre(0, 0, 1, 1, 0, 0, 1, 1));
  EXPECT_THAT(selectKept(scores, parse("sparsity:0.5"), Scope::Matrix),
              ElementsAre(0, 0, 0, 0, 1, 1, 1, 1));
  // 0.3 * 4 is nearest to 1.
  EXPECT_THAT(selectKept(scores, parse("sparsity:0.3"), Scope::Row),
              ElementsAre(0, 1, 1, 1, 0, 1, 1, 1));
}

TEST(SelectKept, KeepsTheFirstOfEquals) {
  Matrix scores = matrix(4, {1, 1, 1, 1});
  EXPECT_THAT(selectKept(scores, parse("sparsity:0.5"), Scope::Row),
              ElementsAre(1, 1, 0, 0));
  EXPECT_THAT(selectKept(scores, parse("2:4"), Scope::Row),
              ElementsAre(1, 1, 0, 0));
}

TEST(SelectKept, CutsGroupsFromTheFrontAndPadsTheTail) {
  // The tail of two terms is a group of four with two zeros of its own.
  EXPECT_THAT(
      selectKept(matrix(6, {4, 3, 2, 1, 1, 2}), parse("2:4"), Scope::Row),
      ElementsAre(1, 1, 0, 0, 1, 1));
  EXPECT_THAT(
      selectKept(matrix(6, {4, 3, 2, 1, 1, 2}), parse("1:4"), Scope::Row),
      ElementsAre(1, 0, 0, 0, 0, 1));
}

TEST(SelectKept, DropsWholeBlocks) {
  Matrix scores = matrix(3, {1, 1, 9, //
                             1, 1, 0, //
                             5, 0, 3});
  // Sums 4, 9, 5 and 3: blocks at the ends are cut off.
  EXPECT_THAT(selectKept(scores, parse("block:2x2"), Scope::Matrix),
              ElementsAre(0, 0, 1, 0, 0, 1, 1, 1, 0));
  EXPECT_THAT(selectKept(scores, parse("channel:0.34"), Scope::Matrix),
              ElementsAre(1, 1, 1, 0, 0, 0, 1, 1, 1));
  // One stays.
  EXPECT_THAT(selectKept(scores, parse("channel:0.99"), Scope::Matrix),
              ElementsAre(1, 1, 1, 0, 0, 0, 0, 0, 0));
}

TEST(FindTightest, PrefersTheSmallestShareThenTheSmallestGroup) {
  EXPECT_EQ(toString(findTightest({1, 1, 1, 0, 0, 1, 1, 1}, 8)), "1:4");
  EXPECT_EQ(toString(findTightest({0, 1, 0, 1, 1, 0, 1, 0}, 8)), "1:2");
  // No two neighbours are equal in number, but halves of eight are.
  EXPECT_EQ(toString(findTightest({0, 0, 0, 1, 1, 1, 1, 0}, 8)), "4:8");
  EXPECT_EQ(toString(findTightest({0, 0, 0, 0}, 4)), "none");
  // A row too short for a group has no structure of that group.
  EXPECT_EQ(toString(findTightest({0, 1, 1}, 3)), "1:2");
}
