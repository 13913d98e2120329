// The functional emulator: exact outputs, every byte counted, every cycle
// accounted for. It executes instructions and nothing else; names, layers and
// tensors of the program only label what is counted.
#ifndef LACUNA_EMULATOR_EMULATOR_H
#define LACUNA_EMULATOR_EMULATOR_H

#include "lacuna/Emulator/Memory.h"
#include "lacuna/Emulator/Timeline.h"
#include "lacuna/Machine/Counters.h"
#include "lacuna/Program/ProgramText.h"

#include <memory>
#include <vector>

namespace lacuna {

struct EmulatorOptions {
  /// How errors name the program's text.
  std::string name = "text";
  /// Instructions that a run may issue, loops unrolled.
  uint64_t maxSteps = 4000000;
  /// Products, elements and bytes that the instructions of a run may work on.
  uint64_t maxWork = uint64_t(1) << 42;
  /// Called for each instruction that takes time, in the first run.
  llvm::function_ref<void(const TimelineEvent &)> onEvent = nullptr;
  /// Called in every run, after each instruction that did something to memory.
  llvm::function_ref<void(const Occurrence &, Memory &)> onExecuted = nullptr;
};

/// What was counted in one run. It is the same for every run of a program,
/// unless Emulator::costsDependOnData.
struct RunCounts {
  /// One for each of Program::layers, then one for the instructions that belong
  /// to no layer.
  std::vector<Counters> layers;
  uint64_t cycles = 0;
  /// Cycles in which the off-chip channel moved bytes.
  uint64_t channelCycles = 0;
  /// Instructions issued, loops unrolled.
  uint64_t steps = 0;

  Counters getTotal() const;
};

/// Bytes of a tensor as they lie in memory.
using TensorBytes = std::vector<uint8_t>;

class Emulator {
public:
  /// `program` has been checked (checkProgram) and fits `machine`; both outlive
  /// the emulator. Errors: instructions that can't be decoded, or no memory.
  static llvm::Expected<Emulator> create(const Program &program,
                                         const Machine &machine,
                                         const EmulatorOptions &options = {});

  /// Runs the program once. `inputs` are those of the program in order, of
  /// exactly their sizes; the outputs come back in the order of the program.
  /// Errors are located by byte in the text: an access outside a memory,
  /// engines that wait for ever, limits passed, a division by zero.
  llvm::Expected<std::vector<TensorBytes>>
  run(llvm::ArrayRef<llvm::ArrayRef<uint8_t>> inputs);

  /// Another emulator of the same program with memory of its own, for a thread
  /// of its own, which goes on as this one would. Only after the first run.
  /// Error: no memory.
  llvm::Expected<Emulator> fork() const;

  /// What the last run counted; only after one.
  const RunCounts &getCounts() const { return *counts; }
  const ProgramText &getText() const { return code; }
  /// Whether zeros in the data of a run decide what it costs: the machine skips
  /// them, or the program leaves them out of activations off-chip.
  bool costsDependOnData() const;

  /// The instructions that the last run started, in that order: the same ones
  /// in every run. Only after one.
  llvm::ArrayRef<Occurrence> getOrder() const { return *order; }
  /// The bytes of a tensor as the last run left them.
  llvm::ArrayRef<uint8_t> getBytes(const TensorInfo &tensor) {
    return memory.tensor(tensor);
  }

private:
  Emulator(const Program &program, const Machine &machine,
           const EmulatorOptions &options, ProgramText code, Memory memory)
      : program(&program), machine(&machine), options(options),
        code(std::move(code)), memory(std::move(memory)) {}

  llvm::Error runAndCount();
  llvm::Error runAgain();

  const Program *program;
  const Machine *machine;
  EmulatorOptions options;
  ProgramText code;
  Memory memory;
  /// Of the first run: what it counted, and the instructions that did
  /// something, in the order in which they were started.
  std::shared_ptr<const RunCounts> counts;
  std::shared_ptr<const std::vector<Occurrence>> order;
};

} // namespace lacuna

#endif // LACUNA_EMULATOR_EMULATOR_H
