// JSON and YAML from untrusted text.
#include "lacuna/Support/GuardedText.h"
#include "lacuna/Support/YamlTree.h"

#include "gmock/gmock.h"

#include <random>

using namespace lacuna;
using testing::HasSubstr;

static std::string jsonError(llvm::StringRef text) {
  auto value = parseJson(text, "x.json");
  return value ? "no error" : toString(value.takeError());
}

static std::string yamlError(llvm::StringRef text) {
  auto value = parseYaml(text, "x.yaml");
  return value ? "no error" : toString(value.takeError());
}

TEST(Json, ErrorsHaveAPlace) {
  EXPECT_EQ(jsonError("{\"a\": [1, 2]}"), "no error");
  EXPECT_THAT(jsonError("{\n\"a\": x}"),
              HasSubstr("x.json:2:6: this is not JSON: "));
}

TEST(Json, DepthIsLimited) {
  EXPECT_EQ(jsonError(std::string(64, '[') + std::string(64, ']')), "no error");
  EXPECT_EQ(jsonError(std::string(65, '[') + std::string(65, ']')),
            "x.json:1:65: nesting is deeper than the limit of 64");
  EXPECT_THAT(jsonError(std::string(1000000, '[')), HasSubstr("deeper"));
  EXPECT_EQ(jsonError("[\"\\\"" + std::string(100, '[') + "\"]"), "no error");
}

TEST(Yaml, TreeKnowsItsPlaces) {
  auto tree = parseYaml("a: 1\nb:\n  - x\n  - {c: 'it''s'}\ne:\n", "x.yaml");
  ASSERT_TRUE(static_cast<bool>(tree)) << toString(tree.takeError());
  ASSERT_EQ(tree->entries.size(), 3u);
  EXPECT_EQ(tree->find("a")->value.text, "1");
  EXPECT_EQ(tree->find("a")->value.getLocation("f").str(), "f:1:4");
  const YamlNode &list = tree->find("b")->value;
  ASSERT_EQ(list.items.size(), 2u);
  const YamlEntry *inner = list.items[1].find("c");
  EXPECT_EQ(inner->value.text, "it's");
  EXPECT_EQ(inner->getLocation("f").str(), "f:4:6");
  EXPECT_EQ(tree->find("e")->value.kind, YamlNode::Kind::Null);
  EXPECT_EQ(tree->find("e")->value.line, 5u);
  EXPECT_EQ(tree->find("z"), nullptr);
}

TEST(Yaml, RefusesWithAPlace) {
  EXPECT_THAT(yamlError("a: [1, 2\nb: 3\n"),
              HasSubstr("x.yaml:2:5: this is not YAML: "));
  EXPECT_EQ(yamlError("a: 1\nb: 2\na: 3\n"),
            "x.yaml:3:1: key 'a' appears twice; the first is on line 1");
  EXPECT_THAT(yamlError("a: &x 1\nb: *x\n"), HasSubstr("not supported"));
  EXPECT_THAT(yamlError("[a]: 1\n"), HasSubstr("a key must be a word"));
  EXPECT_THAT(yamlError("a: 1\n---\nb: 1\n"), HasSubstr("more than one"));
  EXPECT_THAT(yamlError(llvm::StringRef("a: \0", 4)),
              HasSubstr("x.yaml:1:4: a zero byte"));
}

TEST(Yaml, DepthAndSizeAreLimited) {
  EXPECT_THAT(yamlError(std::string(100000, '[')), HasSubstr("deeper"));
  std::string dashes;
  for (int level = 0; level < 10000; ++level)
    dashes += "- ";
  EXPECT_THAT(yamlError(dashes), HasSubstr("deeper"));
  std::string indented;
  for (int level = 0; level < 200; ++level)
    indented += std::string(level, ' ') + "a:\n";
  EXPECT_THAT(yamlError(indented), HasSubstr("x.yaml:65:65: nesting"));
  std::string items = "[";
  for (unsigned item = 0; item <= maxYamlNodes; ++item)
    items += "a,";
  EXPECT_THAT(yamlError(items + "]"), HasSubstr("there are more than"));
  EXPECT_THAT(yamlError(std::string(maxYamlBytes + 1, ' ')),
              HasSubstr("larger than the limit"));
}

// Any bytes give a tree or an error; sanitizers watch the rest.
TEST(Yaml, SurvivesMutations) {
  const std::string text = "# c\na: {b: [1, \"x\\n\"], c: 'd'}\n"
                           "e:\n  - |\n    f\n  - ? g\n    : h\n...\n";
  std::mt19937 random(42);
  for (int round = 0; round < 5000; ++round) {
    std::string mutant = text;
    for (unsigned edit = 0; edit <= random() % 3; ++edit) {
      size_t place = random() % mutant.size();
      static const char bytes[] = "[]{}:,-?|>'\"#&*!%@`\n \t\xff\x00z";
      mutant[place] = bytes[random() % sizeof(bytes)];
    }
    (void)yamlError(mutant);
    (void)jsonError(mutant);
  }
}
