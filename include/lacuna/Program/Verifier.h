// Refuses a program that a machine could not run as it was meant: before
// anything is executed, the program is walked through without data, as the
// sequencer and its four engines would. docs/program.md lists the rules by the
// names that errors give.
#ifndef LACUNA_PROGRAM_VERIFIER_H
#define LACUNA_PROGRAM_VERIFIER_H

#include "lacuna/Program/Program.h"

namespace lacuna {

struct Machine;

struct VerifyOptions {
  /// Instructions that may be executed, loops unrolled. Comparing the bytes
  /// that instructions touch is capped in proportion.
  uint64_t maxSteps = 4000000;
  /// How errors name the program.
  llvm::StringRef file = "program";
};

/// What is known of a program that passed.
struct VerifiedProgram {
  /// Instructions executed, each iteration of a loop counted; loop and
  /// end_loop too.
  uint64_t instructionsExecuted = 0;
  /// Bytes of instructions fetched from off-chip memory.
  uint64_t bytesFetched = 0;
};

/// Verifies `program`, which keeps checkProgram, for `machine`. Errors: the
/// first rule broken, located by byte offset in the text, with the instruction,
/// its loop indices and its layer.
llvm::Expected<VerifiedProgram>
verifyProgram(const Program &program, const Machine &machine,
              const VerifyOptions &options = {});

} // namespace lacuna

#endif // LACUNA_PROGRAM_VERIFIER_H
