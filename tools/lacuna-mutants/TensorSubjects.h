// Tensor and weight files put through all that can be done with them alone.
#ifndef LACUNA_TOOLS_MUTANTS_TENSORSUBJECTS_H
#define LACUNA_TOOLS_MUTANTS_TENSORSUBJECTS_H

#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace lacuna::mutants {

/// Reads a .npy file, writes the array and reads it again.
llvm::Error runTensor(llvm::MemoryBufferRef file);

/// Reads a .npz or safetensors file and every byte of its tensors.
llvm::Error runWeightFile(llvm::MemoryBufferRef file);

} // namespace lacuna::mutants

#endif // LACUNA_TOOLS_MUTANTS_TENSORSUBJECTS_H
