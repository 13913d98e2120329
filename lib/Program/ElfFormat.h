// The numbers and names that make an ELF file a program of ours; shared by its
// reader and writer. docs/program.md describes them.
#ifndef LACUNA_LIB_PROGRAM_ELFFORMAT_H
#define LACUNA_LIB_PROGRAM_ELFFORMAT_H

#include "lacuna/Program/Program.h"

#include "llvm/BinaryFormat/ELF.h"

namespace lacuna::elf {

/// e_machine: no registered machine has this number.
constexpr uint16_t machineNumber = 0x1ACA;
/// Segments that carry the tables a program can't run without, so that tools
/// which strip a file keep them: never loaded.
constexpr uint32_t tableSegment = llvm::ELF::PT_LOPROC + 1;

constexpr llvm::StringLiteral programSection = ".lacuna.program";
constexpr llvm::StringLiteral machineSection = ".lacuna.machine";
constexpr llvm::StringLiteral namesSection = ".lacuna.names";
constexpr llvm::StringLiteral layersSection = ".lacuna.layers";
constexpr llvm::StringLiteral predictedSection = ".lacuna.predicted";

/// Flags of a region's section and of its segment.
inline uint32_t getSectionFlags(RegionKind kind) {
  return llvm::ELF::SHF_ALLOC |
         (kind == RegionKind::Text ? llvm::ELF::SHF_EXECINSTR : 0) |
         (isWritable(kind) ? llvm::ELF::SHF_WRITE : 0);
}
inline uint32_t getSegmentFlags(RegionKind kind) {
  return llvm::ELF::PF_R | (kind == RegionKind::Text ? llvm::ELF::PF_X : 0) |
         (isWritable(kind) ? llvm::ELF::PF_W : 0);
}

} // namespace lacuna::elf

#endif // LACUNA_LIB_PROGRAM_ELFFORMAT_H
