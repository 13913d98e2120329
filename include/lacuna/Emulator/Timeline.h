// The discrete-event simulation of docs/machine.md, "Time": sequencer, queues,
// engines, semaphores and the off-chip channel, in whole cycles. It knows
// nothing of data: whoever simulates gives a function that is called for each
// instruction when its engine starts it, in an order that obeys the semaphores.
#ifndef LACUNA_EMULATOR_TIMELINE_H
#define LACUNA_EMULATOR_TIMELINE_H

#include "lacuna/Machine/Counters.h"
#include "lacuna/Program/ProgramText.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace lacuna {

/// What an engine spends time on.
enum class Activity : uint8_t {
  Work,
  /// Waiting, at a wait, for the engine that signals its semaphore.
  Semaphore,
  /// Waiting for off-chip memory to answer.
  Latency,
  /// Waiting until the off-chip channel has served others.
  Channel,
  /// Waiting for the sequencer to issue something.
  Issue,
};

/// An engine at work or waiting, in cycles; spans of one engine do not overlap.
/// An engine waits with the instruction that it goes on with or, at a
/// semaphore, with the wait.
struct TimelineEvent {
  Engine engine = Engine::Sequencer;
  Occurrence occurrence;
  uint64_t start = 0;
  uint64_t end = 0;
  Activity activity = Activity::Work;
};

struct TimelineOptions {
  /// Instructions that may be issued, loops unrolled.
  uint64_t maxSteps = 4000000;
  /// Called for each instruction that has taken time on its engine, after the
  /// waits before it. What an engine waits for at its end is left out.
  llvm::function_ref<void(const TimelineEvent &)> onEvent = nullptr;
};

struct TimelineResult {
  /// From the start to the end of halt.
  uint64_t cycles = 0;
  /// Instructions issued, loops unrolled; loop, end_loop and halt too.
  uint64_t steps = 0;
  /// Cycles in which the off-chip channel moved bytes.
  uint64_t channelCycles = 0;
  /// Bytes of each instruction fetched over the whole run, and the whole bursts
  /// that they took.
  std::vector<uint64_t> fetchedBytes;
  std::vector<uint64_t> fetchedBurstBytes;
  /// Bytes of each instruction that the sequencer took from its buffer.
  std::vector<uint64_t> issuedBytes;
};

/// Starts an instruction of LOAD, MATRIX, VECTOR or STORE; returns its cost.
using StartInstruction =
    llvm::function_ref<llvm::Expected<Cost>(const Occurrence &)>;

/// Simulates `code` on `machine`. Errors: those of `start`; a semaphore that
/// passes its limit; engines that wait for ever; more steps than allowed.
llvm::Expected<TimelineResult> simulate(const ProgramText &code,
                                        const Machine &machine,
                                        StartInstruction start,
                                        const TimelineOptions &options = {});

/// `error` with the place of `occurrence` put before it: the byte in the text,
/// the mnemonic, the loop indices.
llvm::Error locate(llvm::Error error, const ProgramText &code,
                   const Occurrence &occurrence);

} // namespace lacuna

#endif // LACUNA_EMULATOR_TIMELINE_H
