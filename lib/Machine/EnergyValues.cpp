// Energies and where they are from, as values of a machine file.
#include "Nodes.h"
#include "Values.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace lacuna;
using llvm::Error;
using llvm::StringRef;

static constexpr double maxEnergy = 1e9;

/// The shortest decimal that reads back as `value`.
static std::string formatDouble(double value) {
  std::string text;
  for (int digits = 1; digits <= 17; ++digits) {
    text.clear();
    llvm::raw_string_ostream(text) << llvm::format("%.*g", digits, value);
    double back;
    if (!StringRef(text).getAsDouble(back) && back == value)
      break;
  }
  return text;
}

Error lacuna::readValue(const YamlNode &node, StringRef file,
                        SourcedValue &value, SourcedRule rule) {
  if (Error error = expectKeys(node, file, {"value", "source"}, describe(rule)))
    return error;
  const YamlNode &number = node.find("value")->value;
  const YamlNode &source = node.find("source")->value;
  // getAsDouble alone would also take "nan" and "inf".
  bool isNumber = number.kind == YamlNode::Kind::Scalar &&
                  !number.text.empty() && llvm::isDigit(number.text.front()) &&
                  !StringRef(number.text).getAsDouble(value.value) &&
                  std::isfinite(value.value);
  if (!isNumber || value.value < 0 || value.value > maxEnergy)
    return fail(number, file, "this must be a number from 0 to 1e9");
  if (source.kind != YamlNode::Kind::Scalar || source.text.empty())
    return fail(source, file, "a source must say where the figure comes from");
  value.source = source.text;
  return Error::success();
}

ValueText lacuna::formatValue(const SourcedValue &value) {
  return {{"{value: " + formatDouble(value.value) +
           ", source: " + quote(value.source) + "}"}};
}

ValueText lacuna::formatForHash(const SourcedValue &value) {
  return {{formatDouble(value.value)}};
}

std::string lacuna::describe(SourcedRule) {
  return "{value: NUMBER, source: TEXT}";
}

std::string lacuna::getPairName(ElementType input, ElementType weights) {
  return (getName(input) + "x" + getName(weights)).str();
}

Error lacuna::readValue(const YamlNode &node, StringRef file,
                        std::vector<MacEnergy> &value, MacEnergiesRule rule) {
  if (node.kind != YamlNode::Kind::Mapping)
    return fail(node, file, "this must be " + describe(rule));
  for (const YamlEntry &entry : node.entries) {
    auto [inputName, weightsName] = StringRef(entry.key).split('x');
    std::optional<ElementType> input = elementTypeFromName(inputName);
    std::optional<ElementType> weights = elementTypeFromName(weightsName);
    if (!input || !weights)
      return makeError(entry.getLocation(file),
                       "'" + entry.key +
                           "' is not a pair of types, such as "
                           "i8xi8");
    MacEnergy energy{*input, *weights, {}};
    if (Error error =
            readValue(entry.value, file, energy.energy, SourcedRule{}))
      return error;
    value.push_back(std::move(energy));
  }
  return Error::success();
}

template <typename Format>
static ValueText formatEnergies(const std::vector<MacEnergy> &value,
                                Format format) {
  ValueText text;
  text.isBlock = true;
  for (const MacEnergy &energy : value)
    text.lines.push_back(getPairName(energy.input, energy.weights) + ": " +
                         format(energy.energy).lines.front());
  return text;
}

ValueText lacuna::formatValue(const std::vector<MacEnergy> &value) {
  return formatEnergies(
      value, [](const SourcedValue &one) { return formatValue(one); });
}

ValueText lacuna::formatForHash(const std::vector<MacEnergy> &value) {
  return formatEnergies(
      value, [](const SourcedValue &one) { return formatForHash(one); });
}

std::string lacuna::describe(MacEnergiesRule) {
  return "a mapping from pairs such as i8xi8 to {value, source}";
}
