// Whole programs as assembly text, and back. docs/assembly.md describes the
// text. Assembling what was disassembled gives the same program file, byte for
// byte.
#ifndef LACUNA_PROGRAM_ASSEMBLER_H
#define LACUNA_PROGRAM_ASSEMBLER_H

#include "lacuna/Machine/Machine.h"
#include "lacuna/Program/Program.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace lacuna {

/// Finds the machine that `.machine "name"` names.
using MachineFinder =
    llvm::function_ref<llvm::Expected<Machine>(llvm::StringRef name)>;

/// Errors that assemble reports before it gives up.
constexpr unsigned kMaxAssemblyErrors = 20;

/// Assembles `text`. What comes back keeps checkProgram. Errors: all that are
/// found, kMaxAssemblyErrors at most, each at its line and column. Memory stays
/// within a small multiple of the text's size.
llvm::Expected<Program> assemble(llvm::MemoryBufferRef text,
                                 MachineFinder findMachine = loadMachine);

struct DisassemblyOptions {
  /// Put each instruction's byte offset behind it.
  bool offsets = false;
};

/// Writes `program`, which keeps checkProgram, as text. Bytes of its text that
/// are no instructions are written as bytes, with what is wrong as a comment.
void disassemble(const Program &program, llvm::raw_ostream &os,
                 const DisassemblyOptions &options = {});

} // namespace lacuna

#endif // LACUNA_PROGRAM_ASSEMBLER_H
