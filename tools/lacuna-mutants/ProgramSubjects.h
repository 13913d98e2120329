// Programs put through all that the tools do with them. Nothing here needs
// MLIR.
#ifndef LACUNA_TOOLS_MUTANTS_PROGRAMSUBJECTS_H
#define LACUNA_TOOLS_MUTANTS_PROGRAMSUBJECTS_H

#include "lacuna/Emulator/Emulator.h"
#include "lacuna/Program/Program.h"

namespace lacuna::mutants {

/// Verifies `program` and runs it once under small limits, on inputs whose
/// bytes count up. `inputs` and `outputs`, where given, receive what went in
/// and came out.
llvm::Error runProgram(const Program &program, llvm::StringRef name,
                       std::vector<std::vector<uint8_t>> *inputs = nullptr,
                       std::vector<TensorBytes> *outputs = nullptr);

/// Writes and reads `program`, as a file and as text.
llvm::Error roundTrip(const Program &program, llvm::StringRef name);

/// Reads, verifies, runs, disassembles and assembles a program file.
llvm::Error runElf(llvm::MemoryBufferRef file);

/// Assembles, disassembles, verifies and runs assembly text.
llvm::Error runAssembly(llvm::MemoryBufferRef file);

} // namespace lacuna::mutants

#endif // LACUNA_TOOLS_MUTANTS_PROGRAMSUBJECTS_H
