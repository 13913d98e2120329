// Reading and writing single values of a machine file.
#include "Values.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/YAMLParser.h"

#include <cmath>

using namespace lacuna;
using llvm::Error;
using llvm::StringRef;
using llvm::Twine;

static constexpr double maxEnergy = 1e9;
static constexpr unsigned maxListItems = 64;
static constexpr uint32_t maxRate = 64;

static Error fail(const YamlNode &node, StringRef file, const Twine &message,
                  const Twine &hint = "") {
  return makeError(node.getLocation(file), message, hint);
}

static Error expectScalar(const YamlNode &node, StringRef file,
                          const Twine &what) {
  if (node.kind == YamlNode::Kind::Scalar)
    return Error::success();
  return fail(node, file, "this must be " + what);
}

/// A list, or nothing at all for an empty one.
static Error expectList(const YamlNode &node, StringRef file,
                        const Twine &what) {
  if (node.kind != YamlNode::Kind::Sequence &&
      node.kind != YamlNode::Kind::Null)
    return fail(node, file, "this must be " + what);
  if (node.items.size() > maxListItems)
    return fail(node, file,
                "the list has more than " + Twine(maxListItems) + " items");
  return Error::success();
}

/// A mapping with exactly these keys.
static Error expectKeys(const YamlNode &node, StringRef file,
                        llvm::ArrayRef<StringRef> keys, const Twine &what) {
  if (node.kind != YamlNode::Kind::Mapping)
    return fail(node, file, "this must be " + what);
  for (const YamlEntry &entry : node.entries)
    if (!llvm::is_contained(keys, entry.key))
      return makeError(entry.getLocation(file),
                       "unknown key '" + entry.key + "'; this must be " + what);
  for (StringRef key : keys)
    if (!node.find(key))
      return fail(node, file,
                  "key '" + key + "' is missing; this must be " + what);
  return Error::success();
}

//===- Numbers, texts, choices --------------------------------------------===//

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

static std::string quote(StringRef text) {
  return "\"" + llvm::yaml::escape(text, /*EscapePrintable=*/false) + "\"";
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

//===- Types --------------------------------------------------------------===//

static std::string listTypes(llvm::ArrayRef<ElementType> types) {
  return llvm::join(llvm::map_range(types, getName), ", ");
}

/// The types that no engine has yet are known by name, so that they can be
/// refused with a reason.
static Error readType(const YamlNode &node, StringRef file, ElementType &type,
                      llvm::ArrayRef<ElementType> allowed) {
  if (Error error = expectScalar(node, file, "an element type"))
    return error;
  std::optional<ElementType> found = elementTypeFromName(node.text);
  if (!found)
    return fail(node, file, "'" + node.text + "' is not an element type",
                "it must be one of " + listTypes(allowed));
  if (!llvm::is_contained(allowed, *found))
    return fail(node, file,
                (getInfo(*found).isFloat ? "no engine supports the float type '"
                                         : "this can't be of type '") +
                    Twine(node.text) + "'",
                "it must be one of " + listTypes(allowed));
  type = *found;
  return Error::success();
}

static Error readRate(const YamlNode &node, StringRef file, Rate &rate) {
  StringRef text(node.text);
  auto isAllowed = [](uint32_t value) {
    return llvm::isPowerOf2_32(value) && value <= maxRate;
  };
  Rate read;
  bool isFraction = text.consume_front("1/");
  uint32_t &number = isFraction ? read.denominator : read.numerator;
  if (node.kind != YamlNode::Kind::Scalar || text.getAsInteger(10, number) ||
      !isAllowed(number))
    return fail(node, file,
                "a rate must be a power of two or one over it, from 1/" +
                    Twine(maxRate) + " to " + Twine(maxRate));
  rate = read;
  return Error::success();
}

static constexpr ElementType operandTypes[] = {ElementType::I4, ElementType::I8,
                                               ElementType::I16};
static constexpr ElementType accumulatorTypes[] = {ElementType::I32,
                                                   ElementType::I48};
static constexpr ElementType vectorTypes[] = {
    ElementType::I1,  ElementType::I4,  ElementType::I8,  ElementType::U8,
    ElementType::I16, ElementType::U16, ElementType::I32, ElementType::I48};

Error lacuna::readValue(const YamlNode &node, StringRef file,
                        std::vector<MacType> &value, MacTypesRule rule) {
  if (Error error = expectList(node, file, describe(rule)))
    return error;
  if (node.items.empty())
    return fail(node, file, "the matrix engine needs at least one entry");
  for (const YamlNode &item : node.items) {
    if (Error error = expectKeys(
            item, file, {"input", "weights", "accumulator", "rate"},
            "{input: TYPE, weights: TYPE, accumulator: TYPE, rate: RATE}"))
      return error;
    MacType type;
    const YamlNode &accumulator = item.find("accumulator")->value;
    if (Error error =
            readType(item.find("input")->value, file, type.input, operandTypes))
      return error;
    if (Error error = readType(item.find("weights")->value, file, type.weights,
                               operandTypes))
      return error;
    if (Error error =
            readType(accumulator, file, type.accumulator, accumulatorTypes))
      return error;
    if (Error error = readRate(item.find("rate")->value, file, type.rate))
      return error;
    // TOSA's convolutions and matrix products name one accumulator for each
    // input type.
    ElementType required =
        type.input == ElementType::I16 ? ElementType::I48 : ElementType::I32;
    if (type.accumulator != required)
      return fail(accumulator, file,
                  getName(type.input) + " inputs add up in " +
                      getName(required) + ", as TOSA asks");
    auto isSamePair = [&](const MacType &other) {
      return other.input == type.input && other.weights == type.weights;
    };
    if (llvm::any_of(value, isSamePair))
      return fail(item, file,
                  getPairName(type.input, type.weights) + " is listed twice");
    value.push_back(type);
  }
  return Error::success();
}

ValueText lacuna::formatValue(const std::vector<MacType> &value) {
  ValueText text;
  text.isBlock = true;
  for (const MacType &type : value) {
    std::string rate = type.rate.denominator == 1
                           ? llvm::utostr(type.rate.numerator)
                           : "1/" + llvm::utostr(type.rate.denominator);
    text.lines.push_back(llvm::formatv(
        "- {{input: {0}, weights: {1}, accumulator: {2}, rate: {3}}",
        getName(type.input), getName(type.weights), getName(type.accumulator),
        rate));
  }
  return text;
}

std::string lacuna::describe(MacTypesRule) {
  return "a list of {input, weights: " + listTypes(operandTypes) +
         "; accumulator: i48 for i16 inputs, else i32; rate: a power of two or "
         "one over it, from 1/" +
         llvm::utostr(maxRate) + " to " + llvm::utostr(maxRate) + "}";
}

Error lacuna::readValue(const YamlNode &node, StringRef file,
                        std::vector<std::string> &value, SparsityRule rule) {
  if (Error error = expectList(node, file, describe(rule)))
    return error;
  if (!node.items.empty())
    return fail(node.items.front(), file,
                "no instruction skips structured zeros yet; leave the list "
                "empty");
  value.clear();
  return Error::success();
}

ValueText lacuna::formatValue(const std::vector<std::string> &value) {
  return {{"[" + llvm::join(value, ", ") + "]"}};
}

std::string lacuna::describe(SparsityRule) { return "an empty list"; }

Error lacuna::readValue(const YamlNode &node, StringRef file,
                        std::vector<ElementType> &value,
                        ElementTypesRule rule) {
  if (Error error = expectList(node, file, describe(rule)))
    return error;
  for (const YamlNode &item : node.items) {
    ElementType type;
    if (Error error = readType(item, file, type, vectorTypes))
      return error;
    if (llvm::is_contained(value, type))
      return fail(item, file, getName(type) + " is listed twice");
    value.push_back(type);
  }
  return Error::success();
}

ValueText lacuna::formatValue(const std::vector<ElementType> &value) {
  return {{"[" + listTypes(value) + "]"}};
}

std::string lacuna::describe(ElementTypesRule) {
  return "a list of " + listTypes(vectorTypes);
}

//===- Energies -----------------------------------------------------------===//

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
