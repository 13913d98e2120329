// Six parties take steps: the channel, the four engines, and the sequencer with
// its fetcher. Each can say in which cycle it could take its next step, given
// what has happened so far; the earliest one steps. Ties are broken in a fixed
// order, so that equal programs give equal time lines.
#include "lacuna/Emulator/Timeline.h"

#include "Channel.h"
#include "Waits.h"

#include "lacuna/Support/Diagnostics.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

#include <array>
#include <deque>

using namespace llvm;
using namespace lacuna;

namespace {
constexpr uint64_t never = UINT64_MAX;
/// Cycles beyond this are a program's nonsense; below it no sum overflows.
constexpr uint64_t maxCycles = uint64_t(1) << 60;

/// Something in the queue of an engine.
struct Entry {
  Occurrence occurrence;
  /// The first cycle in which the engine can see it.
  uint64_t available;
  uint64_t startedAt = 0;
  /// Once started: the cycle in which it is done, or never if not yet known.
  uint64_t end = never;
};

/// An engine and its queue. The first `started` entries have been started and
/// are not done; only LOAD has several of them.
struct EngineState {
  std::deque<Entry> queue;
  size_t started = 0;
  /// Number of the first entry of the queue, counted from the start.
  uint64_t firstNumber = 0;
  /// LOAD: the first cycle in which it can make another request.
  uint64_t nextRequest = 0;
  /// A started entry that lets nothing else start beside it.
  bool exclusive = false;
  Waits waits;
};

class Simulation {
public:
  Simulation(const ProgramText &code, const Machine &machine,
             StartInstruction start, const TimelineOptions &options)
      : code(code), machine(machine), start(start), options(options),
        walk(code), fetch(code), semaphores(machine.sequencer.semaphores) {
    result.fetchedBytes.resize(code.instructions.size());
    result.fetchedBurstBytes.resize(code.instructions.size());
    result.issuedBytes.resize(code.instructions.size());
  }

  Expected<TimelineResult> run() {
    while (!halted) {
      if (Error error = step())
        return std::move(error);
      if (now > maxCycles)
        return makeError(SourceLocation::inFile(code.name),
                         "the program takes more than 2^60 cycles");
    }
    result.channelCycles = channel.getBusyCycles();
    return std::move(result);
  }

private:
  const Instruction &instructionOf(const Entry &entry) const {
    return code.instructions[entry.occurrence.index].instruction;
  }

  /// Takes the earliest step there is.
  Error step() {
    uint64_t best = never;
    unsigned party = 0;
    auto offer = [&](uint64_t time, unsigned candidate) {
      if (time == never)
        return;
      time = std::max(time, now);
      if (time < best) {
        best = time;
        party = candidate;
      }
    };
    offer(channel.getNext().value_or(never), 0);
    for (unsigned e = 1; e != kEngines; ++e)
      offer(timeOfRetiring(engines[e]), e);
    for (unsigned e = 1; e != kEngines; ++e)
      offer(timeOfStarting(Engine(e)), kEngines + e);
    offer(timeOfIssuing(), 2 * kEngines);
    offer(timeOfFetching(), 2 * kEngines + 1);
    if (best == never)
      return deadlock();
    now = best;
    if (party == 0) {
      serve();
      return Error::success();
    }
    if (party < kEngines)
      return retire(engines[party]);
    if (party < 2 * kEngines)
      return startNext(Engine(party - kEngines));
    if (party == 2 * kEngines)
      return issue();
    fetchNext();
    return Error::success();
  }

  //===--- The channel ----------------------------------------------------===//

  void serve() {
    Channel::Served served = channel.serve();
    if (served.request.owner == 0) {
      arrivals[served.request.token - firstArrival] = served.end;
      return;
    }
    EngineState &state = engines[served.request.owner];
    Entry &entry = state.queue[served.request.token - state.firstNumber];
    entry.end = served.end;
    report(Engine(served.request.owner), entry, served.request.ready,
           served.begin, served.end);
  }

  void report(Engine engine, const Entry &entry, uint64_t ready, uint64_t begin,
              uint64_t end) {
    if (options.onEvent && end > begin)
      engines[unsigned(engine)].waits.report(engine, entry.occurrence,
                                             entry.startedAt, ready, begin, end,
                                             options.onEvent);
  }

  //===--- The engines ----------------------------------------------------===//

  uint64_t timeOfRetiring(const EngineState &state) const {
    return state.started ? state.queue.front().end : never;
  }

  /// The oldest entry is done: a signal takes effect, the queue has room.
  Error retire(EngineState &state) {
    Entry entry = state.queue.front();
    state.queue.pop_front();
    ++state.firstNumber;
    --state.started;
    if (!state.started)
      state.exclusive = false;
    if (const auto *signal = std::get_if<Signal>(&instructionOf(entry))) {
      if (signal->semaphore >= semaphores.size())
        return wrong("the machine has no such semaphore", entry.occurrence);
      uint64_t &value = semaphores[signal->semaphore];
      value = SaturatingAdd(value, signal->count);
      if (value > machine.sequencer.semaphoreMax)
        return wrong(formatv("semaphore {0} passes the machine's limit of {1}",
                             signal->semaphore, machine.sequencer.semaphoreMax),
                     entry.occurrence);
    }
    return Error::success();
  }

  uint64_t timeOfStarting(Engine engine) const {
    const EngineState &state = engines[unsigned(engine)];
    if (state.started == state.queue.size())
      return never;
    const Entry &entry = state.queue[state.started];
    const Instruction &instruction = instructionOf(entry);
    // What these read on-chip must have come.
    bool overlaps = engine == Engine::Load &&
                    !std::holds_alternative<Fill>(instruction) &&
                    !std::holds_alternative<Gather>(instruction) &&
                    !std::holds_alternative<Decode>(instruction);
    if (state.started && (!overlaps || state.exclusive))
      return never;
    if (const auto *wait = std::get_if<Wait>(&instruction))
      if (wait->semaphore < semaphores.size() &&
          semaphores[wait->semaphore] < wait->count)
        return never;
    if (std::holds_alternative<Load>(instruction))
      return std::max(entry.available, state.nextRequest);
    return entry.available;
  }

  Error startNext(Engine engine) {
    EngineState &state = engines[unsigned(engine)];
    Entry &entry = state.queue[state.started++];
    entry.startedAt = now;
    const Instruction &instruction = instructionOf(entry);
    if (const auto *wait = std::get_if<Wait>(&instruction)) {
      if (wait->semaphore >= semaphores.size())
        return wrong("the machine has no such semaphore", entry.occurrence);
      semaphores[wait->semaphore] -= wait->count;
      if (options.onEvent)
        state.waits.addSemaphore(entry.occurrence, entry.available, now);
      entry.end = now;
      return Error::success();
    }
    if (std::holds_alternative<Signal>(instruction)) {
      entry.end = now;
      return Error::success();
    }
    Expected<Cost> cost = start(entry.occurrence);
    if (!cost)
      return locate(cost.takeError(), code, entry.occurrence);
    if (cost->dramBurst) {
      uint64_t latency =
          engine == Engine::Load ? machine.dram.latencyCycles : 0;
      // What is read depends on a table that is read first.
      if (std::holds_alternative<Expand>(instruction))
        latency *= 2;
      channel.post(now + latency, cost->cycles, unsigned(engine),
                   state.firstNumber + state.started - 1);
      state.nextRequest = now + 1;
      return Error::success();
    }
    entry.end = SaturatingAdd(now, cost->cycles);
    state.exclusive = true;
    report(engine, entry, now, now, entry.end);
    return Error::success();
  }

  //===--- The sequencer --------------------------------------------------===//

  uint64_t timeOfIssuing() const {
    uint64_t time = nextIssue;
    if (walk.isFetched()) {
      if (arrivals.empty() || arrivals.front() == never)
        return never;
      time = std::max(time, arrivals.front());
    }
    const Instruction &instruction = walk.instruction().instruction;
    if (std::holds_alternative<Halt>(instruction)) {
      for (const EngineState &state : engines)
        if (!state.queue.empty())
          return never;
      return time;
    }
    Engine queue = queueOf(instruction);
    if (queue != Engine::Sequencer &&
        engines[unsigned(queue)].queue.size() >= machine.sequencer.queueDepth)
      return never;
    return time;
  }

  Error issue() {
    if (++result.steps > options.maxSteps)
      return wrong(formatv("more than {0} instructions have been executed",
                           options.maxSteps),
                   {walk.index(), walk.indices()});
    if (walk.isFetched()) {
      arrivals.pop_front();
      ++firstArrival;
      usedBytes += walk.instruction().size;
    }
    const Instruction &instruction = walk.instruction().instruction;
    result.issuedBytes[walk.index()] += walk.instruction().size;
    nextIssue = now + 1;
    if (std::holds_alternative<Halt>(instruction)) {
      halted = true;
      result.cycles = now + 1;
      return Error::success();
    }
    Engine queue = queueOf(instruction);
    if (queue != Engine::Sequencer)
      engines[unsigned(queue)].queue.push_back(
          {{walk.index(), walk.indices()}, now + 1});
    int64_t kept = walk.keptLoop();
    walk.advance();
    // What a kept loop takes of the buffer is given up when it has ended.
    if (walk.keptLoop() < 0)
      releasedBytes = usedBytes;
    else if (kept < 0)
      releasedBytes = usedBytes - code.instructions[walk.keptLoop()].size;
    return Error::success();
  }

  //===--- Fetching -------------------------------------------------------===//

  /// The fetcher runs ahead as far as the buffer has room. The instruction
  /// that the sequencer waits for is fetched in any case.
  uint64_t timeOfFetching() const {
    if (fetch.done())
      return never;
    uint64_t end = requestedBytes + code.instructions[fetch.index()].size;
    bool fits = end - releasedBytes <= machine.sequencer.bufferBytes;
    return fits || arrivals.empty() ? 0 : never;
  }

  void fetchNext() {
    uint32_t index = fetch.index();
    const DecodedInstruction &next = code.instructions[index];
    uint64_t burst = machine.dram.burstBytes;
    uint64_t begin = code.address + next.offset, end = begin + next.size;
    uint64_t bursts = divideCeil(end, burst) - begin / burst;
    // In a straight line, the bytes up to the next boundary came before.
    if (begin == lastEnd && begin % burst != 0)
      --bursts;
    lastEnd = end;
    requestedBytes += next.size;
    result.fetchedBytes[index] += next.size;
    result.fetchedBurstBytes[index] += bursts * burst;
    // Bytes of a burst that is on its way come with it.
    uint64_t token = firstArrival + arrivals.size();
    arrivals.push_back(never);
    channel.post(now + machine.dram.latencyCycles,
                 divideCeil(bursts * burst, machine.dram.bytesPerCycle), 0,
                 token);
    fetch.advance();
  }

  //===--- Errors ---------------------------------------------------------===//

  Error wrong(const Twine &message, const Occurrence &occurrence) {
    return locate(makeError(message), code, occurrence);
  }

  Error deadlock() {
    for (const EngineState &state : engines)
      if (state.started < state.queue.size())
        return wrong("the engines wait for each other for ever",
                     state.queue[state.started].occurrence);
    return wrong("nothing can go on", {walk.index(), walk.indices()});
  }

  const ProgramText &code;
  const Machine &machine;
  StartInstruction start;
  const TimelineOptions &options;
  TimelineResult result;

  uint64_t now = 0;
  bool halted = false;
  Channel channel;
  std::array<EngineState, kEngines> engines;

  ExecutionWalk walk;
  uint64_t nextIssue = 0;

  FetchWalk fetch;
  /// When the bytes of each instruction fetched and not issued are there.
  std::deque<uint64_t> arrivals;
  uint64_t firstArrival = 0;
  uint64_t lastEnd = never;
  /// Bytes requested, issued, and no longer needed, since the start.
  uint64_t requestedBytes = 0, usedBytes = 0, releasedBytes = 0;

  std::vector<uint64_t> semaphores;
};
} // namespace

Expected<TimelineResult> lacuna::simulate(const ProgramText &code,
                                          const Machine &machine,
                                          StartInstruction start,
                                          const TimelineOptions &options) {
  return Simulation(code, machine, start, options).run();
}

Error lacuna::locate(Error error, const ProgramText &code,
                     const Occurrence &occurrence) {
  const DecodedInstruction &instruction = code.instructions[occurrence.index];
  std::string place = mnemonicOf(instruction.instruction).str();
  for (auto [level, index] : llvm::enumerate(occurrence.indices))
    if (index)
      place += formatv(" i{0}={1}", level, index);
  return makeError(SourceLocation::atByte(code.name, instruction.offset),
                   place + ": " + toString(std::move(error)));
}
