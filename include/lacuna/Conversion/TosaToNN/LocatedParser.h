// MLIR's parser, made to say where.
#ifndef LACUNA_CONVERSION_TOSATONN_LOCATEDPARSER_H
#define LACUNA_CONVERSION_TOSATONN_LOCATEDPARSER_H

#include "lacuna/Support/Diagnostics.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace lacuna {

/// Parses `text`, which checkModelText has let through, and does not verify
/// the module: an operation that a producer has located elsewhere
/// (`loc("x")`, `loc(unknown)`) has no place in a file while it is parsed, and
/// is given its place in `text`, beside its name, before anything is said about
/// it. On failure the module is null and `unread` is the place behind the last
/// operation that was read: some of TOSA's parsers fail without a diagnostic.
mlir::OwningOpRef<mlir::ModuleOp> parseLocated(llvm::MemoryBufferRef text,
                                               mlir::MLIRContext &context,
                                               SourceLocation &unread);

} // namespace lacuna

#endif // LACUNA_CONVERSION_TOSATONN_LOCATEDPARSER_H
