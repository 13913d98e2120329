// What readers of values share: errors at a node, and the shapes that nodes
// have.
#ifndef LACUNA_LIB_MACHINE_NODES_H
#define LACUNA_LIB_MACHINE_NODES_H

#include "lacuna/Support/YamlTree.h"

namespace lacuna {

/// An error at `node`.
llvm::Error fail(const YamlNode &node, llvm::StringRef file,
                 const llvm::Twine &message, const llvm::Twine &hint = "");

/// Errors: `node` is none.
llvm::Error expectScalar(const YamlNode &node, llvm::StringRef file,
                         const llvm::Twine &what);

/// A list of sane length, or nothing at all for an empty one.
llvm::Error expectList(const YamlNode &node, llvm::StringRef file,
                       const llvm::Twine &what);

/// A mapping with exactly these keys.
llvm::Error expectKeys(const YamlNode &node, llvm::StringRef file,
                       llvm::ArrayRef<llvm::StringRef> keys,
                       const llvm::Twine &what);

/// `text` in quotes, as YAML writes it.
std::string quote(llvm::StringRef text);

} // namespace lacuna

#endif // LACUNA_LIB_MACHINE_NODES_H
