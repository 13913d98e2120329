// Statistics files: written and read, and files that lie.
#include "lacuna/Calibration/Statistics.h"
#include "lacuna/Support/WeightFile.h"

#include "llvm/Support/FileSystem.h"
#include "gmock/gmock.h"

#include <cmath>

using namespace lacuna;
using testing::ElementsAre;
using testing::HasSubstr;

/// A layer of two groups of two terms.
static Statistics makeStatistics() {
  Statistics statistics;
  statistics.model = 0xfeedbeefcafef00d;
  statistics.samples = 3;
  LayerStatistics &layer = statistics.layers["conv"];
  layer.groups = layer.terms = 2;
  layer.count = 12;
  layer.minimum = -4;
  layer.maximum = 5;
  layer.sum = {1, -2, 3, -4};
  layer.squares = {10, 20, 30, 40};
  layer.gram = {10, 1, 20, 30, 2, 40};
  return statistics;
}

/// What comes back of `contents` written to a file.
static llvm::Expected<Statistics> reread(llvm::StringRef contents) {
  llvm::SmallString<64> path;
  int descriptor = 0;
  EXPECT_FALSE(
      llvm::sys::fs::createTemporaryFile("statistics", "st", descriptor, path));
  llvm::raw_fd_ostream os(descriptor, /*shouldClose=*/true);
  os << contents;
  os.close();
  auto statistics = Statistics::read(path);
  llvm::sys::fs::remove(path);
  return statistics;
}

static llvm::Expected<Statistics> reread(const Statistics &statistics) {
  std::string contents;
  llvm::raw_string_ostream os(contents);
  statistics.write(os);
  return reread(contents);
}

static std::string errorOf(const Statistics &statistics) {
  auto read = reread(statistics);
  return read ? "none" : toString(read.takeError());
}

TEST(Statistics, AreReadAsWritten) {
  auto read = reread(makeStatistics());
  ASSERT_TRUE(static_cast<bool>(read)) << toString(read.takeError());
  EXPECT_EQ(read->model, 0xfeedbeefcafef00d);
  EXPECT_EQ(read->samples, 3u);
  const LayerStatistics *layer = read->find("conv");
  ASSERT_TRUE(layer);
  EXPECT_EQ(layer->count, 12u);
  EXPECT_EQ(layer->minimum, -4);
  EXPECT_EQ(layer->maximum, 5);
  EXPECT_THAT(layer->sum, ElementsAre(1, -2, 3, -4));
  EXPECT_THAT(layer->squares, ElementsAre(10, 20, 30, 40));
  EXPECT_THAT(layer->getGram(1), ElementsAre(30, 2, 40));
  EXPECT_FALSE(read->find("other"));
}

TEST(Statistics, WithoutProductsHaveNone) {
  Statistics statistics = makeStatistics();
  statistics.layers["conv"].gram.clear();
  auto read = reread(statistics);
  ASSERT_TRUE(static_cast<bool>(read));
  EXPECT_FALSE(read->find("conv")->hasGram());
}

TEST(Statistics, RefuseValuesThatNoSamplesGive) {
  Statistics statistics = makeStatistics();
  statistics.layers["conv"].sum[1] = NAN;
  EXPECT_THAT(errorOf(statistics), HasSubstr("'conv.sum' holds values that are "
                                             "not finite"));
  statistics = makeStatistics();
  statistics.layers["conv"].gram[3] = INFINITY;
  EXPECT_THAT(errorOf(statistics), HasSubstr("'conv.gram' holds values"));
  statistics = makeStatistics();
  statistics.layers["conv"].squares[0] = -1;
  EXPECT_THAT(errorOf(statistics), HasSubstr("sums of squares below zero"));
  statistics = makeStatistics();
  statistics.layers["conv"].count = 0;
  EXPECT_THAT(errorOf(statistics), HasSubstr("statistics of no input"));
}

TEST(Statistics, RefuseFilesOfOtherKinds) {
  auto errorOfFile = [](llvm::ArrayRef<NamedTensor> tensors,
                        llvm::StringRef format, llvm::StringRef schema,
                        llvm::StringRef model) {
    std::string contents;
    llvm::raw_string_ostream os(contents);
    writeSafetensors(os, tensors,
                     {{"format", format.str()},
                      {"schema", schema.str()},
                      {"model", model.str()},
                      {"samples", "1"}});
    auto read = reread(contents);
    return read ? "none" : toString(read.takeError());
  };
  EXPECT_EQ(errorOfFile({}, "lacuna-statistics", "1", "ab"), "none");
  EXPECT_THAT(errorOfFile({}, "weights", "1", "ab"),
              HasSubstr("holds no statistics"));
  EXPECT_THAT(errorOfFile({}, "lacuna-statistics", "2", "ab"),
              HasSubstr("schema '2', not '1'"));
  EXPECT_THAT(errorOfFile({}, "lacuna-statistics", "1", "model"),
              HasSubstr("name no model"));
  std::vector<uint8_t> bytes(16, 1);
  NamedTensor count{
      "a.count", NpyType::I64, {1}, llvm::ArrayRef(bytes).take_front(8)};
  EXPECT_THAT(errorOfFile({count}, "lacuna-statistics", "1", "ab"),
              HasSubstr("without the tensor 'a.sum'"));
  NamedTensor sum{
      "a.sum", NpyType::F64, {1, 1}, llvm::ArrayRef(bytes).take_front(8)};
  EXPECT_THAT(errorOfFile({count, sum}, "lacuna-statistics", "1", "ab"),
              HasSubstr("without the tensor 'a.range'"));
  NamedTensor range{"a.range", NpyType::F64, {1, 2}, bytes};
  EXPECT_THAT(errorOfFile({count, sum, range}, "lacuna-statistics", "1", "ab"),
              HasSubstr("'a.range' has another type or shape"));
  NamedTensor wide{"a.count", NpyType::I64, {2}, bytes};
  EXPECT_THAT(errorOfFile({wide, sum}, "lacuna-statistics", "1", "ab"),
              HasSubstr("'a.count' is not one 64-bit integer"));
}

TEST(Statistics, RangesAreReadAsWritten) {
  Statistics statistics = makeStatistics();
  for (double value : {0.0, -3.0, 0.25, 3.5})
    statistics.results["conv"].add(value);
  statistics.arguments["x"].add(0);
  auto read = reread(statistics);
  ASSERT_TRUE(static_cast<bool>(read)) << toString(read.takeError());
  const RangeStatistics &range = read->results["conv"];
  EXPECT_EQ(range.count, 4u);
  EXPECT_EQ(range.minimum, -3);
  EXPECT_EQ(range.maximum, 3.5);
  EXPECT_EQ(range.sum, 0.75);
  EXPECT_EQ(range.squares, 9 + 0.0625 + 12.25);
  EXPECT_EQ(range.limit, 4);
  EXPECT_EQ(range.histogram, statistics.results["conv"].histogram);
  EXPECT_EQ(read->arguments["x"].count, 1u);
  EXPECT_TRUE(read->arguments["x"].histogram.empty());
  EXPECT_TRUE(read->find("conv"));
}

TEST(Statistics, RefuseRangesThatNoSamplesGive) {
  auto errorWith = [](auto change) {
    Statistics statistics = makeStatistics();
    statistics.results["conv"].add(3);
    change(statistics.results["conv"]);
    return errorOf(statistics);
  };
  auto impossible = HasSubstr("range of 'conv' holds values that no samples");
  EXPECT_EQ(errorWith([](RangeStatistics &) {}), "none");
  EXPECT_THAT(errorWith([](RangeStatistics &r) { r.maximum = NAN; }),
              impossible);
  EXPECT_THAT(errorWith([](RangeStatistics &r) { r.maximum = 5; }), impossible);
  EXPECT_THAT(errorWith([](RangeStatistics &r) { r.limit = 3.5; }), impossible);
  EXPECT_THAT(errorWith([](RangeStatistics &r) { r.count = 0; }), impossible);
  EXPECT_THAT(errorWith([](RangeStatistics &r) { r.histogram[1] = -1; }),
              impossible);
}
