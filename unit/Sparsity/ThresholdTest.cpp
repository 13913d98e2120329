// Thresholds of activations: forms, choice, policies.
#include "lacuna/Sparsity/Threshold.h"

#include "gmock/gmock.h"

using namespace lacuna;
using namespace lacuna::sparsity;
using testing::HasSubstr;
using Kind = Threshold::Kind;

/// Counts of these values.
static ActivationCounts countsOf(std::initializer_list<int> values) {
  ActivationCounts counts = {};
  for (int value : values)
    ++counts[value + 128];
  return counts;
}

static Threshold parse(llvm::StringRef text) {
  return llvm::cantFail(parseThreshold(text));
}

TEST(Threshold, ReadsItsForms) {
  EXPECT_EQ(parse("none").kind, Kind::None);
  EXPECT_EQ(parse("7").value, 7);
  EXPECT_EQ(parse("snr:12.5").decibels, 12.5);
  for (llvm::StringRef text : {"", "-1", "256", "4.5", "snr:0", "snr:201",
                               "snr:nan", "snr:", "snr:x", "some"}) {
    auto parsed = parseThreshold(text);
    EXPECT_FALSE(bool(parsed)) << text.str();
    llvm::consumeError(parsed.takeError());
  }
}

// Distances from -128 are 0, 1, 2, 2, 10: the energy is 109.
TEST(Threshold, IsTheLargestWithinItsError) {
  ActivationCounts counts = countsOf({-128, -127, -126, -126, -118});
  ChosenThreshold one = chooseThreshold(counts, -128, parse("snr:20.3"));
  EXPECT_EQ(one.value, 1);
  EXPECT_EQ(one.zerosBefore, 1u);
  EXPECT_EQ(one.zerosAfter, 2u);
  EXPECT_EQ(one.all, 5u);
  EXPECT_NEAR(*one.signalToNoise, 20.37, 0.01);
  // 109 / 9 is 10.8 dB.
  EXPECT_EQ(chooseThreshold(counts, -128, parse("snr:10.9")).value, 1);
  EXPECT_EQ(chooseThreshold(counts, -128, parse("snr:10.8")).value, 2);
  EXPECT_EQ(chooseThreshold(counts, -128, parse("snr:30")).value, 0);
  EXPECT_FALSE(chooseThreshold(counts, -128, parse("snr:30")).signalToNoise);
}

TEST(Threshold, LooksToBothSidesOfTheZeroPoint) {
  ActivationCounts counts = countsOf({1, 2, 3, 4, 5, 120});
  ChosenThreshold chosen = chooseThreshold(counts, 3, parse("1"));
  EXPECT_EQ(chosen.value, 1);
  EXPECT_EQ(chosen.zerosAfter, 3u);
}

TEST(Threshold, OfNothing) {
  ChosenThreshold chosen = chooseThreshold({}, 0, parse("snr:30"));
  EXPECT_EQ(chosen.value, 0);
  EXPECT_EQ(chosen.all, 0u);
}

TEST(Threshold, PolicyIsItsPartOfTheFile) {
  auto parsed = parseThresholds("prune: {a: 2:4}\n"
                                "threshold: {a: none, b: \"snr:25\"}\n",
                                "p.yaml", {"a", "b"});
  ASSERT_TRUE(bool(parsed)) << toString(parsed.takeError());
  EXPECT_EQ(parsed->size(), 2u);
  EXPECT_EQ((*parsed)["b"].threshold.decibels, 25);
  auto errorOf = [](llvm::StringRef text) {
    auto policy = parseThresholds(text, "p.yaml", {"a", "b"});
    return policy ? "none" : toString(policy.takeError());
  };
  EXPECT_THAT(errorOf("threshold: {c: 4}"),
              HasSubstr("p.yaml:1:13: the model has no layer called 'c'"));
  EXPECT_THAT(errorOf("threshold: {a: 400, b: [1]}"),
              testing::AllOf(HasSubstr("1:16: '400' is no threshold"),
                             HasSubstr("1:25: a threshold is written as one "
                                       "word")));
  EXPECT_THAT(errorOf("thresholds: {a: 4}"),
              HasSubstr("did you mean 'threshold'?"));
}
