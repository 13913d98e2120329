//-----------------------------------------------------------===//
#include "lacuna/Emulator/ProgramText.h"

#include "lacuna/Machine/Machine.h"
#include "lacuna/Support/Diagnostics.h"

using namespace llvm;
using namespace lacuna;

Expected<ProgramText> ProgramText::create(const Program &program,
                                          const Machine &machine,
                                          StringRef name) {
  const Region &text = program.getText();
  Expected<std::vector<DecodedInstruction>> decoded =
      decodeText(text.bytes, name);
  if (!decoded)
    return decoded.takeError();
  ProgramText code;
  code.address = text.address;
  code.name = name.str();
  auto wrongAt = [&](const DecodedInstruction &instruction,
                     const Twine &message) {
    return makeError(SourceLocation::atByte(name, instruction.offset), message);
  };
  code.instructions = std::move(*decoded);
  size_t count = code.instructions.size();
  code.match.resize(count);
  code.fits.resize(count);

  SmallVector<uint32_t, kMaxLoopDepth> open;
  for (uint32_t i = 0; i != count; ++i) {
    const DecodedInstruction &current = code.instructions[i];
    Opcode opcode = opcodeOf(current.instruction);
    if (opcode == Opcode::Halt && (i + 1 != count || !open.empty()))
      return wrongAt(current, "halt must be the last instruction, outside of "
                              "every loop");
    if (opcode == Opcode::Loop) {
      if (open.size() == kMaxLoopDepth)
        return wrongAt(current,
                       "loops nest deeper than " + Twine(kMaxLoopDepth));
      open.push_back(i);
    }
    if (opcode == Opcode::EndLoop) {
      if (open.empty())
        return wrongAt(current, "end_loop without a loop");
      uint32_t begin = open.pop_back_val();
      code.match[begin] = i;
      code.match[i] = begin;
      uint64_t size =
          current.offset + current.size - code.instructions[begin].offset;
      code.fits[begin] = size <= machine.sequencer.bufferBytes;
    }
  }
  if (!count || opcodeOf(code.instructions.back().instruction) != Opcode::Halt)
    return makeError(SourceLocation::inFile(name),
                     "the program does not end with halt");
  return code;
}

void ExecutionWalk::advance() {
  const Instruction &instruction = code->instructions[at].instruction;
  if (keptFrom >= 0)
    keptUntil = std::max(keptUntil, at + 1);
  if (std::holds_alternative<Loop>(instruction)) {
    if (keptFrom < 0 && code->fits[at]) {
      keptFrom = at;
      keptUntil = at + 1;
    }
    loopIndices[open.size()] = 0;
    open.push_back({at, 0});
  } else if (std::holds_alternative<EndLoop>(instruction)) {
    OpenLoop &loop = open.back();
    uint64_t count =
        std::get<Loop>(code->instructions[loop.begin].instruction).count;
    if (++loop.done < count) {
      loopIndices[open.size() - 1] = static_cast<int64_t>(loop.done);
      at = loop.begin + 1;
      return;
    }
    if (keptFrom == loop.begin)
      keptFrom = -1;
    open.pop_back();
    loopIndices[open.size()] = 0;
  }
  ++at;
}

void FetchWalk::advance() {
  const Instruction &instruction = code->instructions[at].instruction;
  if (at < keptUntil) {
    // Straight through, inner loops included.
  } else if (std::holds_alternative<Loop>(instruction)) {
    if (code->fits[at])
      keptUntil = code->match[at];
    else
      open.push_back({at, 0});
  } else if (std::holds_alternative<EndLoop>(instruction)) {
    if (keptUntil == at && keptUntil) {
      keptUntil = 0;
    } else {
      OpenLoop &loop = open.back();
      if (++loop.done <
          std::get<Loop>(code->instructions[loop.begin].instruction).count) {
        at = loop.begin + 1;
        return;
      }
      open.pop_back();
    }
  }
  ++at;
}
