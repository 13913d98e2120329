// Instructions with arbitrary fields: they run or give an error, and never
// touch a byte outside the memories (which the sanitizers would see).
#include "Naive.h"
#include "Programs.h"

#include "../Program/RandomInstruction.h"

#include "lacuna/Emulator/Emulator.h"

using namespace lacuna;
using namespace lacuna::naive;

namespace {
/// Makes most numbers small enough to fit the memories, and leaves the others.
class Shrink {
public:
  explicit Shrink(Random &random) : random(random) {}

  template <class T, class Default>
  void operator()(const FieldInfo &, T &value, const Default &) {
    if constexpr (std::is_same_v<T, Ring>)
      shrink(value);
    else if constexpr (std::is_same_v<T, OnChipRing>)
      shrink(value.ring);
    else if constexpr (std::is_same_v<T, DramAddress>)
      shrink(value.address, 300);
    else if constexpr (std::is_same_v<T, Interval>)
      shrink(value);
    else if constexpr (std::is_same_v<T, Dims>)
      for (Interval &interval : value)
        shrink(interval);
    else if constexpr (std::is_same_v<T, Strides>)
      for (int64_t &stride : value)
        reduce(stride, 40);
    else if constexpr (std::is_same_v<T, uint64_t>)
      reduce(value, 5);
    else if constexpr (std::is_same_v<T, ElementType>)
      value = random.chance(95) ? ElementType(int(value) % 8) : value;
  }

private:
  template <class T> void reduce(T &value, int64_t limit) {
    if (!random.chance(98))
      return;
    value %= T(limit);
    if (value == 0)
      value = 1;
  }
  void shrink(Affine &value, int64_t limit) {
    reduce(value.constant, limit);
    value.coefficients = {};
  }
  void shrink(Ring &ring) {
    reduce(ring.base, 4000);
    if (ring.length)
      reduce(ring.length, 600);
    shrink(ring.offset, 300);
  }
  void shrink(Interval &interval) {
    reduce(interval.size, 6);
    reduce(interval.bound, 8);
    shrink(interval.start, 4);
  }

  Random &random;
};
} // namespace

TEST(Hostile, ArbitraryInstructionsRunOrFail) {
  Random random(1);
  RandomInstruction makeInstruction(1);
  Machine machine = makeMachine();
  unsigned ran = 0, failed = 0;
  EmulatorOptions options;
  options.maxWork = 100000;
  options.maxSteps = 10;
  for (unsigned i = 0; i != 20000; ++i) {
    Instruction instruction = makeInstruction();
    if (!random.chance(10))
      std::visit(
          [&](auto &inst) {
            std::decay_t<decltype(inst)>::visitFields(inst, Shrink(random));
          },
          instruction);
    if (llvm::Error error = checkFields(instruction)) {
      llvm::consumeError(std::move(error));
      continue;
    }
    Program program = makeProgram({instruction, Halt()});
    program.regions.push_back({RegionKind::Output, ".output", 256, 1000, {}});
    auto emulator = Emulator::create(program, machine, options);
    if (!emulator) {
      llvm::consumeError(emulator.takeError());
      continue;
    }
    auto outputs = emulator->run({});
    ++(outputs ? ran : failed);
    if (!outputs)
      llvm::consumeError(outputs.takeError());
  }
  // Neither outcome is rare.
  EXPECT_GT(ran, 2000u);
  EXPECT_GT(failed, 2000u);
}
