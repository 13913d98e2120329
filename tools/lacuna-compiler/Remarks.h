// What passes decided, as lines for people.
#ifndef LACUNA_TOOLS_COMPILER_REMARKS_H
#define LACUNA_TOOLS_COMPILER_REMARKS_H

#include "mlir/IR/MLIRContext.h"

namespace lacuna {

/// From now on, remarks of passes in `context` go to standard error as
/// "file:line:column: remark: what", with `file` where the place is not known.
void printRemarks(mlir::MLIRContext &context, llvm::StringRef file);

} // namespace lacuna

#endif // LACUNA_TOOLS_COMPILER_REMARKS_H
