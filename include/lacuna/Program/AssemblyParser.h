// One instruction from its assembly text. Assembler.h reads whole files.
#ifndef LACUNA_PROGRAM_ASSEMBLYPARSER_H
#define LACUNA_PROGRAM_ASSEMBLYPARSER_H

#include "lacuna/Program/Instructions.h"

#include "llvm/Support/Error.h"

namespace lacuna {

/// Parses one line: an instruction, which keeps checkFields, and at most a
/// comment after it. Errors are located in `file`, at line 1.
llvm::Expected<Instruction> parseInstruction(llvm::StringRef line,
                                             llvm::StringRef file = "");

} // namespace lacuna

#endif // LACUNA_PROGRAM_ASSEMBLYPARSER_H
