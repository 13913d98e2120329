// The verifier: a good program passes, and each way of breaking it is refused
// by the rule that forbids it.
#include "lacuna/Program/Verifier.h"
#include "Pipeline.h"
#include "lacuna/Support/Diagnostics.h"

#include "gmock/gmock.h"

#include <chrono>
#include <random>

using namespace lacuna;
using namespace lacuna::pipeline;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;

namespace {

class Verifier : public testing::Test {
protected:
  /// The error of `instructions`, or "".
  std::string errorOf(llvm::ArrayRef<Instruction> instructions) {
    Program program = makeProgram(instructions, machine);
    if (!needsOutputs)
      program.tensors.clear();
    EXPECT_EQ(toString(checkProgram(program, "test")), "");
    llvm::Expected<VerifiedProgram> result =
        verifyProgram(program, machine, options);
    if (!result)
      return toString(result.takeError());
    verified = *result;
    return "";
  }

  Machine machine = makeMachine();
  VerifyOptions options;
  VerifiedProgram verified;
  bool needsOutputs = false;
};

bool isSemaphoreInstruction(const Instruction &instruction) {
  return std::holds_alternative<Signal>(instruction) ||
         std::holds_alternative<Wait>(instruction);
}

/// The index of the first instruction of a kind.
template <typename Inst>
size_t indexOf(llvm::ArrayRef<Instruction> instructions) {
  for (size_t i = 0; i != instructions.size(); ++i)
    if (std::holds_alternative<Inst>(instructions[i]))
      return i;
  return ~size_t(0);
}
template <typename Inst> Inst &get(std::vector<Instruction> &instructions) {
  return std::get<Inst>(instructions[indexOf<Inst>(instructions)]);
}

TEST_F(Verifier, AcceptsThePipeline) {
  needsOutputs = true;
  EXPECT_EQ(errorOf(makeInstructions()), "");
  EXPECT_EQ(verified.instructionsExecuted, 5 + tiles * 17 + 4);
}

TEST_F(Verifier, CountsFetchedBytes) {
  std::vector<Instruction> instructions = {loop(5), loop(3), EndLoop(),
                                           EndLoop(), Halt()};
  EXPECT_EQ(errorOf(instructions), "");
  EXPECT_EQ(verified.bytesFetched, 7u) << "all of it fits into the buffer";
  machine.sequencer.bufferBytes = 3;
  EXPECT_EQ(errorOf(instructions), "");
  EXPECT_EQ(verified.bytesFetched, 2u + 5 * (3 + 1) + 1);
  machine.sequencer.bufferBytes = 0;
  EXPECT_EQ(errorOf(instructions), "");
  EXPECT_EQ(verified.bytesFetched, 2u + 5 * (2 + 3 * 1 + 1) + 1);
  EXPECT_EQ(verified.instructionsExecuted, 1u + 5 * (1 + 3 + 1) + 1);
}

TEST_F(Verifier, EverySemaphoreInstructionIsNeeded) {
  const std::vector<Instruction> good = makeInstructions();
  unsigned removed = 0;
  for (size_t i = 0; i != good.size(); ++i) {
    if (!isSemaphoreInstruction(good[i]))
      continue;
    std::vector<Instruction> bad = good;
    bad.erase(bad.begin() + i);
    EXPECT_NE(errorOf(bad), "") << "without instruction " << i;
    ++removed;
  }
  EXPECT_EQ(removed, 18u);
}

TEST_F(Verifier, EverySemaphorePreventsARace) {
  const std::vector<Instruction> good = makeInstructions();
  for (uint64_t semaphore = 0; semaphore != 6; ++semaphore) {
    std::vector<Instruction> bad;
    for (const Instruction &instruction : good) {
      const auto *signal = std::get_if<Signal>(&instruction);
      const auto *wait = std::get_if<Wait>(&instruction);
      if ((signal && signal->semaphore == semaphore) ||
          (wait && wait->semaphore == semaphore))
        continue;
      bad.push_back(instruction);
    }
    // Which engine comes first is the verifier's choice: a reader before its
    // writer finds nothing written.
    EXPECT_THAT(errorOf(bad),
                AnyOf(HasSubstr("no semaphore orders the two (rule race)"),
                      HasSubstr("written by then (rule unwritten)")))
        << "without semaphore " << semaphore;
  }
}

TEST_F(Verifier, RaceNamesBothInstructions) {
  std::vector<Instruction> bad = makeInstructions();
  // One unit too many: LOAD may overwrite the tile that MATRIX reads.
  std::get<Signal>(bad[0]).count = 3;
  std::get<Wait>(bad[22]).count = 3;
  EXPECT_THAT(errorOf(bad), AllOf(HasSubstr("program(.text):byte "),
                                  HasSubstr(" of layer 'dense' at i0="),
                                  HasSubstr("scratchpad bytes 0 to 63"),
                                  HasSubstr("the other is")));
}

TEST_F(Verifier, FirstSumsNeedNothingWritten) {
  std::vector<Instruction> instructions = makeInstructions();
  Conv &conv = get<Conv>(instructions);
  conv.accumulate = Accumulation::Add;
  EXPECT_THAT(errorOf(instructions),
              HasSubstr("operand 'dst' reads accumulators byte 0, which "
                        "nothing has written by then (rule unwritten)"));
  conv.accumulate = Accumulation::First;
  EXPECT_EQ(errorOf(instructions), "");
  conv.depth.start = 1;
  EXPECT_THAT(errorOf(instructions), HasSubstr("rule unwritten"));
}

//===----------------------------------------------------------------------===//
// Structure
//===----------------------------------------------------------------------===//

TEST_F(Verifier, Loops) {
  EXPECT_THAT(errorOf({EndLoop(), Halt()}), HasSubstr("no loop is open"));
  EXPECT_THAT(errorOf({loop(2), Halt()}), HasSubstr("rule halt"));
  EXPECT_THAT(errorOf({Halt(), loop(2)}), HasSubstr("rule halt"));
  EXPECT_THAT(errorOf({loop(2), EndLoop()}), HasSubstr("rule halt"));
  EXPECT_THAT(errorOf({Halt(), Halt()}), HasSubstr("rule halt"));
  std::vector<Instruction> deep(7, loop(1));
  deep.insert(deep.end(), 7, EndLoop());
  deep.push_back(Halt());
  EXPECT_THAT(errorOf(deep), HasSubstr("nest deeper than 6"));
  deep.erase(deep.begin());
  deep.erase(deep.end() - 2);
  EXPECT_EQ(errorOf(deep), "");
}

TEST_F(Verifier, StepsAreCapped) {
  std::vector<Instruction> nest(6, loop(4294967295));
  nest.insert(nest.end(), 6, EndLoop());
  nest.push_back(Halt());
  EXPECT_THAT(errorOf(nest), HasSubstr("2^64 or more instructions, more than "
                                       "the limit of 4000000 (rule steps)"));
  EXPECT_THAT(errorOf({loop(4000000), EndLoop(), Halt()}),
              HasSubstr("executes 4000002 instructions"));
}

TEST_F(Verifier, LoopTerms) {
  Load load = copy<Load>(inputAt, ring(0), 64);
  load.dram.address.coefficients[1] = 64;
  EXPECT_THAT(errorOf({loop(2), load, EndLoop(), Halt()}),
              HasSubstr("i1 is not the index of an open loop"));
  load.dram.address.coefficients[1] = 0;
  load.dram.address.coefficients[0] = int64_t(1) << 46;
  EXPECT_THAT(errorOf({loop(3), load, EndLoop(), Halt()}),
              HasSubstr("rule loop-terms"));
}

TEST_F(Verifier, RulesOfInstructions) {
  std::vector<Instruction> bad = makeInstructions();
  get<Conv>(bad).srcType = ElementType::FP32;
  EXPECT_THAT(errorOf(bad), HasSubstr("(rule matrix-types)"));
  EXPECT_THAT(
      errorOf({signal(Engine::Load, 64), wait(Engine::Store, 64), Halt()}),
      HasSubstr("semaphore-exists"));
}

TEST_F(Verifier, DamagedText) {
  Program program = makeProgram(makeInstructions(), machine);
  program.regions[0].bytes[0] = 0xff;
  llvm::Expected<VerifiedProgram> result =
      verifyProgram(program, machine, options);
  ASSERT_FALSE(bool(result));
  EXPECT_THAT(toString(result.takeError()), HasSubstr("program(.text):byte 0"));
}

TEST_F(Verifier, MutatedTextIsRefusedOrRuns) {
  const Program good = makeProgram(makeInstructions(), machine);
  options.maxSteps = 20000;
  std::mt19937 random(7);
  unsigned accepted = 0;
  for (unsigned i = 0; i != 5000; ++i) {
    Program program = good;
    std::vector<uint8_t> &text = program.regions[0].bytes;
    for (unsigned change = 0, changes = 1 + random() % 3; change != changes;
         ++change)
      text[random() % text.size()] ^= uint8_t(1 << random() % 8);
    llvm::Expected<VerifiedProgram> result =
        verifyProgram(program, machine, options);
    if (result)
      ++accepted;
    else
      EXPECT_THAT(toString(result.takeError()), HasSubstr("program"));
  }
  // Zero points, types and the like may change.
  EXPECT_LT(accepted, 1000u);
}

TEST_F(Verifier, AnotherMachine) {
  Program program = makeProgram(makeInstructions(), machine);
  machine.matrix.rows = 16;
  machine.clockMhz += 1;
  llvm::Expected<VerifiedProgram> result =
      verifyProgram(program, machine, options);
  ASSERT_FALSE(bool(result));
  EXPECT_THAT(toString(result.takeError()),
              HasSubstr("differs in matrix.rows (8, 16) (rule machine)"));
  // What only costs is no obstacle.
  machine.matrix.rows = 8;
  EXPECT_TRUE(bool(verifyProgram(program, machine, options)));
}

TEST_F(Verifier, DramSize) {
  machine.dram.bytes = 32768;
  EXPECT_THAT(errorOf(makeInstructions()),
              HasSubstr("the machine's dram has 32768 (rule dram-size)"));
}

//===----------------------------------------------------------------------===//
// Semaphores
//===----------------------------------------------------------------------===//

TEST_F(Verifier, SemaphoreEnds) {
  EXPECT_THAT(errorOf({signal(Engine::Load, 0), signal(Engine::Matrix, 0),
                       wait(Engine::Store, 0, 2), Halt()}),
              HasSubstr("two producing engines, load and matrix"));
  EXPECT_THAT(errorOf({signal(Engine::Load, 0, 2), wait(Engine::Store, 0),
                       wait(Engine::Vector, 0), Halt()}),
              HasSubstr("two consuming engines, store and vector"));
}

TEST_F(Verifier, SemaphoreBalance) {
  EXPECT_THAT(
      errorOf({signal(Engine::Load, 0, 2), wait(Engine::Store, 0), Halt()}),
      HasSubstr("ends with 1 units that nothing waited for"));
}

TEST_F(Verifier, DeadlockSaysWhoWaits) {
  EXPECT_THAT(
      errorOf({wait(Engine::Load, 0), signal(Engine::Load, 1),
               wait(Engine::Store, 1), signal(Engine::Store, 0), Halt()}),
      AllOf(HasSubstr("deadlock: LOAD waits for semaphore 0, which has 0 of 1"),
            HasSubstr("STORE waits for semaphore 1"),
            HasSubstr("the sequencer is at halt")));
}

TEST_F(Verifier, QueuesAreBounded) {
  machine.sequencer.queueDepth = 4;
  std::vector<Instruction> instructions = {wait(Engine::Load, 0)};
  // LOAD's queue fills before STORE's signal is issued.
  for (unsigned i = 0; i != 3; ++i)
    instructions.push_back(copy<Load>(inputAt, ring(64 * i), 64));
  std::vector<Instruction> held = instructions;
  held.push_back(copy<Load>(inputAt, ring(512), 64));
  for (auto *list : {&instructions, &held}) {
    list->push_back(signal(Engine::Store, 0));
    list->push_back(Halt());
  }
  EXPECT_EQ(errorOf(instructions), "");
  EXPECT_THAT(errorOf(held),
              AllOf(HasSubstr("STORE has nothing to do"),
                    HasSubstr("held by the full queue of LOAD")));
}

TEST_F(Verifier, SemaphoreMaximumHoldsHoweverFastEnginesAre) {
  machine.sequencer.semaphoreMax = 8;
  // STORE might take its units at once, but nothing says so.
  std::vector<Instruction> instructions = {loop(9), signal(Engine::Load, 0),
                                           wait(Engine::Store, 0), EndLoop(),
                                           Halt()};
  EXPECT_THAT(errorOf(instructions),
              HasSubstr("semaphore 0 may come to 9 units"));
  std::get<Loop>(instructions[0]).count = 8;
  EXPECT_EQ(errorOf(instructions), "");
  // With an answer for each unit, LOAD can't be ahead.
  std::get<Loop>(instructions[0]).count = 100;
  instructions.insert(instructions.begin() + 3,
                      {signal(Engine::Store, 1), wait(Engine::Load, 1)});
  EXPECT_EQ(errorOf(instructions), "");
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

TEST_F(Verifier, Bounds) {
  EXPECT_THAT(errorOf({copy<Load>(inputAt, ring(65536 - 63), 64), Halt()}),
              HasSubstr("rule bounds"));
  EXPECT_THAT(errorOf({copy<Load>(inputAt, ring(0, 0, -1), 64), Halt()}),
              HasSubstr("begins below address 0"));
  EXPECT_EQ(errorOf({copy<Load>(inputAt, ring(65536 - 64), 64), Halt()}), "");
}

TEST_F(Verifier, Rings) {
  // The second tile of three would start before the end and pass it.
  Load load = copy<Load>(inputAt, ring(0, 100, times(64)), 64);
  EXPECT_THAT(errorOf({loop(2), load, EndLoop(), Halt()}),
              AllOf(HasSubstr("at i0=1"), HasSubstr("straddles")));
  // Two runs that are the same bytes of the ring.
  load = copy<Load>(inputAt, ring(0, 64), 64);
  load.dims = {Interval(2)};
  load.dramStrides = {64};
  load.padStrides = {64};
  EXPECT_THAT(errorOf({load, Halt()}), HasSubstr("rule ring-reach"));
  load.pad.length = 128;
  EXPECT_EQ(errorOf({load, Halt()}), "");
  // A ring is joined where it wraps.
  load.pad.offset = 64;
  EXPECT_THAT(errorOf({load, copy<Store>(outputAt, ring(0), 64), Halt()}),
              HasSubstr("scratchpad bytes 0 to 63, which LOAD writes"));
}

TEST_F(Verifier, RegionsAndPermissions) {
  EXPECT_THAT(errorOf({copy<Load>(inputAt + 500, ring(0), 64), Halt()}),
              HasSubstr("rule region"));
  EXPECT_THAT(errorOf({copy<Load>(0, ring(0), 2), Halt()}),
              HasSubstr("reads dram byte 0 in region '.text', which the "
                        "program may not read"));
  auto loadThenStoreTo = [](uint64_t address) -> std::vector<Instruction> {
    return {copy<Load>(inputAt, ring(0), 64), signal(Engine::Load, 0),
            wait(Engine::Store, 0), copy<Store>(address, ring(0), 64), Halt()};
  };
  EXPECT_EQ(errorOf(loadThenStoreTo(spillAt)), "");
  EXPECT_THAT(errorOf(loadThenStoreTo(inputAt)), HasSubstr("rule permission"));
  EXPECT_THAT(errorOf(loadThenStoreTo(constantsAt)),
              HasSubstr("rule permission"));
}

TEST_F(Verifier, Unwritten) {
  EXPECT_THAT(errorOf({copy<Load>(spillAt, ring(0), 64), Halt()}),
              HasSubstr("reads dram byte 32768, which nothing has written"));
  EXPECT_THAT(errorOf({copy<Load>(inputAt, ring(0), 63),
                       signal(Engine::Load, 0), wait(Engine::Store, 0),
                       copy<Store>(outputAt, ring(0), 64), Halt()}),
              HasSubstr("reads scratchpad byte 63"));
}

TEST_F(Verifier, SpillsAreOrdered) {
  std::vector<Instruction> instructions = {copy<Load>(inputAt, ring(0), 64),
                                           signal(Engine::Load, 0),
                                           wait(Engine::Store, 0),
                                           copy<Store>(spillAt, ring(0), 64),
                                           signal(Engine::Store, 1),
                                           wait(Engine::Load, 1),
                                           copy<Load>(spillAt, ring(512), 64),
                                           Halt()};
  EXPECT_EQ(errorOf(instructions), "");
  instructions.erase(instructions.begin() + 4, instructions.begin() + 6);
  EXPECT_THAT(errorOf(instructions),
              AnyOf(HasSubstr("dram bytes 32768 to 32831, which STORE writes"),
                    HasSubstr("rule unwritten")));
}

TEST_F(Verifier, StridedAccessesMayInterleave) {
  // LOAD fills the even blocks of 16 bytes while STORE empties the odd ones.
  auto strided = [](auto inst) {
    inst.dims = {Interval(8)};
    inst.dramStrides = {16};
    inst.padStrides = {32};
    return inst;
  };
  Load odd = strided(copy<Load>(inputAt, ring(16), 16));
  Load even = strided(copy<Load>(inputAt, ring(0), 16));
  Store store = strided(copy<Store>(outputAt, ring(16), 16));
  auto program = [&](Load last) -> std::vector<Instruction> {
    return {odd,   signal(Engine::Load, 0), wait(Engine::Store, 0), store, last,
            Halt()};
  };
  EXPECT_EQ(errorOf(program(even)), "");
  even.pad.base = 1;
  EXPECT_THAT(errorOf(program(even)), HasSubstr("scratchpad bytes 16 to 16"));
}

TEST_F(Verifier, OutputsAreWritten) {
  needsOutputs = true;
  std::vector<Instruction> bad = makeInstructions();
  get<Store>(bad).run = 60;
  EXPECT_THAT(errorOf(bad),
              HasSubstr("without writing byte 60 of output 0 'y'"));
}

TEST_F(Verifier, HostileStridesEndInTime) {
  // 6 extents that interleave without order, each within the scratchpad.
  Load load = copy<Load>(inputAt, ring(0), 1);
  load.dims.assign(6, Interval(64));
  load.dramStrides = {0, 0, 0, 0, 0, 0};
  load.padStrides = {101, 103, 107, 109, 113, 127};
  EXPECT_THAT(errorOf({load, Halt()}), HasSubstr("rule steps"));
}

TEST_F(Verifier, ManyUnorderedAccessesEndInTime) {
  // Neither engine ever hears of the other.
  options.maxSteps = 500000;
  Load load = copy<Load>(inputAt, ring(0, 1 << 15, times(64)), 64);
  Store store = copy<Store>(outputAt, ring(1 << 15, 1 << 15, times(64)), 64);
  Load first = copy<Load>(inputAt, ring(1 << 15), 64);
  first.dims = {Interval(512)};
  first.dramStrides = {0};
  first.padStrides = {64};
  EXPECT_THAT(errorOf({first, signal(Engine::Load, 0), wait(Engine::Store, 0),
                       loop(100000), load, store, EndLoop(), Halt()}),
              HasSubstr("rule steps"));
}

TEST_F(Verifier, IsFast) {
  std::vector<Instruction> instructions = makeInstructions();
  get<Loop>(instructions).count = 100000 / 17;
  for (Instruction &instruction : instructions) {
    if (auto *load = std::get_if<Load>(&instruction))
      load->dram.address.coefficients = {};
    if (auto *store = std::get_if<Store>(&instruction))
      store->dram.address.coefficients = {};
  }
  auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(errorOf(instructions), "");
  std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
  // A tenth of a second is expected; a busy or instrumented host takes longer.
  EXPECT_LT(time.count(), 5.0);
  RecordProperty("microseconds", int(time.count() * 1e6));
}

} // namespace
