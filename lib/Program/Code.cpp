// What can be said of the instructions without executing them.
#include "Code.h"
#include "lacuna/Machine/Machine.h"
#include "lacuna/Program/Checks.h"
#include "lacuna/Program/Fetches.h"

#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
using llvm::Twine;

static std::string describeIndices(const Issue &issue) {
  std::string text;
  for (unsigned level = 0; level != issue.depth; ++level)
    text += (level ? ", i" : " at i") + std::to_string(level) + "=" +
            std::to_string(issue.indices[level]);
  return text;
}

Error Code::fail(const Issue &issue, const Twine &message,
                 StringRef rule) const {
  return text.fail(issue.index, message, rule, describeIndices(issue));
}

std::string Code::describe(const Issue &issue) const {
  return text.describe(issue.index) + describeIndices(issue);
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

static Error checkInstructions(const ProgramText &text,
                               const Machine &machine) {
  llvm::SmallVector<uint64_t, kMaxLoopDepth> counts;
  for (uint32_t index = 0; index != text.instructions.size(); ++index) {
    const Instruction &instruction = text.at(index);
    if (Error error = checkRules(instruction, machine)) {
      std::string message = toString(std::move(error));
      auto [rule, description] = StringRef(message).split(": ");
      return text.fail(index, description, rule);
    }
    if (Error error = checkLoopTerms(instruction, counts))
      return text.fail(index, toString(std::move(error)), "loop-terms");
    if (const auto *loop = std::get_if<Loop>(&instruction))
      counts.push_back(loop->count);
    else if (std::holds_alternative<EndLoop>(instruction))
      counts.pop_back();
  }
  return Error::success();
}

/// Each semaphore has one producing and one consuming engine.
static Error checkSemaphoreEnds(const ProgramText &text,
                                const Machine &machine) {
  // Of each semaphore: the first signal and the first wait.
  constexpr uint32_t none = ~uint32_t(0);
  std::vector<std::array<uint32_t, 2>> ends(machine.sequencer.semaphores,
                                            {none, none});
  auto check = [&](uint32_t index, uint64_t semaphore, Engine engine,
                   bool consumes) -> Error {
    uint32_t &first = ends[semaphore][consumes];
    if (first == none)
      first = index;
    else if (queueOf(text.at(first)) != engine)
      return addNote(text.fail(index,
                               "semaphore " + Twine(semaphore) + " has two " +
                                   (consumes ? "consuming" : "producing") +
                                   " engines, " +
                                   toString(queueOf(text.at(first))) + " and " +
                                   toString(engine),
                               "semaphore-ends"),
                     "the other is here", text.locate(first));
    return Error::success();
  };
  for (uint32_t index = 0; index != text.instructions.size(); ++index) {
    if (const auto *signal = std::get_if<Signal>(&text.at(index))) {
      if (Error error = check(index, signal->semaphore, signal->engine, false))
        return error;
    } else if (const auto *wait = std::get_if<Wait>(&text.at(index))) {
      if (Error error = check(index, wait->semaphore, wait->engine, true))
        return error;
    }
  }
  return Error::success();
}

Expected<Code> lacuna::analyseCode(const Program &program,
                                   const Machine &machine,
                                   const VerifyOptions &options) {
  Expected<ProgramText> text =
      ProgramText::create(program, machine, (options.file + "(.text)").str());
  if (!text)
    return text.takeError();
  Code code{program, options.file, std::move(*text)};
  if (Error error = checkInstructions(code.text, machine))
    return error;
  if (Error error = checkSemaphoreEnds(code.text, machine))
    return error;
  for (auto [instruction, fetches] :
       llvm::zip_equal(code.text.instructions, countFetches(code.text))) {
    code.steps = llvm::SaturatingAdd(code.steps, fetches.issued);
    code.bytesFetched = llvm::SaturatingMultiplyAdd(
        fetches.fetched, uint64_t(instruction.size), code.bytesFetched);
  }
  if (code.steps > options.maxSteps)
    return makeError(SourceLocation::inFile(options.file),
                     "the program executes " +
                         (code.steps == ~uint64_t(0) ? Twine("2^64 or more")
                                                     : Twine(code.steps)) +
                         " instructions, more than the limit of " +
                         Twine(options.maxSteps) + " (rule steps)");
  return code;
}
