// Cases as files: a model, a machine, and a tensor for each input.
#ifndef LACUNA_TOOLS_DIFFERENTIAL_CASEFILES_H
#define LACUNA_TOOLS_DIFFERENTIAL_CASEFILES_H

#include "Case.h"

namespace lacuna::differential {

/// The case of the TOSA text at `model`, on the machine `machine` (a preset or
/// a path). `inputs` are .npy files, one for each argument; without any, they
/// are drawn by `seed`. Errors: those of reading; no function, or several.
llvm::Expected<Case> readCase(mlir::MLIRContext &context, llvm::StringRef model,
                              llvm::StringRef machine,
                              llvm::ArrayRef<std::string> inputs,
                              uint64_t seed);

/// Writes `test` to model.mlir, machine.yaml, input0.npy and so on in `folder`,
/// which is made if it isn't there. Returns their names as they stand on the
/// command line of lacuna-differential.
llvm::Expected<std::string> writeCase(const Case &test, llvm::StringRef folder);

} // namespace lacuna::differential

#endif // LACUNA_TOOLS_DIFFERENTIAL_CASEFILES_H
