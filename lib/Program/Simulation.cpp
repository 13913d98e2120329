// The program executed without data: a sequencer with bounded queues, engines
// in order, and semaphores that carry vector clocks. With one producer and one
// consumer a semaphore, what is ordered does not depend on how fast anything
// is, so one walk speaks for all.
#include "MemoryCheck.h"
#include "lacuna/Machine/Machine.h"

#include "llvm/ADT/STLExtras.h"

using namespace lacuna;
using llvm::Error;
using llvm::Twine;

namespace {

/// Engines from 0, as clocks number them.
unsigned numberOf(Engine engine) {
  return static_cast<unsigned>(engine) - static_cast<unsigned>(Engine::Load);
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
        memory(code, machine, options, used) {
    for (unsigned engine = 0; engine != numEngines; ++engine)
      clocks[engine][engine] = 1;
    for (const DecodedInstruction &decoded : code.text.instructions)
      if (const auto *wait = std::get_if<Wait>(&decoded.instruction))
        semaphoreAt(wait->semaphore).consumer = numberOf(wait->engine);
      else if (const auto *signal = std::get_if<Signal>(&decoded.instruction))
        semaphoreAt(signal->semaphore);
  }

  Error run();

private:
  static std::array<bool, numEngines> findUsed(const Code &code);
  Semaphore &semaphoreAt(uint64_t number) {
    if (number >= semaphores.size())
      semaphores.resize(number + 1);
    return semaphores[number];
  }

  Error runEngine(unsigned engine, bool &moved);
  Error signal(unsigned engine, const Issue &issue, const Signal &inst);
  bool tryWait(unsigned engine, const Wait &inst);

  Error reportDeadlock(const Issue &next) const;
  Error checkEnd() const;

  const Code &code;
  const Machine &machine;
  std::array<bool, numEngines> used;
  std::array<std::deque<Issue>, numEngines> queues;
  Clocks clocks{};
  /// Up to the last that the program uses.
  std::vector<Semaphore> semaphores;
  MemoryCheck memory;
};

} // namespace

std::array<bool, numEngines> Simulation::findUsed(const Code &code) {
  std::array<bool, numEngines> used{};
  for (const DecodedInstruction &decoded : code.text.instructions) {
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
  ExecutionWalk walk(code.text);
  while (true) {
    bool moved = false;
    for (;; walk.advance()) {
      const Instruction &next = walk.instruction().instruction;
      if (std::holds_alternative<Halt>(next))
        break;
      Engine engine = queueOf(next);
      if (engine != Engine::Sequencer) {
        std::deque<Issue> &queue = queues[numberOf(engine)];
        if (queue.size() >= machine.sequencer.queueDepth)
          break;
        queue.push_back(Issue(walk));
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
    return reportDeadlock(Issue(walk));
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
    } else if (Error error = memory.execute(engine, issue, clocks)) {
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
// Ends, good and bad
//===----------------------------------------------------------------------===//

Error Simulation::reportDeadlock(const Issue &next) const {
  llvm::SmallVector<Note, 8> notes;
  const Issue *first = nullptr;
  std::string message;
  for (unsigned engine = 0; engine != numEngines; ++engine) {
    if (queues[engine].empty()) {
      if (used[engine])
        notes.push_back({nameOfEngine(engine) + " has nothing to do", {}});
      continue;
    }
    // Only a wait can hold an engine for ever.
    const Issue &issue = queues[engine].front();
    const Wait &wait = std::get<Wait>(code.at(issue.index));
    const Semaphore &semaphore = semaphores[wait.semaphore];
    std::string what = nameOfEngine(engine) + " waits for semaphore " +
                       std::to_string(wait.semaphore) + ", which has " +
                       std::to_string(semaphore.produced - semaphore.consumed) +
                       " of " + std::to_string(wait.count) + " units";
    if (first) {
      notes.push_back({what + ", at " + code.describe(issue),
                       code.text.locate(issue.index)});
    } else {
      first = &issue;
      message = "deadlock: " + what;
    }
  }
  const Instruction &held = code.at(next.index);
  notes.push_back({std::holds_alternative<Halt>(held)
                       ? "the sequencer is at halt"
                       : "the sequencer is held by the full queue of " +
                             nameOfEngine(numberOf(queueOf(held))) + ", at " +
                             code.describe(next),
                   code.text.locate(next.index)});
  Error error = code.fail(*first, message, "deadlock");
  for (Note &note : notes)
    error = addNote(std::move(error), note.message, note.location);
  return error;
}

Error Simulation::checkEnd() const {
  for (auto [number, semaphore] : llvm::enumerate(semaphores))
    if (semaphore.produced != semaphore.consumed)
      return code.text.fail(semaphore.signalIndex,
                            "semaphore " + Twine(number) + " ends with " +
                                Twine(semaphore.produced - semaphore.consumed) +
                                " units that nothing waited for",
                            "semaphore-balance");
  return memory.checkOutputs();
}

Error lacuna::simulate(const Code &code, const Machine &machine,
                       const VerifyOptions &options) {
  return Simulation(code, machine, options).run();
}
