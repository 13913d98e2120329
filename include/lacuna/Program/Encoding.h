// Instructions as bytes; docs/machine.md, "Encoding", defines the format. It is
// canonical: no two byte strings stand for the same instruction.
#ifndef LACUNA_PROGRAM_ENCODING_H
#define LACUNA_PROGRAM_ENCODING_H

#include "lacuna/Program/Instructions.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <vector>

namespace lacuna {

/// Appends the bytes of `instruction`, which must keep checkFields (Checks.h).
void encode(const Instruction &instruction,
            llvm::SmallVectorImpl<uint8_t> &bytes);

/// Bytes that `instruction` takes.
uint32_t getEncodedSize(const Instruction &instruction);

struct DecodedInstruction {
  /// In the text.
  uint64_t offset = 0;
  /// Bytes.
  uint32_t size = 0;
  Instruction instruction;
};

/// Decodes the instruction at `offset` of `text`. Errors are located at the
/// byte of `file` (the text's own name) that is wrong. What comes back keeps
/// checkFields, and encode gives the same bytes again.
llvm::Expected<DecodedInstruction> decode(llvm::ArrayRef<uint8_t> text,
                                          uint64_t offset,
                                          llvm::StringRef file = "text");

/// Most instructions of a program. A decoded instruction takes hundreds of
/// times the memory of its shortest encoding; loops keep programs far below.
constexpr size_t kMaxInstructions = size_t(1) << 18;

/// Decodes all of `text`, which holds whole instructions, kMaxInstructions at
/// most, and nothing else.
llvm::Expected<std::vector<DecodedInstruction>>
decodeText(llvm::ArrayRef<uint8_t> text, llvm::StringRef file = "text");

} // namespace lacuna

#endif // LACUNA_PROGRAM_ENCODING_H
