// Building the tree from LLVM's YAML parser.
#include "lacuna/Support/YamlTree.h"
#include "lacuna/Support/GuardedText.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLParser.h"

using namespace lacuna;
using llvm::StringRef;
namespace yaml = llvm::yaml;

namespace {

class TreeBuilder {
public:
  TreeBuilder(StringRef text, StringRef name) : text(text), name(name) {}

  llvm::Expected<YamlNode> build();

private:
  llvm::Expected<YamlNode> buildNode(yaml::Node *node, unsigned depth);
  llvm::Error buildSequence(yaml::SequenceNode &sequence, YamlNode &result,
                            unsigned depth);
  llvm::Error buildMapping(yaml::MappingNode &mapping, YamlNode &result,
                           unsigned depth);

  SourceLocation locate(llvm::SMLoc place) const;
  llvm::Error fail(yaml::Node *node, const llvm::Twine &message) {
    return makeError(locate(node->getSourceRange().Start), message);
  }
  /// The parser's first complaint, if it has one.
  llvm::Error checkSyntax();

  StringRef text;
  StringRef name;
  llvm::SourceMgr sources;
  std::unique_ptr<yaml::Stream> stream;
  std::optional<llvm::SMDiagnostic> complaint;
  /// Where each line begins. SourceMgr would search a line for its start at
  /// each question, which a file of one long line makes quadratic.
  std::vector<size_t> lineBegins;
  unsigned nodeCount = 0;
};

} // namespace

SourceLocation TreeBuilder::locate(llvm::SMLoc place) const {
  const char *pointer = place.getPointer();
  if (!pointer || pointer < text.begin() || pointer > text.end())
    return SourceLocation::inFile(name);
  size_t offset = pointer - text.begin();
  auto next = llvm::upper_bound(lineBegins, offset);
  return SourceLocation::atLine(name, next - lineBegins.begin(),
                                offset - *std::prev(next) + 1);
}

llvm::Error TreeBuilder::checkSyntax() {
  if (complaint)
    return makeError(SourceLocation::atLine(name, complaint->getLineNo(),
                                            complaint->getColumnNo() + 1),
                     "this is not YAML: " + complaint->getMessage());
  if (stream->failed())
    return makeError(SourceLocation::inFile(name), "this is not YAML");
  return llvm::Error::success();
}

llvm::Expected<YamlNode> TreeBuilder::build() {
  if (text.size() > maxYamlBytes)
    return makeError(SourceLocation::inFile(name),
                     "the text is larger than the limit of " +
                         llvm::Twine(maxYamlBytes) + " bytes");
  // The parser takes a zero byte for the end of the text.
  if (size_t zero = text.find('\0'); zero != StringRef::npos)
    return makeError(SourceLocation::inText(name, text, text.data() + zero),
                     "a zero byte is not text");
  lineBegins.push_back(0);
  for (size_t offset = 0; offset < text.size(); ++offset)
    if (text[offset] == '\n')
      lineBegins.push_back(offset + 1);
  sources.setDiagHandler(
      [](const llvm::SMDiagnostic &diagnostic, void *context) {
        auto &first =
            *static_cast<std::optional<llvm::SMDiagnostic> *>(context);
        if (!first)
          first = diagnostic;
      },
      &complaint);
  stream = std::make_unique<yaml::Stream>(llvm::MemoryBufferRef(text, name),
                                          sources, /*ShowColors=*/false);
  yaml::document_iterator document = stream->begin();
  if (llvm::Error error = checkSyntax())
    return error;
  if (document == stream->end())
    return makeError(SourceLocation::inFile(name), "the file is empty");
  yaml::Node *root = document->getRoot();
  if (llvm::Error error = checkSyntax())
    return error;
  if (!root)
    return makeError(SourceLocation::inFile(name), "the file is empty");
  llvm::Expected<YamlNode> tree = buildNode(root, 1);
  if (!tree)
    return tree.takeError();
  ++document;
  if (llvm::Error error = checkSyntax())
    return error;
  if (document != stream->end())
    return makeError(SourceLocation::inFile(name),
                     "the file holds more than one YAML document");
  return tree;
}

llvm::Expected<YamlNode> TreeBuilder::buildNode(yaml::Node *node,
                                                unsigned depth) {
  if (depth > maxNesting)
    return fail(node, "nesting is deeper than the limit of " +
                          llvm::Twine(maxNesting));
  if (++nodeCount > maxYamlNodes)
    return fail(node,
                "there are more than " + llvm::Twine(maxYamlNodes) + " values");
  if (!node->getAnchor().empty())
    return fail(node, "anchors are not supported");

  YamlNode result;
  SourceLocation location = locate(node->getSourceRange().Start);
  result.line = location.line;
  result.column = location.column;
  if (auto *scalar = llvm::dyn_cast<yaml::ScalarNode>(node)) {
    llvm::SmallString<64> storage;
    result.kind = YamlNode::Kind::Scalar;
    result.text = scalar->getValue(storage).str();
  } else if (auto *block = llvm::dyn_cast<yaml::BlockScalarNode>(node)) {
    result.kind = YamlNode::Kind::Scalar;
    result.text = block->getValue().str();
  } else if (auto *sequence = llvm::dyn_cast<yaml::SequenceNode>(node)) {
    result.kind = YamlNode::Kind::Sequence;
    if (llvm::Error error = buildSequence(*sequence, result, depth))
      return error;
  } else if (auto *mapping = llvm::dyn_cast<yaml::MappingNode>(node)) {
    result.kind = YamlNode::Kind::Mapping;
    if (llvm::Error error = buildMapping(*mapping, result, depth))
      return error;
  } else if (llvm::isa<yaml::AliasNode>(node)) {
    return fail(node, "aliases are not supported");
  }
  if (llvm::Error error = checkSyntax())
    return error;
  return result;
}

llvm::Error TreeBuilder::buildSequence(yaml::SequenceNode &sequence,
                                       YamlNode &result, unsigned depth) {
  for (yaml::Node &item : sequence) {
    llvm::Expected<YamlNode> value = buildNode(&item, depth + 1);
    if (!value)
      return value.takeError();
    result.items.push_back(std::move(*value));
  }
  return llvm::Error::success();
}

llvm::Error TreeBuilder::buildMapping(yaml::MappingNode &mapping,
                                      YamlNode &result, unsigned depth) {
  llvm::StringMap<unsigned> lines;
  for (yaml::KeyValueNode &pair : mapping) {
    yaml::Node *keyNode = pair.getKey();
    if (llvm::Error error = checkSyntax())
      return error;
    auto *scalar = llvm::dyn_cast_or_null<yaml::ScalarNode>(keyNode);
    if (!scalar)
      return fail(keyNode ? keyNode : &mapping, "a key must be a word");
    llvm::SmallString<64> storage;
    YamlEntry entry;
    entry.key = scalar->getValue(storage).str();
    SourceLocation location = locate(keyNode->getSourceRange().Start);
    entry.line = location.line;
    entry.column = location.column;
    auto [previous, isNew] = lines.try_emplace(entry.key, location.line);
    if (!isNew)
      return fail(keyNode, "key '" + entry.key +
                               "' appears twice; the first is on line " +
                               llvm::Twine(previous->second));
    yaml::Node *valueNode = pair.getValue();
    if (llvm::Error error = checkSyntax())
      return error;
    if (valueNode) {
      llvm::Expected<YamlNode> value = buildNode(valueNode, depth + 1);
      if (!value)
        return value.takeError();
      entry.value = std::move(*value);
    }
    // An absent value stands where its key does.
    if (entry.value.line == 0 || entry.value.kind == YamlNode::Kind::Null) {
      entry.value.line = entry.line;
      entry.value.column = entry.column;
    }
    result.entries.push_back(std::move(entry));
  }
  return llvm::Error::success();
}

const YamlEntry *YamlNode::find(StringRef key) const {
  for (const YamlEntry &entry : entries)
    if (entry.key == key)
      return &entry;
  return nullptr;
}

llvm::Expected<YamlNode> lacuna::parseYaml(StringRef text, StringRef name) {
  return TreeBuilder(text, name).build();
}
