// The tables of a program file as JSON text: one line an entry, keys in
// alphabetical order, so that the same program gives the same bytes and a
// person can read what llvm-objcopy --dump-section gives.
#ifndef LACUNA_LIB_PROGRAM_TABLES_H
#define LACUNA_LIB_PROGRAM_TABLES_H

#include "lacuna/Program/Program.h"

namespace lacuna {

/// Hashes of the machine and the tensors, without their names.
std::string printProgramTable(const Program &program);
/// The tensors' names, in their order.
std::string printNames(const Program &program);
/// The debug map.
std::string printLayers(const Program &program);

/// Each reads one table into `program`; `place` names it in errors. Names are
/// read after the tensors.
llvm::Error parseProgramTable(llvm::StringRef text, llvm::StringRef place,
                              Program &program);
llvm::Error parseNames(llvm::StringRef text, llvm::StringRef place,
                       Program &program);
llvm::Error parseLayers(llvm::StringRef text, llvm::StringRef place,
                        Program &program);

} // namespace lacuna

#endif // LACUNA_LIB_PROGRAM_TABLES_H
