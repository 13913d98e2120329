// Models, and what is needed beside them to compile one, taken all the way.
#ifndef LACUNA_TOOLS_MUTANTS_MODELSUBJECTS_H
#define LACUNA_TOOLS_MUTANTS_MODELSUBJECTS_H

#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace lacuna::mutants {

/// Compiles a model for the machine `nano`, verifies and runs the program and
/// compares its outputs with the reference interpreter's.
llvm::Error runModel(llvm::MemoryBufferRef file);

/// Prints and reads a machine, and compiles and runs a small model for it.
llvm::Error runMachine(llvm::MemoryBufferRef file);

/// Reads a weight file and compiles and runs a small model whose weights are
/// its tensors `w` and `b`.
llvm::Error runWeights(llvm::MemoryBufferRef file);

} // namespace lacuna::mutants

#endif // LACUNA_TOOLS_MUTANTS_MODELSUBJECTS_H
