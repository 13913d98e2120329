// Policies: what is read, and every mistake at its line.
#include "lacuna/Sparsity/Policy.h"

#include "gmock/gmock.h"

using namespace lacuna::sparsity;
using testing::HasSubstr;

static llvm::Expected<Policy> parse(llvm::StringRef text) {
  return parsePolicy(text, "p.yaml", {"conv1", "conv2", "a/b"});
}

TEST(Policy, ReadsWordsAndMappings) {
  auto policy =
      parse("prune:\n"
            "  conv1: none\n"
            "  conv2: {structure: \"sparsity:0.75\", criterion: wanda}\n"
            "  a/b: {criterion: hessian}\n");
  ASSERT_TRUE(static_cast<bool>(policy)) << toString(policy.takeError());
  EXPECT_EQ(policy->size(), 3u);
  EXPECT_EQ((*policy)["conv1"].structure->kind, Structure::Kind::None);
  EXPECT_EQ(toString(*(*policy)["conv2"].structure), "sparsity:0.75");
  EXPECT_EQ((*policy)["conv2"].criterion, Criterion::Wanda);
  EXPECT_FALSE((*policy)["a/b"].structure);
  EXPECT_EQ((*policy)["a/b"].location.str(), "p.yaml:4:3");
}

TEST(Policy, SaysAllThatIsWrong) {
  auto errorOf = [](llvm::StringRef text) {
    auto policy = parse(text);
    return policy ? "none" : toString(policy.takeError());
  };
  EXPECT_THAT(errorOf("prune: {conv3: 2:4}"),
              HasSubstr("p.yaml:1:9: the model has no matrix operation called "
                        "'conv3'"));
  EXPECT_THAT(errorOf("prune: {conv3: 2:4}"),
              HasSubstr("did you mean 'conv1'"));
  EXPECT_THAT(errorOf("prune: {conv1: 4:2, conv2: [2:4]}"),
              testing::AllOf(HasSubstr("'4:2' is no structure"),
                             HasSubstr("a structure is written as one word")));
  EXPECT_THAT(errorOf("prune: [conv1]"), HasSubstr("'prune' is a mapping"));
  EXPECT_THAT(errorOf("conv1: none"), HasSubstr("unknown key 'conv1'"));
  EXPECT_THAT(errorOf("- conv1"), HasSubstr("a policy is a mapping"));
  EXPECT_THAT(errorOf("prune: {conv1: none"), HasSubstr("p.yaml:1:"));
}
