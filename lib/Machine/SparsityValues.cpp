// Which zeros the matrix engine leaves out, as values of a machine file.
#include "Nodes.h"
#include "Values.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace lacuna;
using llvm::Error;
using llvm::StringRef;

static constexpr uint32_t maxGroup = 64;
static constexpr IntegerRule windowRule{16, 256, true};
static constexpr IntegerRule portsRule{1, 256, true};
// In the order of the enumeration.
static constexpr llvm::StringLiteral activationWords[] = {"none", "gate",
                                                          "skip"};
static constexpr llvm::StringLiteral allActivationWords = "none, gate or skip";

std::string lacuna::toString(const WeightPattern &pattern) {
  return llvm::utostr(pattern.nonzeros) + ":" + llvm::utostr(pattern.group);
}

Error lacuna::readValue(const YamlNode &node, StringRef file,
                        std::vector<WeightPattern> &value, SparsityRule rule) {
  if (Error error = expectList(node, file, describe(rule)))
    return error;
  for (const YamlNode &item : node.items) {
    if (Error error = expectScalar(item, file, "a pattern such as 2:4"))
      return error;
    WeightPattern pattern;
    auto [nonzeros, group] = StringRef(item.text).split(':');
    if (nonzeros.getAsInteger(10, pattern.nonzeros) ||
        group.getAsInteger(10, pattern.group) || pattern.nonzeros == 0 ||
        pattern.nonzeros >= pattern.group || pattern.group > maxGroup)
      return fail(item, file,
                  "'" + item.text +
                      "' is not a pattern N:M with 1 <= N < M <= " +
                      llvm::Twine(maxGroup));
    if (llvm::is_contained(value, pattern))
      return fail(item, file, toString(pattern) + " is listed twice");
    value.push_back(pattern);
  }
  return Error::success();
}

ValueText lacuna::formatValue(const std::vector<WeightPattern> &value) {
  auto format = [](const WeightPattern &one) { return toString(one); };
  return {{"[" + llvm::join(llvm::map_range(value, format), ", ") + "]"}};
}

std::string lacuna::describe(SparsityRule) {
  return "a list of patterns such as 2:4, of groups of at most " +
         llvm::utostr(maxGroup);
}

Error lacuna::readValue(const YamlNode &node, StringRef file, SkipZeros &value,
                        SkipRule rule) {
  if (Error error =
          expectKeys(node, file, {"weights", "activations", "window", "ports"},
                     describe(rule)))
    return error;
  auto valueOf = [&](StringRef key) -> const YamlNode & {
    return node.find(key)->value;
  };
  const YamlNode &activations = valueOf("activations");
  if (Error error =
          readValue(valueOf("weights"), file, value.weights, BooleanRule{}))
    return error;
  const auto *word = llvm::find(activationWords, activations.text);
  if (activations.kind != YamlNode::Kind::Scalar ||
      word == std::end(activationWords))
    return fail(activations, file, "this must be " + allActivationWords);
  value.activations =
      static_cast<ZeroActivations>(word - std::begin(activationWords));
  if (Error error =
          readValue(valueOf("window"), file, value.window, windowRule))
    return error;
  if (Error error = readValue(valueOf("ports"), file, value.ports, portsRule))
    return error;
  if (value.ports > value.window)
    return fail(valueOf("ports"), file,
                "no more terms can enter in a cycle than a block has");
  if (!value.isEnabled())
    return fail(node, file, "this skips nothing",
                "leave the key out of a machine that has no such logic");
  return Error::success();
}

ValueText lacuna::formatValue(const SkipZeros &value) {
  return {{llvm::formatv(
      "{{weights: {0}, activations: {1}, window: {2}, ports: {3}}",
      value.weights ? "true" : "false",
      activationWords[static_cast<unsigned>(value.activations)], value.window,
      value.ports)}};
}

std::string lacuna::describe(SkipRule) {
  return "{weights: true or false; activations: " + allActivationWords.str() +
         "; window: " + describe(windowRule) +
         "; ports: " + describe(portsRule) + ", at most window}";
}
