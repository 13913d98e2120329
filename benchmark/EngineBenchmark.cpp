// How fast the emulator's engines compute: products or elements a second of
// single instructions, of shapes as networks have them.
#include "Engines.h"

#include "lacuna/Machine/Cost.h"

#include "benchmark/benchmark.h"

using namespace lacuna;

namespace {
/// Memories that are large enough for every instruction below.
class Host {
public:
  Host() {
    machine.scratchpad.bytes = 4 << 20;
    machine.accumulators.bytes = 8 << 20;
    machine.dram.bytes = 4096;
    machine.matrix.rows = machine.matrix.columns = 16;
    machine.matrix.depthwiseRows = 4;
    machine.vector.lanes = 16;
    Region text;
    text.size = 1;
    text.bytes = {0};
    program.regions = {text};
    memory.emplace(llvm::cantFail(Memory::create(program, machine)));
    for (uint64_t i = 0; i != machine.scratchpad.bytes; ++i)
      memory->scratchpad()[i] = uint8_t(i * 2654435761u >> 13);
  }

  template <typename Inst> void run(benchmark::State &state, const Inst &inst) {
    for (auto _ : state)
      llvm::cantFail(execute(inst, *memory));
    Cost cost = getCost(inst, machine);
    uint64_t work = cost.macs ? cost.macs : cost.vectorOperations;
    state.SetItemsProcessed(int64_t(work * state.iterations()));
  }

private:
  Machine machine;
  Program program;
  std::optional<Memory> memory;
};

template <typename Inst>
void setWindow(Inst &inst, int64_t size, int64_t channels, int64_t depth,
               int64_t kernel, ElementType input, ElementType sums) {
  inst.srcType = input;
  inst.weightType = ElementType::I8;
  inst.dstType = sums;
  inst.rows = inst.columns = Interval(size);
  inst.channels = Interval(channels);
  inst.kernelRows = inst.kernelColumns = Interval(kernel);
  inst.srcRows = inst.srcColumns = size;
  inst.paddingTop = inst.paddingLeft = kernel / 2;
  inst.srcStrides = {size * depth, depth, 1};
  inst.dstStrides = {size * channels, channels, 1};
  inst.weights.base = 2 << 20;
  inst.srcZeroPoint = -3;
}

void conv(benchmark::State &state, int64_t size, int64_t channels,
          int64_t depth, int64_t kernel, ElementType input, ElementType sums) {
  Conv inst;
  setWindow(inst, size, channels, depth, kernel, input, sums);
  inst.depth = Interval(depth);
  inst.weightStrides = {kernel * kernel * depth, kernel * depth, depth, 1};
  Host().run(state, inst);
}

void depthwise(benchmark::State &state, int64_t size, int64_t channels,
               int64_t kernel) {
  Depthwise inst;
  setWindow(inst, size, channels, channels, kernel, ElementType::I8,
            ElementType::I32);
  inst.weightStrides = {1, kernel * channels, channels};
  Host().run(state, inst);
}

void rescale(benchmark::State &state, int64_t pixels, int64_t channels) {
  Rescale inst;
  inst.dims = {Interval(pixels), Interval(channels)};
  inst.srcStrides = inst.dstStrides = {channels, 1};
  inst.src.memory = OnChipMemory::Accumulators;
  inst.srcType = ElementType::I32;
  inst.dstType = ElementType::I8;
  inst.multiplier = 1 << 30;
  inst.shift = 38;
  inst.rounding = Rounding::Double;
  Host().run(state, inst);
}

void add(benchmark::State &state, int64_t elements) {
  Map inst;
  inst.operation = MapOperation::Add;
  inst.dims = {Interval(elements)};
  inst.dstStrides = inst.aStrides = inst.bStrides = {1};
  inst.useB = true;
  inst.b.ring.base = 1 << 20;
  inst.dst.ring.base = 2 << 20;
  inst.aType = inst.bType = inst.dstType = ElementType::I8;
  inst.aMultiplier = inst.bMultiplier = inst.multiplier = 1 << 30;
  inst.aShift = inst.bShift = 11;
  inst.shift = 49;
  Host().run(state, inst);
}

constexpr ElementType i8 = ElementType::I8, i16 = ElementType::I16,
                      i32 = ElementType::I32, i48 = ElementType::I48;
} // namespace

BENCHMARK_CAPTURE(conv, i8_3x3_64_to_64, 32, 64, 64, 3, i8, i32);
BENCHMARK_CAPTURE(conv, i8_1x1_96_to_24, 56, 24, 96, 1, i8, i32);
BENCHMARK_CAPTURE(conv, i8_1x1_16_to_96, 56, 96, 16, 1, i8, i32);
BENCHMARK_CAPTURE(conv, i8_3x3_3_to_32, 112, 32, 3, 3, i8, i32);
BENCHMARK_CAPTURE(conv, i8_matrix_vector, 1, 1000, 1280, 1, i8, i32);
BENCHMARK_CAPTURE(conv, i16_3x3_64_to_64, 16, 64, 64, 3, i16, i48);
BENCHMARK_CAPTURE(depthwise, i8_3x3_96, 56, 96, 3);
BENCHMARK_CAPTURE(rescale, 56x56x96, 56 * 56, 96);
BENCHMARK_CAPTURE(add, i8_100k, 100000);
