// The program executed without data: a sequencer with bounded queues, engines
// in order, semaphores that carry vector clocks, and memories that remember who
// touched what. With one producer and one consumer a semaphore, what is ordered
// does not depend on how fast anything is, so one walk speaks for all.
#include "AccessHistory.h"
#include "Code.h"
#include "lacuna/Machine/Machine.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace lacuna;
using llvm::Error;
using llvm::StringRef;
using llvm::Twine;

namespace {

/// Engines from 0, as clocks number them.
unsigned numberOf(Engine engine) {
  return static_cast<unsigned>(engine) - static_cast<unsigned>(Engine::Load);
}
Engine engineOf(unsigned number) {
  return static_cast<Engine>(number + static_cast<unsigned>(Engine::Load));
}
std::string nameOf(unsigned engine) {
  return toString(engineOf(engine)).upper();
}

struct Semaphore {
  unsigned consumer = 0;
  uint64_t produced = 0;
  uint64_t consumed = 0;
  /// Of the signals with units left: what was produced by then, and when.
  std::deque<std::pair<uint64_t, Clock>> units;
  /// Of the waits: what was consumed by then, and the consumer's own clock.
  std::deque<std::pair<uint64_t, uint32_t>> waits;
  /// What the producer is known to follow of it.
  uint64_t knownConsumed = 0;
  /// Where the last signal stands.
  uint32_t signalIndex = 0;
};

class Simulation {
public:
  Simulation(const Code &code, const Machine &machine,
             const VerifyOptions &options)
      : code(code), machine(machine), used(findUsed(code)),
        semaphores(machine.sequencer.semaphores), dram(used), scratchpad(used),
        accumulators(used) {
    budget.left = llvm::SaturatingMultiply(options.maxSteps, uint64_t(16));
    for (unsigned engine = 0; engine != numEngines; ++engine)
      clocks[engine][engine] = 1;
    for (const DecodedInstruction &decoded : code.instructions)
      if (const auto *wait = std::get_if<Wait>(&decoded.instruction))
        semaphores[wait->semaphore].consumer = numberOf(wait->engine);
  }

  Error run();

private:
  static std::array<bool, numEngines> findUsed(const Code &code);

  Error runEngine(unsigned engine, bool &moved);
  Error execute(unsigned engine, const Issue &issue);
  Error signal(unsigned engine, const Issue &issue, const Signal &inst);
  bool tryWait(unsigned engine, const Wait &inst);

  Error access(unsigned engine, const Issue &issue, AccessPattern pattern,
               bool startsSums);
  Error checkBounds(const Issue &issue, const AccessPattern &pattern) const;
  Error checkRegion(const Issue &issue, const AccessPattern &pattern,
                    bool &isTracked) const;
  Error report(const Issue &issue, const AccessPattern &pattern,
               const AccessProblem &problem) const;

  Error reportDeadlock(const Issue &next) const;
  Error checkEnd() const;
  Issue findIssue(uint64_t step) const;

  const Code &code;
  const Machine &machine;
  std::array<bool, numEngines> used;
  std::array<std::deque<Issue>, numEngines> queues;
  std::array<Clock, numEngines> clocks{};
  std::vector<Semaphore> semaphores;
  AccessHistory dram, scratchpad, accumulators;
  WorkBudget budget{};
};

} // namespace

std::array<bool, numEngines> Simulation::findUsed(const Code &code) {
  std::array<bool, numEngines> used{};
  for (const DecodedInstruction &decoded : code.instructions) {
    Engine engine = queueOf(decoded.instruction);
    if (engine != Engine::Sequencer)
      used[numberOf(engine)] = true;
  }
  return used;
}

//===----------------------------------------------------------------------===//
// Sequencer, engines, semaphores
//===----------------------------------------------------------------------===//

Error Simulation::run() {
  Walk walk(code);
  while (true) {
    bool moved = false;
    for (;; walk.advance()) {
      const Instruction &next = code.at(walk.current().index);
      if (std::holds_alternative<Halt>(next))
        break;
      Engine engine = queueOf(next);
      if (engine != Engine::Sequencer) {
        std::deque<Issue> &queue = queues[numberOf(engine)];
        if (queue.size() >= machine.sequencer.queueDepth)
          break;
        queue.push_back(walk.current());
      }
      moved = true;
    }
    for (unsigned engine = 0; engine != numEngines; ++engine)
      if (Error error = runEngine(engine, moved))
        return error;
    if (moved)
      continue;
    if (llvm::all_of(queues, [](const auto &queue) { return queue.empty(); }))
      return checkEnd();
    return reportDeadlock(walk.current());
  }
}

Error Simulation::runEngine(unsigned engine, bool &moved) {
  std::deque<Issue> &queue = queues[engine];
  while (!queue.empty()) {
    const Issue &issue = queue.front();
    const Instruction &instruction = code.at(issue.index);
    if (const auto *inst = std::get_if<Wait>(&instruction)) {
      if (!tryWait(engine, *inst))
        return Error::success();
    } else if (const auto *inst = std::get_if<Signal>(&instruction)) {
      if (Error error = signal(engine, issue, *inst))
        return error;
    } else if (Error error = execute(engine, issue)) {
      return error;
    }
    queue.pop_front();
    moved = true;
  }
  return Error::success();
}

/// Units on a semaphore depend on how fast its engines are; what they may come
/// to follows from the order alone: all that was produced, less what the
/// producer knows to be consumed.
Error Simulation::signal(unsigned engine, const Issue &issue,
                         const Signal &inst) {
  Semaphore &semaphore = semaphores[inst.semaphore];
  while (!semaphore.waits.empty() &&
         semaphore.waits.front().second <= clocks[engine][semaphore.consumer]) {
    semaphore.knownConsumed = semaphore.waits.front().first;
    semaphore.waits.pop_front();
  }
  semaphore.produced += inst.count;
  semaphore.signalIndex = issue.index;
  uint64_t most = semaphore.produced - semaphore.knownConsumed;
  if (most > machine.sequencer.semaphoreMax)
    return code.fail(issue,
                     "semaphore " + Twine(inst.semaphore) + " may come to " +
                         Twine(most) + " units, more than the machine's " +
                         Twine(machine.sequencer.semaphoreMax),
                     "semaphore-max");
  semaphore.units.emplace_back(semaphore.produced, clocks[engine]);
  ++clocks[engine][engine];
  return Error::success();
}

bool Simulation::tryWait(unsigned engine, const Wait &inst) {
  Semaphore &semaphore = semaphores[inst.semaphore];
  if (semaphore.produced - semaphore.consumed < inst.count)
    return false;
  semaphore.consumed += inst.count;
  while (semaphore.units.front().first < semaphore.consumed)
    semaphore.units.pop_front();
  // The producer made earlier units earlier, so the last one says it all.
  Clock &clock = clocks[engine];
  for (unsigned other = 0; other != numEngines; ++other)
    clock[other] =
        std::max(clock[other], semaphore.units.front().second[other]);
  if (semaphore.units.front().first == semaphore.consumed)
    semaphore.units.pop_front();
  semaphore.waits.emplace_back(semaphore.consumed, clock[engine]);
  return true;
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

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
  if constexpr (std::is_same_v<Inst, Conv>)
    isFirst &= inst.depth.start.constant == 0;
  return isFirst;
}

static bool startsSums(const Instruction &resolved) {
  if (const auto *conv = std::get_if<Conv>(&resolved))
    return startsSums(*conv);
  if (const auto *depthwise = std::get_if<Depthwise>(&resolved))
    return startsSums(*depthwise);
  return true;
}

Error Simulation::execute(unsigned engine, const Issue &issue) {
  Instruction resolved = resolve(code.at(issue.index), issue.indices);
  llvm::Expected<llvm::SmallVector<AccessPattern, 4>> patterns =
      getAccessPatterns(resolved);
  if (!patterns)
    return code.fail(issue, toString(patterns.takeError()), "bounds");
  bool starts = startsSums(resolved);
  for (AccessPattern &pattern : *patterns)
    if (Error error = access(engine, issue, std::move(pattern), starts))
      return error;
  return Error::success();
}

Error Simulation::checkBounds(const Issue &issue,
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

Error Simulation::checkRegion(const Issue &issue, const AccessPattern &pattern,
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

Error Simulation::access(unsigned engine, const Issue &issue,
                         AccessPattern pattern, bool startsSums) {
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
  bool reads = pattern.direction == AccessDirection::Read ||
               (pattern.direction == AccessDirection::Update && !startsSums);
  bool writes = pattern.direction != AccessDirection::Read;
  AccessProblem problem = history->add(Access(pattern, issue.step, writes),
                                       engine, clocks, reads, budget);
  return problem ? report(issue, pattern, problem) : Error::success();
}

Error Simulation::report(const Issue &issue, const AccessPattern &pattern,
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
                               nameOf(race.otherEngine) +
                               (race.otherWrites ? " writes" : " reads") +
                               ", and no semaphore orders the two",
                           "race"),
                 "the other is '" + race.otherOperand + "' of " +
                     code.describe(other),
                 code.locate(other.index));
}

/// Walks again to an instruction of which only the number was kept.
Issue Simulation::findIssue(uint64_t step) const {
  Walk walk(code);
  while (walk.current().step != step)
    walk.advance();
  return walk.current();
}

//===----------------------------------------------------------------------===//
// Ends, good and bad
//===----------------------------------------------------------------------===//

Error Simulation::reportDeadlock(const Issue &next) const {
  llvm::SmallVector<Note, 8> notes;
  const Issue *first = nullptr;
  std::string message;
  for (unsigned engine = 0; engine != numEngines; ++engine) {
    if (queues[engine].empty()) {
      if (used[engine])
        notes.push_back({nameOf(engine) + " has nothing to do", {}});
      continue;
    }
    // Only a wait can hold an engine for ever.
    const Issue &issue = queues[engine].front();
    const Wait &wait = std::get<Wait>(code.at(issue.index));
    const Semaphore &semaphore = semaphores[wait.semaphore];
    std::string what = nameOf(engine) + " waits for semaphore " +
                       std::to_string(wait.semaphore) + ", which has " +
                       std::to_string(semaphore.produced - semaphore.consumed) +
                       " of " + std::to_string(wait.count) + " units";
    if (first) {
      notes.push_back(
          {what + ", at " + code.describe(issue), code.locate(issue.index)});
    } else {
      first = &issue;
      message = "deadlock: " + what;
    }
  }
  const Instruction &held = code.at(next.index);
  notes.push_back({std::holds_alternative<Halt>(held)
                       ? "the sequencer is at halt"
                       : "the sequencer is held by the full queue of " +
                             nameOf(numberOf(queueOf(held))) + ", at " +
                             code.describe(next),
                   code.locate(next.index)});
  Error error = code.fail(*first, message, "deadlock");
  for (Note &note : notes)
    error = addNote(std::move(error), note.message, note.location);
  return error;
}

Error Simulation::checkEnd() const {
  for (auto [number, semaphore] : llvm::enumerate(semaphores))
    if (semaphore.produced != semaphore.consumed)
      return code.fail(semaphore.signalIndex,
                       "semaphore " + Twine(number) + " ends with " +
                           Twine(semaphore.produced - semaphore.consumed) +
                           " units that nothing waited for",
                       "semaphore-balance");
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

Error lacuna::simulate(const Code &code, const Machine &machine,
                       const VerifyOptions &options) {
  return Simulation(code, machine, options).run();
}
