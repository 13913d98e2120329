// JSON from untrusted text. LLVM's JSON parser calls itself for every level of
// nesting, so a long run of brackets would exhaust the stack; depth is checked
// before it. (YAML: see YamlTree.h.)
#ifndef LACUNA_SUPPORT_GUARDEDTEXT_H
#define LACUNA_SUPPORT_GUARDEDTEXT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

namespace lacuna {

/// Levels of nesting that any text file may have.
constexpr unsigned maxNesting = 64;

/// Parses the JSON `text` of the file `name`. Errors: wrong syntax or deeper
/// nesting than maxNesting, at its line and column.
llvm::Expected<llvm::json::Value> parseJson(llvm::StringRef text,
                                            llvm::StringRef name);

/// Reads and parses the JSON file at `path`, of at most maxTextBytes.
llvm::Expected<llvm::json::Value> readJsonFile(llvm::StringRef path);

} // namespace lacuna

#endif // LACUNA_SUPPORT_GUARDEDTEXT_H
