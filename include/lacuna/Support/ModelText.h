// What stands before MLIR's parser of text, which recurses without limit and
// takes a few inputs that it crashes on. Every tool that parses text from
// elsewhere calls this first.
#ifndef LACUNA_SUPPORT_MODELTEXT_H
#define LACUNA_SUPPORT_MODELTEXT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>

namespace lacuna {

/// Most bytes of a model: MLIR's text of a hundred million 8-bit weights.
constexpr uint64_t maxModelBytes = uint64_t(1) << 30;

/// Checks that MLIR's parser is safe on `text` of the file `name`. Errors, at
/// line and column: it is no text; brackets or signs nest deeper than
/// maxNesting; a dense array has elements of type `index` or of a type that
/// only an alias names.
llvm::Error checkModelText(llvm::StringRef text, llvm::StringRef name);

/// `text` without the blanks and comments that it begins with.
llvm::StringRef skipTrivia(llvm::StringRef text);

} // namespace lacuna

#endif // LACUNA_SUPPORT_MODELTEXT_H
