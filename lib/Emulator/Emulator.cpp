// The first run simulates time, checks every access and counts; later runs
// execute the same instructions in the same order, unless zeros in the data
// decide what they cost.
#include "lacuna/Emulator/Emulator.h"

#include "Attribution.h"
#include "Engines.h"
#include "Limits.h"

#include "lacuna/Program/ActivationBlocks.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace llvm;
using namespace lacuna;

/// Runs `resolved` on its engine.
static Error executeOn(const Instruction &resolved, Memory &memory) {
  return std::visit(
      [&](const auto &inst) -> Error {
        if constexpr (std::decay_t<decltype(inst)>::executedBy ==
                      Engine::Sequencer)
          return Error::success();
        else
          return execute(inst, memory);
      },
      resolved);
}

Counters RunCounts::getTotal() const {
  Counters total;
  for (const Counters &layer : layers)
    total += layer;
  return total;
}

Expected<Emulator> Emulator::create(const Program &program,
                                    const Machine &machine,
                                    const EmulatorOptions &options) {
  Expected<ProgramText> code =
      ProgramText::create(program, machine, options.name);
  if (!code)
    return code.takeError();
  Expected<Memory> memory = Memory::create(program, machine);
  if (!memory)
    return memory.takeError();
  return Emulator(program, machine, options, std::move(*code),
                  std::move(*memory));
}

Expected<Emulator> Emulator::fork() const {
  Expected<Memory> own = Memory::create(*program, *machine);
  if (!own)
    return own.takeError();
  Emulator other(*program, *machine, options, code, std::move(*own));
  other.counts = counts;
  other.order = order;
  return other;
}

Expected<std::vector<TensorBytes>>
Emulator::run(ArrayRef<ArrayRef<uint8_t>> inputs) {
  auto wanted = program->getTensors(TensorKind::Input);
  if (inputs.size() != wanted.size())
    return makeError(formatv("the program has {0} inputs, not {1}",
                             wanted.size(), inputs.size())
                         .str());
  memory.clear();
  for (auto [tensor, bytes] : llvm::zip_equal(wanted, inputs)) {
    MutableArrayRef<uint8_t> target = memory.tensor(*tensor);
    if (target.size() != bytes.size())
      return makeError(formatv("input '{0}' has {1} bytes, not {2}",
                               tensor->name, target.size(), bytes.size())
                           .str());
    llvm::copy(bytes, target.begin());
  }
  // Where zeros decide what things cost, each run is counted.
  if (Error error = counts && !costsDependOnData() ? runAgain() : runAndCount())
    return std::move(error);
  std::vector<TensorBytes> outputs;
  for (const TensorInfo *tensor : program->getTensors(TensorKind::Output)) {
    ArrayRef<uint8_t> bytes = memory.tensor(*tensor);
    outputs.emplace_back(bytes.begin(), bytes.end());
  }
  return outputs;
}

bool Emulator::costsDependOnData() const {
  return machine->matrix.skip.isEnabled() ||
         llvm::any_of(code.instructions, [](const DecodedInstruction &one) {
           return movesBlocks(one.instruction);
         });
}

/// The layer of each instruction, or `none`.
static std::vector<uint32_t>
findLayers(const Program &program, const ProgramText &code, uint32_t none) {
  std::vector<uint32_t> layers(code.instructions.size(), none);
  size_t range = 0;
  for (auto [index, instruction] : llvm::enumerate(code.instructions)) {
    ArrayRef<LayerRange> ranges = program.layerRanges;
    while (range != ranges.size() && ranges[range].end <= instruction.offset)
      ++range;
    if (range != ranges.size() && ranges[range].begin <= instruction.offset)
      layers[index] = ranges[range].layer;
  }
  return layers;
}

Error Emulator::runAndCount() {
  auto counted = std::make_shared<RunCounts>();
  auto overhead = static_cast<uint32_t>(program->layers.size());
  counted->layers.resize(overhead + 1);
  std::vector<uint32_t> layers = findLayers(*program, code, overhead);
  Attribution attribution(*program);
  std::vector<Occurrence> started;
  uint64_t work = 0;

  auto start = [&](const Occurrence &occurrence) -> Expected<Cost> {
    Instruction resolved = resolve(
        code.instructions[occurrence.index].instruction, occurrence.indices);
    if (doesNothing(resolved))
      return Cost();
    work = SaturatingAdd(work, getWork(resolved));
    if (work > options.maxWork)
      return makeError(formatv("the program works on more than {0} elements",
                               options.maxWork)
                           .str());
    if (Error error = checkExtents(resolved))
      return std::move(error);
    auto patterns = getAccessPatterns(resolved);
    if (!patterns)
      return patterns.takeError();
    Expected<uint64_t> peak = checkOnChip(*patterns, memory);
    if (!peak)
      return peak.takeError();
    KnownBytes known;
    known.scratchpad =
        ArrayRef(memory.scratchpad(), memory.sizeOf(OnChipMemory::Scratchpad));
    auto readDram = [&](uint64_t address, uint64_t size) {
      return memory.read(address, size);
    };
    known.dram = readDram;
    Cost cost = getCost(resolved, *machine, &known);
    Counters &counters = counted->layers[layers[occurrence.index]];
    counters.scratchpadPeak = std::max(counters.scratchpadPeak, *peak);
    counters.addOnChip(resolved, cost);
    if (Error error = executeOn(resolved, memory))
      return std::move(error);
    if (options.onExecuted)
      options.onExecuted(occurrence, memory);
    attribution.add(resolved, *patterns, cost, counters);
    started.push_back(occurrence);
    return cost;
  };
  TimelineOptions timeline;
  timeline.maxSteps = options.maxSteps;
  if (!counts)
    timeline.onEvent = options.onEvent;
  Expected<TimelineResult> result = simulate(code, *machine, start, timeline);
  if (!result)
    return result.takeError();

  for (size_t i = 0; i != layers.size(); ++i) {
    Counters &counters = counted->layers[layers[i]];
    counters.addTransfer(DramUse::Instructions, /*written=*/false,
                         result->fetchedBytes[i]);
    counters.dramBurst += result->fetchedBurstBytes[i];
    counters.instructionBytesIssued += result->issuedBytes[i];
  }
  counted->cycles = result->cycles;
  counted->channelCycles = result->channelCycles;
  counted->steps = result->steps;
  counts = std::move(counted);
  order = std::make_shared<const std::vector<Occurrence>>(std::move(started));
  return Error::success();
}

Error Emulator::runAgain() {
  for (const Occurrence &occurrence : *order) {
    const Instruction &instruction =
        code.instructions[occurrence.index].instruction;
    if (Error error =
            executeOn(resolve(instruction, occurrence.indices), memory))
      return locate(std::move(error), code, occurrence);
    if (options.onExecuted)
      options.onExecuted(occurrence, memory);
  }
  return Error::success();
}
