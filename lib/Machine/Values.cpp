// Single values of a machine file: numbers, texts, choices.
#include "Values.h"
#include "Nodes.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using llvm::Error;
using llvm::StringRef;

Error lacuna::readValue(const YamlNode &node, StringRef file, uint64_t &value,
                        const IntegerRule &rule) {
  if (Error error = expectScalar(node, file, "a number"))
    return error;
  llvm::APInt number;
  if (StringRef(node.text).getAsInteger(10, number))
    return fail(node, file, "'" + node.text + "' is not a whole number",
                "it must be " + describe(rule));
  if (number.getActiveBits() > 64 || number.ult(rule.minimum) ||
      number.ugt(rule.maximum) ||
      (rule.powerOfTwo && !llvm::isPowerOf2_64(number.getZExtValue())))
    return fail(node, file,
                node.text + " is not allowed here: it must be " +
                    describe(rule),
                rule.reason);
  value = number.getZExtValue();
  return Error::success();
}

Error lacuna::readValue(const YamlNode &node, StringRef file, uint32_t &value,
                        const IntegerRule &rule) {
  uint64_t wide = 0;
  if (Error error = readValue(node, file, wide, rule))
    return error;
  value = static_cast<uint32_t>(wide);
  return Error::success();
}

ValueText lacuna::formatValue(uint64_t value) {
  return {{llvm::utostr(value)}};
}
ValueText lacuna::formatValue(uint32_t value) {
  return {{llvm::utostr(value)}};
}

std::string lacuna::describe(const IntegerRule &rule) {
  if (rule.minimum == rule.maximum)
    return llvm::utostr(rule.minimum);
  std::string range = llvm::formatv("{0} to {1}", rule.minimum, rule.maximum);
  return rule.powerOfTwo ? "a power of two, " + range : range;
}

Error lacuna::readValue(const YamlNode &node, StringRef file,
                        std::string &value, const TextRule &rule) {
  if (Error error = expectScalar(node, file, "a text"))
    return error;
  auto isNameCharacter = [](char c) {
    return llvm::isAlnum(c) || c == '-' || c == '_' || c == '.';
  };
  StringRef text(node.text);
  bool isFit = text.size() <= rule.maxLength;
  if (rule.isName)
    isFit &= !text.empty() && text.front() != '.' && text.front() != '-' &&
             llvm::all_of(text, isNameCharacter);
  if (!isFit)
    return fail(node, file, "this must be " + describe(rule));
  value = node.text;
  return Error::success();
}

ValueText lacuna::formatValue(const std::string &value) {
  return {{quote(value)}};
}

std::string lacuna::describe(const TextRule &rule) {
  if (rule.isName)
    return llvm::formatv("a name of at most {0} letters, digits, '-', '_' and "
                         "'.'",
                         rule.maxLength);
  return llvm::formatv("a text of at most {0} bytes", rule.maxLength);
}

Error lacuna::readValue(const YamlNode &node, StringRef file, bool &value,
                        BooleanRule rule) {
  if (node.kind != YamlNode::Kind::Scalar ||
      (node.text != "true" && node.text != "false"))
    return fail(node, file, "this must be " + describe(rule));
  value = node.text == "true";
  return Error::success();
}

ValueText lacuna::formatValue(bool value) {
  return {{value ? "true" : "false"}};
}

std::string lacuna::describe(BooleanRule) { return "true or false"; }

// In the order of the enumeration.
static constexpr llvm::StringLiteral dataflows[] = {
    "output_stationary", "weight_stationary", "input_stationary"};

Error lacuna::readValue(const YamlNode &node, StringRef file, Dataflow &value,
                        DataflowRule rule) {
  const auto *found = llvm::find(dataflows, node.text);
  if (node.kind != YamlNode::Kind::Scalar || found == std::end(dataflows))
    return fail(node, file, "this must be " + describe(rule));
  value = static_cast<Dataflow>(found - std::begin(dataflows));
  if (value != Dataflow::OutputStationary)
    return fail(node, file,
                "dataflow '" + node.text +
                    "' is not supported yet; only "
                    "output_stationary is");
  return Error::success();
}

ValueText lacuna::formatValue(Dataflow value) {
  return {{dataflows[static_cast<unsigned>(value)].str()}};
}

std::string lacuna::describe(DataflowRule) { return "output_stationary"; }
