// The shapes that nodes of a machine file have.
#include "Nodes.h"

#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/YAMLParser.h"

using namespace lacuna;
using llvm::Error;
using llvm::StringRef;
using llvm::Twine;

static constexpr unsigned maxListItems = 64;

Error lacuna::fail(const YamlNode &node, StringRef file, const Twine &message,
                   const Twine &hint) {
  return makeError(node.getLocation(file), message, hint);
}

Error lacuna::expectScalar(const YamlNode &node, StringRef file,
                           const Twine &what) {
  if (node.kind == YamlNode::Kind::Scalar)
    return Error::success();
  return fail(node, file, "this must be " + what);
}

Error lacuna::expectList(const YamlNode &node, StringRef file,
                         const Twine &what) {
  if (node.kind != YamlNode::Kind::Sequence &&
      node.kind != YamlNode::Kind::Null)
    return fail(node, file, "this must be " + what);
  if (node.items.size() > maxListItems)
    return fail(node, file,
                "the list has more than " + Twine(maxListItems) + " items");
  return Error::success();
}

Error lacuna::expectKeys(const YamlNode &node, StringRef file,
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

std::string lacuna::quote(StringRef text) {
  return "\"" + llvm::yaml::escape(text, /*EscapePrintable=*/false) + "\"";
}
