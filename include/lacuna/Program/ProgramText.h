// The instructions of a program, the ends of their loops, and which loops the
// sequencer's buffer keeps: what verifier and emulator walk through, in the
// order of execution and in the order of fetching.
#ifndef LACUNA_PROGRAM_PROGRAMTEXT_H
#define LACUNA_PROGRAM_PROGRAMTEXT_H

#include "lacuna/Program/Encoding.h"
#include "lacuna/Program/Program.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lacuna {

struct Machine;

/// An instruction in one iteration of its loops.
struct Occurrence {
  /// In ProgramText::instructions.
  uint32_t index = 0;
  LoopIndices indices{};

  bool operator==(const Occurrence &o) const {
    return index == o.index && indices == o.indices;
  }
};

struct ProgramText {
  /// What it is the text of; null if nothing yet.
  const Program *program = nullptr;
  std::vector<DecodedInstruction> instructions;
  /// The other end of each loop or end_loop.
  std::vector<uint32_t> match;
  /// Whether a loop, from loop to end_loop, fits into the sequencer's buffer.
  std::vector<bool> fits;
  /// Off-chip address of the text.
  uint64_t address = 0;
  /// How errors name it.
  std::string name;

  /// Bytes from a loop to its end, both included.
  uint64_t sizeOfLoop(uint32_t begin) const;
  const Instruction &at(uint32_t index) const {
    return instructions[index].instruction;
  }
  SourceLocation locate(uint32_t index) const {
    return SourceLocation::atByte(name, instructions[index].offset);
  }
  /// An error at an instruction, with rule, assembly and layer; `where` goes
  /// after these.
  llvm::Error fail(uint32_t index, const llvm::Twine &message,
                   llvm::StringRef rule, llvm::StringRef where = "") const;
  /// "'load ...' of layer 'conv_1'", for notes.
  std::string describe(uint32_t index) const;

  /// Decodes the text of `program`, which outlives it. Errors: what the decoder
  /// refuses, loops that don't match or nest too deep, a halt elsewhere than at
  /// the end.
  static llvm::Expected<ProgramText> create(const Program &program,
                                            const Machine &machine,
                                            llvm::StringRef name = "text");
  /// The text of instructions that are in no program yet. Errors: those of
  /// loops and halt.
  static llvm::Expected<ProgramText>
  create(std::vector<DecodedInstruction> instructions, uint64_t address,
         const Machine &machine);
};

/// Instructions in the order of execution, loops unrolled.
class ExecutionWalk {
public:
  explicit ExecutionWalk(const ProgramText &code) : code(&code) {}

  /// Whether the halt comes next, which does not move on.
  bool atEnd() const {
    return std::holds_alternative<Halt>(code->instructions[at].instruction);
  }
  /// The instruction that comes next; only before the halt has been passed.
  uint32_t index() const { return at; }
  const DecodedInstruction &instruction() const {
    return code->instructions[at];
  }
  const LoopIndices &indices() const { return loopIndices; }
  /// Loops that are open, and instructions that came before.
  unsigned depth() const { return open.size(); }
  uint64_t step() const { return steps; }
  /// Whether its bytes come from off-chip now; else the buffer still has them.
  bool isFetched() const { return keptFrom < 0 || at >= keptUntil; }
  /// The outermost loop kept in the buffer that is being executed, or -1.
  int64_t keptLoop() const { return keptFrom; }
  void advance();

private:
  struct OpenLoop {
    uint32_t begin;
    uint64_t done;
  };
  const ProgramText *code;
  uint32_t at = 0;
  llvm::SmallVector<OpenLoop, kMaxLoopDepth> open;
  LoopIndices loopIndices{};
  uint64_t steps = 0;
  int64_t keptFrom = -1;
  /// Instructions of that loop before this one are in the buffer.
  uint32_t keptUntil = 0;
};

/// Instructions in the order in which their bytes come from off-chip.
class FetchWalk {
public:
  explicit FetchWalk(const ProgramText &code) : code(&code) {}

  bool done() const { return at == code->instructions.size(); }
  uint32_t index() const { return at; }
  void advance();

private:
  struct OpenLoop {
    uint32_t begin;
    uint64_t done;
  };
  const ProgramText *code;
  uint32_t at = 0;
  /// Loops that are fetched again for each iteration.
  llvm::SmallVector<OpenLoop, kMaxLoopDepth> open;
  /// End of the loop being fetched once; 0 outside of one.
  uint32_t keptUntil = 0;
};

} // namespace lacuna

#endif // LACUNA_PROGRAM_PROGRAMTEXT_H
