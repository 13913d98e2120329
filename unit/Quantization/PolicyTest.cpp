// Policies: what is read, and every mistake at its line.
#include "lacuna/Quantization/Policy.h"

#include "gmock/gmock.h"

using namespace lacuna::quantization;
using testing::HasSubstr;

static llvm::Expected<Policy> parse(llvm::StringRef text) {
  return parsePolicy(text, "p.yaml", {"conv1", "conv2", "softmax"});
}

TEST(QuantizePolicy, ReadsItsPartAlone) {
  auto policy = parse("prune: {anything: 2:4}\n"
                      "quantize:\n"
                      "  softmax: float\n"
                      "  conv2: {weights: i4, activations: i16, method: gptq,\n"
                      "          range: kl, scale: mse}\n");
  ASSERT_TRUE(static_cast<bool>(policy)) << toString(policy.takeError());
  EXPECT_EQ(policy->size(), 2u);
  EXPECT_TRUE((*policy)["softmax"].isFloat);
  const LayerPolicy &conv = (*policy)["conv2"];
  EXPECT_FALSE(conv.isFloat);
  EXPECT_EQ(conv.weightBits, 4u);
  EXPECT_EQ(conv.activationBits, 16u);
  EXPECT_EQ(conv.rounding, RoundingMethod::GPTQ);
  EXPECT_EQ(conv.range, RangeMethod::KL);
  EXPECT_EQ(conv.scale, ScaleMethod::MSE);
  EXPECT_EQ(conv.location.str(), "p.yaml:4:3");
}

TEST(QuantizePolicy, SaysAllThatIsWrong) {
  auto errorOf = [](llvm::StringRef text) {
    auto policy = parse(text);
    return policy ? "none" : toString(policy.takeError());
  };
  EXPECT_THAT(errorOf("quantize: {conv: float}"),
              testing::AllOf(HasSubstr("p.yaml:1:12: the model has no layer"),
                             HasSubstr("did you mean 'conv1'")));
  EXPECT_THAT(errorOf("quantize: {conv1: {weights: i3, method: gtpq}}"),
              testing::AllOf(HasSubstr("'i3' is no type of weights"),
                             HasSubstr("'gtpq' is no method"),
                             HasSubstr("did you mean 'gptq'")));
  EXPECT_THAT(errorOf("quantize: {conv1: i4}"), HasSubstr("'float' or a map"));
  EXPECT_THAT(errorOf("quantize: {conv1: {weight: i4}}"),
              HasSubstr("unknown key 'weight'"));
  EXPECT_THAT(errorOf("quantise: {conv1: float}"),
              testing::AllOf(HasSubstr("unknown key 'quantise'"),
                             HasSubstr("did you mean 'quantize'")));
}
