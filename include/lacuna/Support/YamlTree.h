// YAML from untrusted text, as a tree that knows where each of its parts
// stands. LLVM's parser does the reading; it hands nodes out lazily and skips
// the rest by recursion, so the tree is built first, with limits on depth and
// size, and readers only ever see the tree.
#ifndef LACUNA_SUPPORT_YAMLTREE_H
#define LACUNA_SUPPORT_YAMLTREE_H

#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lacuna {

/// Most bytes and most values of a YAML text.
constexpr uint64_t maxYamlBytes = uint64_t(1) << 20;
constexpr unsigned maxYamlNodes = 1 << 16;

struct YamlEntry;

/// A value of a YAML document.
struct YamlNode {
  enum class Kind { Null, Scalar, Sequence, Mapping };

  Kind kind = Kind::Null;
  /// The text of a scalar, its quotes and escapes resolved.
  std::string text;
  /// The items of a sequence; the entries of a mapping, in their order.
  std::vector<YamlNode> items;
  std::vector<YamlEntry> entries;
  unsigned line = 0;
  unsigned column = 0;

  SourceLocation getLocation(llvm::StringRef file) const {
    return SourceLocation::atLine(file, line, column);
  }
  /// The entry called `key`, or null.
  const YamlEntry *find(llvm::StringRef key) const;
};

/// A key of a mapping and its value. The position is the key's.
struct YamlEntry {
  std::string key;
  unsigned line = 0;
  unsigned column = 0;
  YamlNode value;

  SourceLocation getLocation(llvm::StringRef file) const {
    return SourceLocation::atLine(file, line, column);
  }
};

/// Parses the one YAML document in `text`; `name` is the file that errors
/// name. Errors: wrong syntax, not exactly one document, nesting deeper than
/// maxNesting, more than maxYamlBytes or maxYamlNodes, a key that is not a
/// scalar or appears twice in its mapping, anchors and aliases.
llvm::Expected<YamlNode> parseYaml(llvm::StringRef text, llvm::StringRef name);

} // namespace lacuna

#endif // LACUNA_SUPPORT_YAMLTREE_H
