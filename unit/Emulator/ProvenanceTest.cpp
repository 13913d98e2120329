// From a byte off-chip back to the instructions that made it.
#include "lacuna/Emulator/Provenance.h"

#include "lacuna/Emulator/Emulator.h"

#include "Naive.h"
#include "Programs.h"

#include "gtest/gtest.h"

using namespace lacuna;
using namespace lacuna::naive;

namespace {
constexpr int64_t inputAddress = 4096, spillAddress = 8192;

/// A program that is run once, on zeros.
struct Ran {
  explicit Ran(llvm::ArrayRef<Instruction> instructions)
      : program(makeProgram(instructions)), machine(makeMachine()) {
    program.regions.push_back(
        {RegionKind::Input, ".input", inputAddress, 64, {}});
    program.regions.push_back(
        {RegionKind::Spill, ".spill", spillAddress, 256, {}});
    emulator = llvm::cantFail(Emulator::create(program, machine));
    llvm::cantFail(emulator->run({}));
  }
  std::optional<Provenance> find(uint64_t address) const {
    return findProvenance(emulator->getText(), emulator->getOrder(), address);
  }

  Program program;
  Machine machine;
  std::optional<Emulator> emulator;
};
} // namespace

TEST(Provenance, FollowsAByteFromStoreToMaker) {
  Ran ran({makeLoad(inputAddress, 0, 16), makeSignal(Engine::Load, 0),
           makeWait(Engine::Vector, 0), makeCopy(0, 32, 16),
           makeSignal(Engine::Vector, 1), makeWait(Engine::Store, 1),
           makeStore(32, spillAddress, 16), Halt()});
  for (uint64_t byte : {0, 15}) {
    auto found = ran.find(spillAddress + byte);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->store->index, 6u);
    ASSERT_TRUE(found->maker);
    EXPECT_EQ(found->maker->index, 3u);
  }
  EXPECT_FALSE(ran.find(spillAddress + 16));
  EXPECT_FALSE(ran.find(spillAddress - 1));
  EXPECT_FALSE(ran.find(inputAddress));
}

TEST(Provenance, TheLastWriterCounts) {
  // Byte 4 is stored twice, the second time from where nothing was written.
  Ran ran({makeLoad(inputAddress, 0, 8), makeSignal(Engine::Load, 0),
           makeWait(Engine::Store, 0), makeStore(0, spillAddress, 8),
           makeStore(100, spillAddress + 4, 2), Halt()});
  auto first = ran.find(spillAddress + 3);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->store->index, 3u);
  ASSERT_TRUE(first->maker);
  EXPECT_EQ(first->maker->index, 0u);
  auto second = ran.find(spillAddress + 4);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->store->index, 4u);
  EXPECT_FALSE(second->maker);
  EXPECT_EQ(ran.find(spillAddress + 6)->store->index, 3u);
}

TEST(Provenance, OrderMayEndBeforeAByteIsOverwritten) {
  Ran ran(
      {makeStore(0, spillAddress, 4), makeStore(8, spillAddress, 4), Halt()});
  llvm::ArrayRef<Occurrence> order = ran.emulator->getOrder();
  EXPECT_EQ(ran.find(spillAddress)->store->index, 1u);
  EXPECT_EQ(
      findProvenance(ran.emulator->getText(), order.take_front(1), spillAddress)
          ->store->index,
      0u);
}

TEST(Provenance, TellsIterationsApart) {
  // Iteration i copies 4 bytes to 32 and stores them at 16 i.
  Store store = makeStore(32, spillAddress, 4);
  store.dram.address.coefficients[0] = 16;
  Ran ran({makeLoad(inputAddress, 0, 4), makeSignal(Engine::Load, 0),
           makeWait(Engine::Vector, 0), makeLoop(3), makeCopy(0, 32, 4),
           makeSignal(Engine::Vector, 1), makeWait(Engine::Store, 1), store,
           makeSignal(Engine::Store, 2), makeWait(Engine::Vector, 2), EndLoop(),
           Halt()});
  for (int64_t i = 0; i != 3; ++i) {
    auto found = ran.find(spillAddress + 16 * i + 3);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->store->index, 7u);
    EXPECT_EQ(found->store->indices[0], i);
    ASSERT_TRUE(found->maker);
    EXPECT_EQ(found->maker->index, 4u);
    EXPECT_EQ(found->maker->indices[0], i);
  }
  EXPECT_FALSE(ran.find(spillAddress + 4));
}

TEST(Provenance, FollowsRowsAndRings) {
  // Two rows of 4 bytes, 8 apart off-chip; in the scratchpad, a ring of 6 bytes
  // from 64 on, entered at its fourth byte: row 0 from bytes 3 to 5 and 0, row
  // 1 from bytes 1 to 4.
  Store store = makeStore(64, spillAddress, 1);
  store.pad.offset = Affine(3);
  store.pad.length = 6;
  store.dims = {Interval(2), Interval(4)};
  store.dramStrides = {8, 1};
  store.padStrides = {4, 1};
  Ran ran({makeLoad(inputAddress, 64, 3), makeLoad(inputAddress, 67, 3),
           makeSignal(Engine::Load, 0), makeWait(Engine::Store, 0), store,
           Halt()});
  EXPECT_EQ(ran.find(spillAddress + 2)->maker->index, 1u);
  EXPECT_EQ(ran.find(spillAddress + 3)->maker->index, 0u);
  EXPECT_FALSE(ran.find(spillAddress + 4));
  EXPECT_EQ(ran.find(spillAddress + 8)->maker->index, 0u);
  EXPECT_EQ(ran.find(spillAddress + 11)->maker->index, 1u);
}

TEST(EmulatorObserver, SeesMemoryAfterEachInstructionOfEveryRun) {
  Program program = makeProgram({makeStore(0, spillAddress, 4),
                                 makeStore(8, spillAddress + 4, 4), Halt()});
  program.regions.push_back(
      {RegionKind::Spill, ".spill", spillAddress, 256, {}});
  Machine machine = makeMachine();
  std::vector<uint32_t> seen;
  auto observe = [&](const Occurrence &executed, Memory &memory) {
    seen.push_back(executed.index);
    EXPECT_NE(memory.read(spillAddress, 8), nullptr);
  };
  EmulatorOptions options;
  options.onExecuted = observe;
  auto emulator = llvm::cantFail(Emulator::create(program, machine, options));
  llvm::cantFail(emulator.run({}));
  llvm::cantFail(emulator.run({}));
  EXPECT_EQ(seen, (std::vector<uint32_t>{0, 1, 0, 1}));
}
