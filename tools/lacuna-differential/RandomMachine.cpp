// Random machine files.
#include "RandomMachine.h"

#include "Random.h"

using namespace lacuna;
using namespace lacuna::differential;

static void addMacType(Machine &machine, Random &random, ElementType input,
                       ElementType weights) {
  MacType type;
  type.input = input;
  type.weights = weights;
  type.accumulator = isFloat(input)              ? ElementType::FP32
                     : input == ElementType::I16 ? ElementType::I48
                                                 : ElementType::I32;
  type.rate = random.pick<Rate>({{1, 1}, {2, 1}, {4, 1}, {1, 2}, {1, 4}});
  machine.matrix.types.push_back(type);
  machine.energyPj.mac.push_back({input, weights, {0.5, "invented"}});
}

static void chooseEngines(Machine &machine, Random &random) {
  using Array = std::pair<uint32_t, uint32_t>;
  Array array = random.pick<Array>({{8, 8},
                                    {16, 16},
                                    {1, 1},
                                    {3, 5},
                                    {7, 32},
                                    {2, 64},
                                    {13, 4},
                                    {1, 17},
                                    {32, 32}});
  machine.matrix.rows = array.first;
  machine.matrix.columns = array.second;
  machine.matrix.overlapFillDrain = random.chance(0.5);
  machine.matrix.depthwiseRows = random.between(1, machine.matrix.rows);
  addMacType(machine, random, ElementType::I8, ElementType::I8);
  machine.vector.lanes = random.pick<uint32_t>({1, 3, 4, 8, 16, 31, 64});
  machine.vector.types = {ElementType::I1,  ElementType::I8,  ElementType::U8,
                          ElementType::I16, ElementType::U16, ElementType::I32};
  if (random.chance(0.9))
    addMacType(machine, random, ElementType::I8, ElementType::I4);
  if (random.chance(0.9)) {
    addMacType(machine, random, ElementType::I16, ElementType::I8);
    addMacType(machine, random, ElementType::I16, ElementType::I16);
    machine.vector.types.push_back(ElementType::I48);
  }
}

static void addFloats(Machine &machine, Random &random) {
  for (ElementType type :
       {ElementType::FP32, ElementType::BF16, ElementType::FP16,
        ElementType::FP8E4M3, ElementType::FP8E5M2}) {
    if (type != ElementType::FP32 && random.chance(0.3))
      continue;
    addMacType(machine, random, type, type);
    machine.vector.types.push_back(type);
  }
}

static void chooseMemories(Machine &machine, Random &random) {
  machine.scratchpad.banks = 1u << random.between(0, 4);
  machine.scratchpad.bankBytes = 1u << random.between(0, 4);
  uint64_t line = machine.scratchpad.getBytesPerCycle();
  uint64_t bytes = random.betweenLog(512, 256 * 1024);
  machine.scratchpad.bytes = std::max(line, bytes / line * line);
  machine.accumulators.bytes = random.betweenLog(64, 64 * 1024);
  // Where it is short, tensors take turns at a place.
  machine.dram.bytes = random.chance(0.4) ? random.betweenLog(16384, 131072)
                                          : uint64_t(16) << 20;
  machine.dram.bytesPerCycle = random.pick<uint32_t>({1, 3, 8, 16, 64});
  machine.dram.burstBytes = 1u << random.between(0, 8);
  machine.dram.latencyCycles = random.pick<uint32_t>({0, 1, 25, 200});
}

static void chooseSequencer(Machine &machine, Random &random) {
  machine.sequencer.bufferBytes =
      random.chance(0.3) ? 0 : random.betweenLog(16, 4096);
  machine.sequencer.queueDepth = random.pick<uint32_t>({1, 2, 3, 8, 32});
  machine.sequencer.semaphores = random.pick<uint32_t>({32, 48, 64, 256});
  machine.sequencer.semaphoreMax = random.pick<uint32_t>({5, 7, 15, 255});
}

/// Most machines decode weights, in some of the encodings.
static void chooseDecoder(Machine &machine, Random &random) {
  if (random.chance(0.2))
    return;
  Machine::Decoder &decoder = machine.decoder;
  decoder.streams = random.pick<uint32_t>({1, 2, 3, 16});
  for (uint32_t *rate : {&decoder.nm, &decoder.bitmap, &decoder.zeroRun,
                         &decoder.entropy, &decoder.palette})
    *rate = random.pick<uint32_t>({0, 1, 2, 8});
  machine.energyPj.decodedByte = {1, "invented"};
}

/// Half of the machines have something that finds zeros.
static void chooseSparsity(Machine &machine, Random &random) {
  if (random.chance(0.3))
    machine.matrix.sparsity.push_back({2, 4});
  if (random.chance(0.2))
    machine.matrix.sparsity.push_back(
        random.pick<WeightPattern>({{1, 4}, {1, 2}, {3, 8}, {2, 5}}));
  if (random.chance(0.6))
    return;
  SkipZeros &skip = machine.matrix.skip;
  skip.weights = random.chance(0.7);
  skip.activations = random.pick<ZeroActivations>(
      {ZeroActivations::Gate, ZeroActivations::Skip, ZeroActivations::Skip});
  skip.window = random.pick<uint32_t>({16, 32, 64, 128, 256});
  skip.ports = random.pick<uint32_t>({4, 8, 16});
  SourcedValue invented{1, "invented"};
  machine.energyPj.skipTerm = invented;
  machine.areaUm2.element = machine.areaUm2.skip = invented;
}

/// Half of them leave zeros out of activations off-chip.
static void chooseActivations(Machine &machine, Random &random) {
  if (random.chance(0.5))
    return;
  machine.activations.blockBytes =
      random.pick<uint32_t>({3, 16, 64, 100, 1024, 65535});
  machine.activations.rate = random.pick<uint32_t>({1, 3, 16, 64});
  machine.energyPj.blockByte = {1, "invented"};
}

Machine differential::makeRandomMachine(uint64_t seed, bool floats) {
  Random random(seed, /*stream=*/1);
  Machine machine;
  machine.name = "random-" + std::to_string(seed);
  machine.description = "made by lacuna-differential";
  machine.clockMhz = 250;
  chooseEngines(machine, random);
  if (floats)
    addFloats(machine, random);
  chooseMemories(machine, random);
  chooseSequencer(machine, random);
  chooseDecoder(machine, random);
  machine.energyTechnologyNm = 45;
  SourcedValue invented{1, "invented"};
  machine.energyPj.dramByte = invented;
  machine.energyPj.scratchpadByteRead = invented;
  machine.energyPj.scratchpadByteWritten = invented;
  machine.energyPj.accumulatorByte = invented;
  machine.energyPj.vectorOp = invented;
  machine.energyPj.instructionByte = invented;
  machine.staticMw = invented;
  chooseSparsity(machine, random);
  chooseActivations(machine, random);
  return machine;
}
