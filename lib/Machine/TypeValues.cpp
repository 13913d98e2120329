// Element types, and what engines do with them, as values of a machine file.
#include "Nodes.h"
#include "Values.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using llvm::Error;
using llvm::StringRef;
using llvm::Twine;

static constexpr uint32_t maxRate = 64;

static std::string listTypes(llvm::ArrayRef<ElementType> types) {
  return llvm::join(llvm::map_range(types, getName), ", ");
}

static Error readType(const YamlNode &node, StringRef file, ElementType &type,
                      llvm::ArrayRef<ElementType> allowed) {
  if (Error error = expectScalar(node, file, "an element type"))
    return error;
  std::optional<ElementType> found = elementTypeFromName(node.text);
  if (!found)
    return fail(node, file, "'" + node.text + "' is not an element type",
                "it must be one of " + listTypes(allowed));
  if (!llvm::is_contained(allowed, *found))
    return fail(node, file, "this can't be of type '" + Twine(node.text) + "'",
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

static constexpr ElementType operandTypes[] = {
    ElementType::I4,      ElementType::I8,      ElementType::I16,
    ElementType::FP8E4M3, ElementType::FP8E5M2, ElementType::BF16,
    ElementType::FP16,    ElementType::FP32};
static constexpr ElementType accumulatorTypes[] = {
    ElementType::I32, ElementType::I48, ElementType::FP32};
static constexpr ElementType vectorTypes[] = {
    ElementType::I1,      ElementType::I4,   ElementType::I8,
    ElementType::U8,      ElementType::I16,  ElementType::U16,
    ElementType::I32,     ElementType::I48,  ElementType::FP8E4M3,
    ElementType::FP8E5M2, ElementType::BF16, ElementType::FP16,
    ElementType::FP32};

/// Integers multiply integers; floats those of their own type, and those of 8
/// bits each other.
static bool isPair(ElementType input, ElementType weights) {
  if (isFloat(input) != isFloat(weights))
    return false;
  return !isFloat(input) || input == weights ||
         (getInfo(input).bits == 8 && getInfo(weights).bits == 8);
}

/// What TOSA's convolutions and matrix products add up `input` in; Lacuna adds
/// all floats up in fp32.
static ElementType getAccumulator(ElementType input) {
  if (isFloat(input))
    return ElementType::FP32;
  return input == ElementType::I16 ? ElementType::I48 : ElementType::I32;
}

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
    if (!isPair(type.input, type.weights))
      return fail(item, file,
                  "no array multiplies " + getName(type.input) + " by " +
                      getName(type.weights),
                  "integers multiply integers, floats the same type, or both "
                  "have 8 bits");
    ElementType required = getAccumulator(type.input);
    if (type.accumulator != required)
      return fail(accumulator, file,
                  getName(type.input) + " inputs add up in " +
                      getName(required) +
                      (isFloat(required) ? "" : ", as TOSA asks"));
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
         "; accumulator: fp32 for floats, which multiply their own type, or "
         "any of 8 bits; i48 for i16 inputs, else i32; rate: a power of two or "
         "one over it, from 1/" +
         llvm::utostr(maxRate) + " to " + llvm::utostr(maxRate) + "}";
}

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
