// Reading policies.
#include "lacuna/Sparsity/Policy.h"
#include "lacuna/Support/InputFile.h"
#include "lacuna/Support/YamlTree.h"

using namespace lacuna;
using namespace lacuna::sparsity;
using llvm::StringRef;

namespace {
/// Reads the tree, and keeps all mistakes.
class PolicyReader {
public:
  PolicyReader(StringRef file, llvm::ArrayRef<StringRef> layers)
      : file(file), layers(layers) {}
  ~PolicyReader() { llvm::consumeError(std::move(errors)); }

  llvm::Expected<Policy> read(const YamlNode &root);

private:
  void fail(const SourceLocation &location, const llvm::Twine &message,
            const llvm::Twine &hint = "") {
    errors =
        llvm::joinErrors(std::move(errors), makeError(location, message, hint));
  }
  /// Fails with the candidate that was meant, if one is near.
  void failUnknown(const SourceLocation &location, const llvm::Twine &message,
                   StringRef name, llvm::ArrayRef<StringRef> candidates) {
    StringRef nearest = findNearest(name, candidates);
    fail(location, message,
         nearest.empty() ? llvm::Twine() : "did you mean '" + nearest + "'?");
  }

  void readLayers(const YamlNode &node);
  void readLayer(const YamlNode &node, LayerPolicy &layer);
  void readStructure(const YamlNode &node, LayerPolicy &layer);
  void readCriterion(const YamlNode &node, LayerPolicy &layer);

  StringRef file;
  llvm::ArrayRef<StringRef> layers;
  Policy policy;
  llvm::Error errors = llvm::Error::success();
};
} // namespace

void PolicyReader::readStructure(const YamlNode &node, LayerPolicy &layer) {
  if (node.kind != YamlNode::Kind::Scalar)
    return fail(node.getLocation(file), "a structure is written as one word");
  llvm::Expected<Structure> structure = parseStructure(node.text);
  if (structure) {
    layer.structure = *structure;
    return;
  }
  llvm::handleAllErrors(structure.takeError(), [&](const LocatedError &error) {
    fail(node.getLocation(file), error.getMessage(),
         error.getNotes().front().message);
  });
}

void PolicyReader::readCriterion(const YamlNode &node, LayerPolicy &layer) {
  layer.criterion = criterionFromName(node.text);
  if (!layer.criterion)
    failUnknown(node.getLocation(file),
                "'" + node.text +
                    "' is no criterion: there are magnitude, "
                    "wanda and hessian",
                node.text, {"magnitude", "wanda", "hessian"});
}

void PolicyReader::readLayer(const YamlNode &node, LayerPolicy &layer) {
  if (node.kind != YamlNode::Kind::Mapping)
    return readStructure(node, layer);
  for (const YamlEntry &entry : node.entries) {
    if (entry.key == "structure")
      readStructure(entry.value, layer);
    else if (entry.key == "criterion")
      readCriterion(entry.value, layer);
    else
      failUnknown(entry.getLocation(file),
                  "unknown key '" + entry.key +
                      "': a layer has structure and criterion",
                  entry.key, {"structure", "criterion"});
  }
}

void PolicyReader::readLayers(const YamlNode &node) {
  if (node.kind != YamlNode::Kind::Mapping)
    return fail(node.getLocation(file),
                "'prune' is a mapping from layers to structures");
  for (const YamlEntry &entry : node.entries) {
    if (!llvm::is_contained(layers, entry.key)) {
      failUnknown(entry.getLocation(file),
                  "the model has no matrix operation called '" + entry.key +
                      "'",
                  entry.key, layers);
      continue;
    }
    LayerPolicy &layer = policy[entry.key];
    layer.location = entry.getLocation(file);
    readLayer(entry.value, layer);
  }
}

llvm::Expected<Policy> PolicyReader::read(const YamlNode &root) {
  if (root.kind != YamlNode::Kind::Mapping)
    fail(root.getLocation(file), "a policy is a mapping with the key 'prune'");
  for (const YamlEntry &entry : root.entries) {
    if (entry.key == "prune")
      readLayers(entry.value);
    else
      failUnknown(entry.getLocation(file),
                  "unknown key '" + entry.key +
                      "': a policy has the key 'prune'",
                  entry.key, {"prune"});
  }
  if (errors)
    return std::exchange(errors, llvm::Error::success());
  return std::move(policy);
}

llvm::Expected<Policy> sparsity::parsePolicy(StringRef text, StringRef name,
                                             llvm::ArrayRef<StringRef> layers) {
  llvm::Expected<YamlNode> root = parseYaml(text, name);
  if (!root)
    return root.takeError();
  return PolicyReader(name, layers).read(*root);
}

llvm::Expected<Policy> sparsity::readPolicy(StringRef path,
                                            llvm::ArrayRef<StringRef> layers) {
  auto file = readInputFile(path, maxYamlBytes);
  if (!file)
    return file.takeError();
  return parsePolicy((*file)->getBuffer(), path, layers);
}
