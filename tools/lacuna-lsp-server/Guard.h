// What stands between an editor and MLIR's parser.
#ifndef LACUNA_TOOLS_LSP_GUARD_H
#define LACUNA_TOOLS_LSP_GUARD_H

#include "mlir/IR/DialectRegistry.h"
#include "llvm/Support/Error.h"

namespace lacuna {

/// Puts a filter before standard input, which carries the editor's messages:
/// separated by lines "// -----" if `isDelimited` (for tests), else with
/// headers. A document on which MLIR's parser is not safe (checkModelText) is
/// replaced by one that has the same error at the same line, through a dialect
/// that `registry` gets for it. Error: the system has no pipe or thread left.
llvm::Error guardStandardInput(mlir::DialectRegistry &registry,
                               bool isDelimited);

} // namespace lacuna

#endif // LACUNA_TOOLS_LSP_GUARD_H
