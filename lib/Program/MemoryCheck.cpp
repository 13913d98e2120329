// Bounds, permissions, unwritten bytes and races.
#include "MemoryCheck.h"
#include "lacuna/Machine/Machine.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using llvm::Error;
using llvm::Twine;

/// Comparisons and runs of bytes that a step stands for.
constexpr uint64_t workPerStep = 64;

std::string lacuna::nameOfEngine(unsigned number) {
  return toString(
             static_cast<Engine>(number + static_cast<unsigned>(Engine::Load)))
      .upper();
}

MemoryCheck::MemoryCheck(const Code &code, const Machine &machine,
                         const VerifyOptions &options,
                         std::array<bool, numEngines> used)
    : code(code), machine(machine), dram(used), scratchpad(used),
      accumulators(used),
      budget{llvm::SaturatingMultiply(options.maxSteps, workPerStep)} {}

/// Whether an instruction that accumulates reads no earlier sums.
template <typename Inst> static bool startsSums(const Inst &inst) {
  switch (inst.accumulate) {
  case Accumulation::Set:
    return true;
  case Accumulation::Add:
    return false;
  case Accumulation::First:
    break;
  }
  bool isFirst = inst.kernelRows.start.constant == 0 &&
                 inst.kernelColumns.start.constant == 0;
  if constexpr (!std::is_same_v<Inst, Depthwise>)
    isFirst &= inst.depth.start.constant == 0;
  if constexpr (std::is_same_v<Inst, Conv3D>)
    isFirst &= inst.kernelSlices.start.constant == 0;
  return isFirst;
}

static bool startsSums(const Instruction &resolved) {
  if (const auto *conv = std::get_if<Conv>(&resolved))
    return startsSums(*conv);
  if (const auto *depthwise = std::get_if<Depthwise>(&resolved))
    return startsSums(*depthwise);
  if (const auto *volume = std::get_if<Conv3D>(&resolved))
    return startsSums(*volume);
  return true;
}

Error MemoryCheck::execute(unsigned engine, const Issue &issue,
                           const Clocks &clocks) {
  Instruction resolved = resolve(code.at(issue.index), issue.indices);
  llvm::Expected<llvm::SmallVector<AccessPattern, 4>> patterns =
      getAccessPatterns(resolved);
  if (!patterns)
    return code.fail(issue, toString(patterns.takeError()), "bounds");
  bool starts = startsSums(resolved);
  for (const AccessPattern &pattern : *patterns)
    if (Error error = access(engine, issue, pattern, starts, clocks))
      return error;
  return Error::success();
}

Error MemoryCheck::checkBounds(const Issue &issue,
                               const AccessPattern &pattern) const {
  uint64_t bytes = machine.dram.bytes;
  if (pattern.memory == MemoryKind::Scratchpad)
    bytes = machine.scratchpad.bytes;
  else if (pattern.memory == MemoryKind::Accumulators)
    bytes = machine.accumulators.bytes;
  if (Error error = checkPattern(pattern, bytes))
    return code.fail(issue, toString(std::move(error)), "bounds");
  if (pattern.length && pattern.reach() > pattern.length)
    return code.fail(issue,
                     "operand '" + pattern.operand + "' reaches over " +
                         Twine(pattern.reach()) +
                         " bytes, more than its ring of " +
                         Twine(pattern.length),
                     "ring-reach");
  return Error::success();
}

Error MemoryCheck::checkRegion(const Issue &issue, const AccessPattern &pattern,
                               bool &isTracked) const {
  ByteRange hull = *pattern.hull();
  bool writes = pattern.direction != AccessDirection::Read;
  const Region *region = code.program.findRegion(hull.begin, hull.size());
  if (!region)
    return code.fail(issue,
                     "operand '" + pattern.operand + "' reaches dram bytes " +
                         Twine(hull.begin) + " to " + Twine(hull.end - 1) +
                         ", which are not inside one region",
                     "region");
  if (region->kind == RegionKind::Text || (writes && !isWritable(region->kind)))
    return code.fail(
        issue,
        "operand '" + pattern.operand + "' " + (writes ? "writes" : "reads") +
            " dram byte " + Twine(hull.begin) + " in region '" + region->name +
            "', which the program may not " + (writes ? "write" : "read"),
        "permission");
  isTracked = isWritable(region->kind);
  return Error::success();
}

Error MemoryCheck::access(unsigned engine, const Issue &issue,
                          const AccessPattern &pattern, bool startsSums,
                          const Clocks &clocks) {
  if (Error error = checkBounds(issue, pattern))
    return error;
  AccessHistory *history = &dram;
  if (pattern.memory == MemoryKind::Dram) {
    bool isTracked = false;
    if (Error error = checkRegion(issue, pattern, isTracked))
      return error;
    if (!isTracked)
      return Error::success();
  } else {
    history =
        pattern.memory == MemoryKind::Scratchpad ? &scratchpad : &accumulators;
  }
  // What is read in part may not have been written whole: the emulator looks
  // at what says how much.
  bool reads =
      (pattern.direction == AccessDirection::Read && !pattern.partial) ||
      (pattern.direction == AccessDirection::Update && !startsSums);
  bool writes = pattern.direction != AccessDirection::Read;
  AccessProblem problem = history->add(Access(pattern, issue.step, writes),
                                       engine, clocks, reads, budget);
  return problem ? report(issue, pattern, problem) : Error::success();
}

Error MemoryCheck::report(const Issue &issue, const AccessPattern &pattern,
                          const AccessProblem &problem) const {
  std::string what =
      ("operand '" + pattern.operand + "' " +
       (pattern.direction == AccessDirection::Read ? "reads " : "writes ") +
       toString(pattern.memory) + " bytes ")
          .str();
  if (problem.unwrittenByte)
    return code.fail(issue,
                     "operand '" + pattern.operand + "' reads " +
                         toString(pattern.memory) + " byte " +
                         Twine(*problem.unwrittenByte) +
                         ", which nothing has written by then",
                     "unwritten");
  if (problem.outOfBudget)
    return code.fail(issue,
                     "the program touches memory in too many pieces to be "
                     "verified within the limit of steps",
                     "steps");
  const Race &race = *problem.race;
  Issue other = findIssue(race.otherStep);
  return addNote(code.fail(issue,
                           what + Twine(race.bytes.begin) + " to " +
                               Twine(race.bytes.end - 1) + ", which " +
                               nameOfEngine(race.otherEngine) +
                               (race.otherWrites ? " writes" : " reads") +
                               ", and no semaphore orders the two",
                           "race"),
                 "the other is '" + race.otherOperand + "' of " +
                     code.describe(other),
                 code.text.locate(other.index));
}

/// Walks again to an instruction of which only the number was kept.
Issue MemoryCheck::findIssue(uint64_t step) const {
  ExecutionWalk walk(code.text);
  while (walk.step() != step)
    walk.advance();
  return Issue(walk);
}

Error MemoryCheck::checkOutputs() const {
  for (auto [number, tensor] :
       llvm::enumerate(code.program.getTensors(TensorKind::Output))) {
    std::optional<uint64_t> missing = dram.getWritten().findMissing(
        {tensor->address, tensor->address + tensor->getBytes()});
    if (missing)
      return makeError(SourceLocation::inFile(code.file),
                       "the program ends without writing byte " +
                           Twine(*missing - tensor->address) + " of output " +
                           Twine(number) + " '" + tensor->name +
                           "' (rule outputs-written)");
  }
  return Error::success();
}
