// Instructions as assembly text: `conv dst=acc[0], dst_strides=[80, 16, 1],
// src=pad[1024 ring 4096 at 64*i0], rows=(4*i0 : 4 of 30), ...`. One line an
// instruction, fields by name, defaults left out. AssemblyGrammar.h reads the
// same text.
#ifndef LACUNA_PROGRAM_ASSEMBLYPRINTER_H
#define LACUNA_PROGRAM_ASSEMBLYPRINTER_H

#include "lacuna/Program/Instructions.h"

#include "llvm/Support/raw_ostream.h"

namespace lacuna {

/// `64*i0 - i1 + 5` is written `5 + 64*i0 - i1`.
void printOperand(llvm::raw_ostream &os, const Affine &value);
void printOperand(llvm::raw_ostream &os, const DramAddress &value);
/// `pad[base ring length at offset]`; "ring" where it wraps, "at" where there
/// is an offset. `acc` stands for the accumulators.
void printOperand(llvm::raw_ostream &os, const OnChipRing &value);
/// The extent `16` is whole; `(start : size of bound)` is clipped.
void printOperand(llvm::raw_ostream &os, const Interval &value);
void printOperand(llvm::raw_ostream &os, const Dims &value);
void printOperand(llvm::raw_ostream &os, const Strides &value);

/// `name=value, name=value`, or nothing.
void printFields(llvm::raw_ostream &os, const Instruction &instruction);
/// Mnemonic and fields, without an end of line.
void print(llvm::raw_ostream &os, const Instruction &instruction);

} // namespace lacuna

#endif // LACUNA_PROGRAM_ASSEMBLYPRINTER_H
