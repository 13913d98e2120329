// Decoding a text, matching its loops, and walking through it.
#include "lacuna/Program/ProgramText.h"

#include "lacuna/Machine/Machine.h"
#include "lacuna/Program/AssemblyPrinter.h"

using namespace llvm;
using namespace lacuna;

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

static std::string quote(const Instruction &instruction) {
  // A line of assembly is short; one made to be long is not worth printing.
  constexpr size_t maxLength = 400;
  std::string text;
  raw_string_ostream os(text);
  lacuna::print(os, instruction);
  if (text.size() > maxLength)
    text.replace(maxLength, std::string::npos, "...");
  return "'" + text + "'";
}

static std::string describeLayer(const ProgramText &text, uint32_t index) {
  const Layer *layer =
      text.program ? text.program->findLayer(text.instructions[index].offset)
                   : nullptr;
  return layer && !layer->name.empty() ? " of layer '" + layer->name + "'" : "";
}

Error ProgramText::fail(uint32_t index, const Twine &message, StringRef rule,
                        StringRef where) const {
  return makeError(locate(index),
                   mnemonicOf(at(index)) + describeLayer(*this, index) + where +
                       ": " + message + " (rule " + rule + ")",
                   "the instruction is " + quote(at(index)));
}

std::string ProgramText::describe(uint32_t index) const {
  return quote(at(index)) + describeLayer(*this, index);
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// Finds the other end of each loop; the last instruction is halt.
static Error matchLoops(ProgramText &text, const Machine &machine) {
  size_t size = text.instructions.size();
  if (size == 0)
    return makeError(SourceLocation::inFile(text.name),
                     "the text holds no instructions (rule halt)");
  text.match.resize(size);
  text.fits.resize(size);
  SmallVector<uint32_t, kMaxLoopDepth> open;
  for (uint32_t index = 0; index != size; ++index) {
    const DecodedInstruction &current = text.instructions[index];
    if (std::holds_alternative<Loop>(current.instruction)) {
      if (open.size() == kMaxLoopDepth)
        return text.fail(
            index, "loops nest deeper than " + Twine(kMaxLoopDepth), "loops");
      open.push_back(index);
    } else if (std::holds_alternative<EndLoop>(current.instruction)) {
      if (open.empty())
        return text.fail(index, "no loop is open here", "loops");
      uint32_t begin = open.pop_back_val();
      text.match[begin] = index;
      text.match[index] = begin;
      text.fits[begin] =
          text.sizeOfLoop(begin) <= machine.sequencer.bufferBytes;
    } else if (std::holds_alternative<Halt>(current.instruction) &&
               (index + 1 != size || !open.empty())) {
      return text.fail(
          index, "the one halt is the last instruction, outside loops", "halt");
    }
  }
  if (!open.empty())
    return text.fail(open.back(), "the loop has no end_loop", "loops");
  if (!std::holds_alternative<Halt>(text.at(size - 1)))
    return text.fail(size - 1, "the last instruction is not halt", "halt");
  return Error::success();
}

Expected<ProgramText> ProgramText::create(const Program &program,
                                          const Machine &machine,
                                          StringRef name) {
  const Region &region = program.getText();
  Expected<std::vector<DecodedInstruction>> decoded =
      decodeText(region.bytes, name);
  if (!decoded)
    return decoded.takeError();
  ProgramText text;
  text.program = &program;
  text.instructions = std::move(*decoded);
  text.address = region.address;
  text.name = name.str();
  if (Error error = matchLoops(text, machine))
    return std::move(error);
  return text;
}

Expected<ProgramText>
ProgramText::create(std::vector<DecodedInstruction> instructions,
                    uint64_t address, const Machine &machine) {
  ProgramText text;
  text.instructions = std::move(instructions);
  text.address = address;
  text.name = "text";
  if (Error error = matchLoops(text, machine))
    return std::move(error);
  return text;
}

uint64_t ProgramText::sizeOfLoop(uint32_t begin) const {
  const DecodedInstruction &end = instructions[match[begin]];
  return end.offset + end.size - instructions[begin].offset;
}

//===----------------------------------------------------------------------===//
// Walks
//===----------------------------------------------------------------------===//

void ExecutionWalk::advance() {
  ++steps;
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
