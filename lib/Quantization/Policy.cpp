// Reading the `quantize` part of policies.
#include "lacuna/Quantization/Policy.h"
#include "lacuna/Sparsity/PolicyFile.h"
#include "lacuna/Support/InputFile.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace lacuna;
using namespace lacuna::quantization;
using llvm::StringRef;

std::optional<unsigned> quantization::weightBitsFromName(StringRef name) {
  return llvm::StringSwitch<std::optional<unsigned>>(name)
      .Case("i8", 8)
      .Case("i4", 4)
      .Case("i2", 2)
      .Default(std::nullopt);
}

std::optional<unsigned> quantization::activationBitsFromName(StringRef name) {
  return llvm::StringSwitch<std::optional<unsigned>>(name)
      .Case("i8", 8)
      .Case("i16", 16)
      .Default(std::nullopt);
}

std::optional<ScaleMethod> quantization::scaleMethodFromName(StringRef name) {
  return llvm::StringSwitch<std::optional<ScaleMethod>>(name)
      .Case("minmax", ScaleMethod::MinMax)
      .Case("mse", ScaleMethod::MSE)
      .Default(std::nullopt);
}

/// What `parse` makes of the word `node`, one of `words`.
template <typename Value>
static void
readWord(const YamlNode &node, StringRef file, std::optional<Value> &value,
         std::optional<Value> (*parse)(StringRef), StringRef what,
         llvm::ArrayRef<StringRef> words, sparsity::PolicyErrors &errors) {
  value = parse(node.text);
  if (!value)
    errors.addUnknown(node.getLocation(file),
                      "'" + node.text + "' is no " + what + ": there are " +
                          llvm::join(words, ", "),
                      node.text, words);
}

static void readLayer(const YamlNode &node, StringRef file, LayerPolicy &layer,
                      sparsity::PolicyErrors &errors) {
  if (node.kind == YamlNode::Kind::Scalar && node.text == "float") {
    layer.isFloat = true;
    return;
  }
  if (node.kind != YamlNode::Kind::Mapping)
    return errors.add(
        node.getLocation(file),
        "a layer is 'float' or a mapping: {weights: i4, method: gptq}");
  for (const YamlEntry &entry : node.entries) {
    const YamlNode &value = entry.value;
    if (entry.key == "weights")
      readWord<unsigned>(value, file, layer.weightBits, weightBitsFromName,
                         "type of weights", {"i8", "i4", "i2"}, errors);
    else if (entry.key == "activations")
      readWord<unsigned>(value, file, layer.activationBits,
                         activationBitsFromName, "type of activations",
                         {"i8", "i16"}, errors);
    else if (entry.key == "range")
      readWord<RangeMethod>(value, file, layer.range, rangeMethodFromName,
                            "range", {"minmax", "percentile", "mse", "kl"},
                            errors);
    else if (entry.key == "method")
      readWord<RoundingMethod>(value, file, layer.rounding, roundingFromName,
                               "method", {"nearest", "adaround", "gptq"},
                               errors);
    else if (entry.key == "scale")
      readWord<ScaleMethod>(value, file, layer.scale, scaleMethodFromName,
                            "scale", {"minmax", "mse"}, errors);
    else
      errors.addUnknown(
          entry.getLocation(file),
          "unknown key '" + entry.key +
              "': a layer has weights, activations, range, method and scale",
          entry.key, {"weights", "activations", "range", "method", "scale"});
  }
}

llvm::Expected<Policy>
quantization::parsePolicy(StringRef text, StringRef name,
                          llvm::ArrayRef<StringRef> layers) {
  Policy policy;
  auto read = [&](const YamlEntry &entry, sparsity::PolicyErrors &errors) {
    LayerPolicy &layer = policy[entry.key];
    layer.location = entry.getLocation(name);
    readLayer(entry.value, name, layer, errors);
  };
  if (llvm::Error error = sparsity::readPolicySection(text, name, "quantize",
                                                      "layer", layers, read))
    return std::move(error);
  return std::move(policy);
}

llvm::Expected<Policy>
quantization::readPolicy(StringRef path, llvm::ArrayRef<StringRef> layers) {
  auto file = readInputFile(path, maxYamlBytes);
  if (!file)
    return file.takeError();
  return parsePolicy((*file)->getBuffer(), path, layers);
}
