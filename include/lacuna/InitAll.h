// Every dialect, pass and pipeline of Lacuna, registered in one place: what the
// tools that take any of them call.
#ifndef LACUNA_INITALL_H
#define LACUNA_INITALL_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace lacuna {

/// Adds the dialects that the compiler reads or writes, those of models
/// included, with the extensions that inlining needs.
void registerAllDialects(mlir::DialectRegistry &registry);

/// Registers Lacuna's passes and named pipelines, and those of MLIR that are of
/// use beside them: the general ones and TOSA's. To be called once.
void registerAllPasses();

} // namespace lacuna

#endif // LACUNA_INITALL_H
