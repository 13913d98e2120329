// What all sections of a policy file have in common.
#include "lacuna/Sparsity/PolicyFile.h"

using namespace lacuna;
using namespace lacuna::sparsity;
using llvm::StringRef;
using llvm::Twine;

/// One for each pass that reads policies.
static constexpr StringRef sections[] = {"prune", "threshold", "quantize"};

void PolicyErrors::add(const SourceLocation &location, const Twine &message,
                       const Twine &hint) {
  errors =
      llvm::joinErrors(std::move(errors), makeError(location, message, hint));
}

void PolicyErrors::add(const SourceLocation &location, llvm::Error error) {
  llvm::handleAllErrors(std::move(error), [&](const LocatedError &located) {
    add(location, located.getMessage(), located.getNotes().front().message);
  });
}

void PolicyErrors::addUnknown(const SourceLocation &location,
                              const Twine &message, StringRef name,
                              llvm::ArrayRef<StringRef> candidates) {
  StringRef nearest = findNearest(name, candidates);
  add(location, message,
      nearest.empty() ? Twine() : "did you mean '" + nearest + "'?");
}

llvm::Error sparsity::readPolicySection(
    StringRef text, StringRef name, StringRef key, StringRef thing,
    llvm::ArrayRef<StringRef> layers,
    llvm::function_ref<void(const YamlEntry &, PolicyErrors &)> read) {
  llvm::Expected<YamlNode> root = parseYaml(text, name);
  if (!root)
    return root.takeError();
  PolicyErrors errors;
  if (root->kind != YamlNode::Kind::Mapping)
    errors.add(root->getLocation(name),
               "a policy is a mapping with the keys 'prune', 'threshold' and "
               "'quantize'");
  for (const YamlEntry &section : root->entries) {
    if (!llvm::is_contained(sections, section.key))
      errors.addUnknown(section.getLocation(name),
                        "unknown key '" + section.key +
                            "': a policy has the keys 'prune', 'threshold' "
                            "and 'quantize'",
                        section.key, sections);
    if (section.key != key)
      continue;
    if (section.value.kind != YamlNode::Kind::Mapping)
      errors.add(section.value.getLocation(name),
                 "'" + key +
                     "' is a mapping from layers to what is done with "
                     "them");
    for (const YamlEntry &entry : section.value.entries) {
      if (llvm::is_contained(layers, entry.key))
        read(entry, errors);
      else
        errors.addUnknown(entry.getLocation(name),
                          "the model has no " + thing + " called '" +
                              entry.key + "'",
                          entry.key, layers);
    }
  }
  return errors.take();
}
