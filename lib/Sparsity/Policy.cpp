// The part of a policy that nn-prune reads.
#include "lacuna/Sparsity/Policy.h"
#include "lacuna/Sparsity/PolicyFile.h"

using namespace lacuna;
using namespace lacuna::sparsity;
using llvm::StringRef;

static void readStructure(const YamlNode &node, StringRef file,
                          LayerPolicy &layer, PolicyErrors &errors) {
  if (node.kind != YamlNode::Kind::Scalar)
    return errors.add(node.getLocation(file),
                      "a structure is written as one word");
  llvm::Expected<Structure> structure = parseStructure(node.text);
  if (structure)
    layer.structure = *structure;
  else
    errors.add(node.getLocation(file), structure.takeError());
}

static void readCriterion(const YamlNode &node, StringRef file,
                          LayerPolicy &layer, PolicyErrors &errors) {
  layer.criterion = criterionFromName(node.text);
  if (!layer.criterion)
    errors.addUnknown(node.getLocation(file),
                      "'" + node.text +
                          "' is no criterion: there are magnitude, wanda and "
                          "hessian",
                      node.text, {"magnitude", "wanda", "hessian"});
}

llvm::Expected<Policy> sparsity::parsePolicy(StringRef text, StringRef name,
                                             llvm::ArrayRef<StringRef> layers) {
  Policy policy;
  auto read = [&](const YamlEntry &layerEntry, PolicyErrors &errors) {
    LayerPolicy &layer = policy[layerEntry.key];
    layer.location = layerEntry.getLocation(name);
    if (layerEntry.value.kind != YamlNode::Kind::Mapping)
      return readStructure(layerEntry.value, name, layer, errors);
    for (const YamlEntry &entry : layerEntry.value.entries) {
      if (entry.key == "structure")
        readStructure(entry.value, name, layer, errors);
      else if (entry.key == "criterion")
        readCriterion(entry.value, name, layer, errors);
      else
        errors.addUnknown(entry.getLocation(name),
                          "unknown key '" + entry.key +
                              "': a layer has structure and criterion",
                          entry.key, {"structure", "criterion"});
    }
  };
  if (llvm::Error error = readPolicySection(text, name, "prune",
                                            "matrix operation", layers, read))
    return std::move(error);
  return policy;
}

llvm::Expected<Policy> sparsity::readPolicy(StringRef path,
                                            llvm::ArrayRef<StringRef> layers) {
  auto file = readInputFile(path, maxYamlBytes);
  if (!file)
    return file.takeError();
  return parsePolicy((*file)->getBuffer(), path, layers);
}
