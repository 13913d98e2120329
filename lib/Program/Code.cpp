// What can be said of the instructions without executing them.
#include "Code.h"
#include "lacuna/Machine/Machine.h"
#include "lacuna/Program/AssemblyPrinter.h"
#include "lacuna/Program/Checks.h"

#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
using llvm::Twine;

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

static std::string quote(const Code &code, uint32_t index) {
  // A line of assembly is short; one made to be long is not worth printing.
  constexpr size_t maxLength = 400;
  std::string text;
  llvm::raw_string_ostream os(text);
  print(os, code.at(index));
  if (text.size() > maxLength)
    text.replace(maxLength, std::string::npos, "...");
  return "'" + text + "'";
}

static std::string describeLayer(const Code &code, uint32_t index) {
  const Layer *layer = code.program.findLayer(code.instructions[index].offset);
  return layer && !layer->name.empty() ? " of layer '" + layer->name + "'" : "";
}

static std::string describeIndices(const Issue &issue) {
  std::string text;
  for (unsigned level = 0; level != issue.depth; ++level)
    text += (level ? ", i" : " at i") + std::to_string(level) + "=" +
            std::to_string(issue.indices[level]);
  return text;
}

SourceLocation Code::locate(uint32_t index) const {
  return SourceLocation::atByte((file + "(.text)").str(),
                                instructions[index].offset);
}

static Error makeCodeError(const Code &code, uint32_t index,
                           const std::string &indices, const Twine &message,
                           StringRef rule) {
  return makeError(code.locate(index),
                   mnemonicOf(code.at(index)) + describeLayer(code, index) +
                       indices + ": " + message + " (rule " + rule + ")",
                   "the instruction is " + quote(code, index));
}

Error Code::fail(uint32_t index, const Twine &message, StringRef rule) const {
  return makeCodeError(*this, index, "", message, rule);
}

Error Code::fail(const Issue &issue, const Twine &message,
                 StringRef rule) const {
  return makeCodeError(*this, issue.index, describeIndices(issue), message,
                       rule);
}

std::string Code::describe(const Issue &issue) const {
  return quote(*this, issue.index) + describeLayer(*this, issue.index) +
         describeIndices(issue);
}

//===----------------------------------------------------------------------===//
// The sequencer's order
//===----------------------------------------------------------------------===//

void Walk::advance() {
  const Instruction &instruction = code.at(issue.index);
  if (std::holds_alternative<Halt>(instruction))
    return;
  ++issue.step;
  if (std::holds_alternative<Loop>(instruction)) {
    issue.indices[issue.depth++] = 0;
  } else if (std::holds_alternative<EndLoop>(instruction)) {
    uint32_t loop = code.partner[issue.index];
    int64_t &index = issue.indices[issue.depth - 1];
    if (uint64_t(++index) < std::get<Loop>(code.at(loop)).count) {
      issue.index = loop;
    } else {
      index = 0;
      --issue.depth;
    }
  }
  ++issue.index;
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

/// Finds the partners of loops and ends; the last instruction is halt.
static Error matchLoops(Code &code) {
  size_t size = code.instructions.size();
  if (size == 0)
    return makeError(SourceLocation::inFile(code.file),
                     "the text holds no instructions (rule halt)");
  code.partner.assign(size, 0);
  llvm::SmallVector<uint32_t, kMaxLoopDepth> open;
  for (uint32_t index = 0; index != size; ++index) {
    const Instruction &instruction = code.at(index);
    if (std::holds_alternative<Loop>(instruction)) {
      if (open.size() == kMaxLoopDepth)
        return code.fail(
            index, "loops nest deeper than " + Twine(kMaxLoopDepth), "loops");
      open.push_back(index);
    } else if (std::holds_alternative<EndLoop>(instruction)) {
      if (open.empty())
        return code.fail(index, "no loop is open here", "loops");
      code.partner[index] = open.back();
      code.partner[open.pop_back_val()] = index;
    } else if (std::holds_alternative<Halt>(instruction) &&
               (index + 1 != size || !open.empty())) {
      return code.fail(
          index, "the one halt is the last instruction, outside loops", "halt");
    }
  }
  if (!open.empty())
    return code.fail(open.back(), "the loop has no end_loop", "loops");
  if (!std::holds_alternative<Halt>(code.at(size - 1)))
    return code.fail(size - 1, "the last instruction is not halt", "halt");
  return Error::success();
}

static Error checkInstructions(const Code &code, const Machine &machine) {
  llvm::SmallVector<uint64_t, kMaxLoopDepth> counts;
  for (uint32_t index = 0; index != code.instructions.size(); ++index) {
    const Instruction &instruction = code.at(index);
    if (Error error = checkRules(instruction, machine)) {
      std::string message = toString(std::move(error));
      auto [rule, description] = StringRef(message).split(": ");
      return code.fail(index, description, rule);
    }
    if (Error error = checkLoopTerms(instruction, counts))
      return code.fail(index, toString(std::move(error)), "loop-terms");
    if (const auto *loop = std::get_if<Loop>(&instruction))
      counts.push_back(loop->count);
    else if (std::holds_alternative<EndLoop>(instruction))
      counts.pop_back();
  }
  return Error::success();
}

/// Each semaphore has one producing and one consuming engine.
static Error checkSemaphoreEnds(const Code &code, const Machine &machine) {
  // Of each semaphore: the first signal and the first wait.
  constexpr uint32_t none = ~uint32_t(0);
  std::vector<std::array<uint32_t, 2>> ends(machine.sequencer.semaphores,
                                            {none, none});
  auto check = [&](uint32_t index, uint64_t semaphore, Engine engine,
                   bool consumes) -> Error {
    uint32_t &first = ends[semaphore][consumes];
    if (first == none)
      first = index;
    else if (queueOf(code.at(first)) != engine)
      return addNote(code.fail(index,
                               "semaphore " + Twine(semaphore) + " has two " +
                                   (consumes ? "consuming" : "producing") +
                                   " engines, " +
                                   toString(queueOf(code.at(first))) + " and " +
                                   toString(engine),
                               "semaphore-ends"),
                     "the other is here", code.locate(first));
    return Error::success();
  };
  for (uint32_t index = 0; index != code.instructions.size(); ++index) {
    if (const auto *signal = std::get_if<Signal>(&code.at(index))) {
      if (Error error = check(index, signal->semaphore, signal->engine, false))
        return error;
    } else if (const auto *wait = std::get_if<Wait>(&code.at(index))) {
      if (Error error = check(index, wait->semaphore, wait->engine, true))
        return error;
    }
  }
  return Error::success();
}

/// Counts steps and fetched bytes of [begin, end), with the closed forms of
/// docs/machine.md.
static void countWork(const Code &code, uint32_t begin, uint32_t end,
                      uint64_t bufferBytes, uint64_t &steps,
                      uint64_t &bytesFetched) {
  using llvm::SaturatingAdd;
  using llvm::SaturatingMultiplyAdd;
  for (uint32_t index = begin; index != end; ++index) {
    const DecodedInstruction &instruction = code.instructions[index];
    steps = SaturatingAdd(steps, uint64_t(1));
    const auto *loop = std::get_if<Loop>(&instruction.instruction);
    if (!loop) {
      bytesFetched = SaturatingAdd(bytesFetched, uint64_t(instruction.size));
      continue;
    }
    uint32_t last = code.partner[index];
    const DecodedInstruction &endLoop = code.instructions[last];
    // The end_loop is executed, and fetched, with each iteration.
    uint64_t bodySteps = 1, bodyBytes = endLoop.size;
    countWork(code, index + 1, last, bufferBytes, bodySteps, bodyBytes);
    steps = SaturatingMultiplyAdd(loop->count, bodySteps, steps);
    uint64_t size = endLoop.offset + endLoop.size - instruction.offset;
    bytesFetched =
        size <= bufferBytes
            ? SaturatingAdd(bytesFetched, size)
            : SaturatingMultiplyAdd(
                  loop->count, bodyBytes,
                  SaturatingAdd(bytesFetched, uint64_t(instruction.size)));
    index = last;
  }
}

Expected<Code> lacuna::analyseCode(const Program &program,
                                   const Machine &machine,
                                   const VerifyOptions &options) {
  Code code{program, options.file, {}, {}};
  Expected<std::vector<DecodedInstruction>> instructions =
      decodeText(program.getText().bytes, (options.file + "(.text)").str());
  if (!instructions)
    return instructions.takeError();
  code.instructions = std::move(*instructions);
  if (Error error = matchLoops(code))
    return error;
  if (Error error = checkInstructions(code, machine))
    return error;
  if (Error error = checkSemaphoreEnds(code, machine))
    return error;
  countWork(code, 0, code.instructions.size(), machine.sequencer.bufferBytes,
            code.steps, code.bytesFetched);
  if (code.steps > options.maxSteps)
    return makeError(SourceLocation::inFile(options.file),
                     "the program executes " +
                         (code.steps == ~uint64_t(0) ? Twine("2^64 or more")
                                                     : Twine(code.steps)) +
                         " instructions, more than the limit of " +
                         Twine(options.maxSteps) + " (rule steps)");
  return code;
}
