// A program under verification: its text, and how much of it is executed.
#ifndef LACUNA_LIB_PROGRAM_CODE_H
#define LACUNA_LIB_PROGRAM_CODE_H

#include "lacuna/Program/ProgramText.h"
#include "lacuna/Program/Verifier.h"

namespace lacuna {

/// An instruction as it is executed once.
struct Issue : Occurrence {
  /// Loops around it, those open.
  unsigned depth = 0;
  /// How many were issued before it.
  uint64_t step = 0;

  Issue() = default;
  explicit Issue(const ExecutionWalk &walk)
      : Occurrence{walk.index(), walk.indices()}, depth(walk.depth()),
        step(walk.step()) {}
};

struct Code {
  const Program &program;
  llvm::StringRef file;
  ProgramText text;
  /// Instructions executed and bytes fetched, in all.
  uint64_t steps = 0;
  uint64_t bytesFetched = 0;

  const Instruction &at(uint32_t index) const { return text.at(index); }

  /// An error at an instruction, with rule, assembly, layer and loop indices.
  llvm::Error fail(const Issue &issue, const llvm::Twine &message,
                   llvm::StringRef rule) const;
  /// "'load ...' of layer 'conv_1' at i0=3", for notes.
  std::string describe(const Issue &issue) const;
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
