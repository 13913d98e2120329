// The arguments of directives.
#include "DirectiveParser.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace lacuna;

bool DirectiveParser::expectEnd() {
  return tokens.atEnd() ||
         tokens.fail(tokens.here(), "expected the end of the line");
}

bool DirectiveParser::expectComma() {
  return tokens.optional(',') || tokens.fail(tokens.here(), "expected ','");
}

bool DirectiveParser::parseKeys(ArrayRef<Key> keys) {
  SmallVector<bool, 8> seen(keys.size(), false);
  if (!tokens.atEnd()) {
    do {
      const char *at = tokens.here();
      std::optional<StringRef> name = tokens.optionalWord();
      const Key *key = llvm::find_if(
          keys, [&](const Key &k) { return name && k.name == *name; });
      if (key == keys.end()) {
        SmallVector<StringRef, 8> names;
        for (const Key &k : keys)
          names.push_back(k.name);
        return tokens.fail(at, "expected one of " + join(names, ", "));
      }
      if (std::exchange(seen[key - keys.begin()], true))
        return tokens.fail(at, "'" + key->name + "' is given twice");
      if (!tokens.optional('='))
        return tokens.fail(tokens.here(), "expected '='");
      if (!key->parse())
        return false;
    } while (tokens.optional(','));
  }
  for (const Key &key : keys)
    if (key.required && !seen[&key - keys.begin()])
      return fail("'" + key.name + "' is missing");
  return true;
}

bool DirectiveParser::parseString(std::string &value) {
  const char *at = tokens.here();
  std::optional<std::optional<std::string>> string = tokens.optionalString();
  if (!string)
    return tokens.fail(at, "expected a string in double quotes");
  if (!*string)
    return false;
  value = std::move(**string);
  return true;
}

bool DirectiveParser::parseHash(uint64_t &hash) {
  const char *at = tokens.here();
  std::string digits;
  if (!parseString(digits))
    return false;
  if (digits.size() != 16 || StringRef(digits).getAsInteger(16, hash))
    return tokens.fail(at, "a hash is 16 hexadecimal digits");
  return true;
}

bool DirectiveParser::parseLayer(Layer &layer) {
  return parseString(layer.name) &&
         (!tokens.optional(',') || parseString(layer.location));
}

bool DirectiveParser::parseShape(SmallVectorImpl<int64_t> &shape) {
  if (!tokens.optional('['))
    return tokens.fail(tokens.here(), "expected '['");
  if (tokens.optional(']'))
    return true;
  do {
    if (!grammar.parseSigned(shape.emplace_back()))
      return false;
  } while (tokens.optional(','));
  return tokens.optional(']') ||
         tokens.fail(tokens.here(), "expected ',' or ']'");
}

std::optional<TensorInfo> DirectiveParser::parseTensor() {
  TensorInfo tensor;
  const char *at = tokens.here();
  std::optional<TensorKind> kind;
  if (std::optional<StringRef> word = tokens.optionalWord())
    for (unsigned k = 0; k <= unsigned(TensorKind::Resident); ++k)
      if (getName(TensorKind(k)) == *word)
        kind = TensorKind(k);
  if (!kind) {
    tokens.fail(at, "expected what the tensor is: input, output, weights, "
                    "parameters, spill or resident");
    return std::nullopt;
  }
  tensor.kind = *kind;
  auto type = [&] { return grammar.parse(tensor.type); };
  auto shape = [&] { return parseShape(tensor.shape); };
  auto address = [&] { return parseNumber(tensor.address); };
  auto storedBytes = [&] { return parseNumber(tensor.storedBytes.emplace()); };
  auto zeroPoint = [&] {
    return grammar.parseSigned(tensor.zeroPoint.emplace());
  };
  auto scale = [&] {
    const char *here = tokens.here();
    tensor.scale = tokens.optionalReal();
    return tensor.scale || tokens.fail(here, "expected a number");
  };
  if (!parseString(tensor.name) || !expectComma() ||
      !parseKeys({{"type", true, type},
                  {"shape", true, shape},
                  {"address", true, address},
                  {"stored_bytes", false, storedBytes},
                  {"scale", false, scale},
                  {"zero_point", false, zeroPoint}}))
    return std::nullopt;
  return tensor;
}

std::optional<Region> DirectiveParser::parseRegion(uint64_t nextAddress,
                                                   bool &good) {
  const char *at = tokens.here();
  std::optional<RegionKind> kind;
  if (std::optional<StringRef> word = tokens.optionalWord())
    for (unsigned k = 0; k <= unsigned(RegionKind::Spill); ++k)
      if (getSectionName(RegionKind(k)).drop_front() == *word)
        kind = RegionKind(k);
  if (!kind) {
    tokens.fail(at, "expected what the region holds: text, constants, input, "
                    "output or spill");
    return std::nullopt;
  }
  Region region;
  region.kind = *kind;
  region.name = getSectionName(*kind).str();
  region.address = nextAddress;
  auto address = [&] { return parseNumber(region.address); };
  auto size = [&] { return parseNumber(region.size); };
  good = true;
  if (std::optional<std::optional<std::string>> name =
          tokens.optionalString()) {
    good = name->has_value() && (tokens.atEnd() || expectComma());
    if (*name)
      region.name = **name;
  }
  if (good)
    good = hasContents(*kind)
               ? parseKeys({{"address", false, address}})
               : parseKeys({{"address", false, address}, {"size", true, size}});
  return region;
}
