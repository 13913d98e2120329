// The instructions of a program under verification: decoded, with their loops,
// and the order in which the sequencer comes to them.
#ifndef LACUNA_LIB_PROGRAM_CODE_H
#define LACUNA_LIB_PROGRAM_CODE_H

#include "lacuna/Program/Encoding.h"
#include "lacuna/Program/Program.h"
#include "lacuna/Program/Verifier.h"
#include "lacuna/Support/Diagnostics.h"

#include <vector>

namespace lacuna {

/// An instruction as it is executed once.
struct Issue {
  uint32_t index = 0;
  /// Loops around it, those open.
  unsigned depth = 0;
  LoopIndices indices{};
  /// How many were issued before it.
  uint64_t step = 0;
};

struct Code {
  const Program &program;
  llvm::StringRef file;
  std::vector<DecodedInstruction> instructions;
  /// Of a loop: its end_loop, and the other way round.
  std::vector<uint32_t> partner;
  /// Instructions executed and bytes fetched, in all.
  uint64_t steps = 0;
  uint64_t bytesFetched = 0;

  const Instruction &at(uint32_t index) const {
    return instructions[index].instruction;
  }

  /// An error at an instruction, with rule, assembly and layer.
  llvm::Error fail(uint32_t index, const llvm::Twine &message,
                   llvm::StringRef rule) const;
  /// The same, with the loop indices.
  llvm::Error fail(const Issue &issue, const llvm::Twine &message,
                   llvm::StringRef rule) const;
  /// "text+12 'load ...' of layer 'conv_1', i0=3", for notes.
  std::string describe(const Issue &issue) const;
  SourceLocation locate(uint32_t index) const;
};

/// Walks through checked code, one instruction at a time, up to halt.
class Walk {
public:
  explicit Walk(const Code &code) : code(code) {}

  /// What is next; unchanged once it's halt.
  const Issue &current() const { return issue; }
  void advance();

private:
  const Code &code;
  Issue issue;
};

/// Decodes the text and checks all that needs no execution: fields, rules,
/// loops, semaphores' ends, number of steps.
llvm::Expected<Code> analyseCode(const Program &program, const Machine &machine,
                                 const VerifyOptions &options);

/// Executes without data: bounds, order, semaphores.
llvm::Error simulate(const Code &code, const Machine &machine,
                     const VerifyOptions &options);

} // namespace lacuna

#endif // LACUNA_LIB_PROGRAM_CODE_H
