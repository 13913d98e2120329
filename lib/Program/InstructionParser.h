// An instruction from the tokens of its line, for AssemblyParser and Assembler.
#ifndef LACUNA_LIB_PROGRAM_INSTRUCTIONPARSER_H
#define LACUNA_LIB_PROGRAM_INSTRUCTIONPARSER_H

#include "TextTokens.h"

#include "lacuna/Program/Instructions.h"

namespace lacuna {

/// Parses the fields of the instruction `mnemonic`, a word at `start`, up to
/// the end of the line. None after an error has been reported.
std::optional<Instruction> parseInstruction(TextTokens &tokens,
                                            const char *start,
                                            llvm::StringRef mnemonic);

} // namespace lacuna

#endif // LACUNA_LIB_PROGRAM_INSTRUCTIONPARSER_H
