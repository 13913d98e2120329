// Time lines computed by hand. The machine moves 8 bytes a cycle off-chip in
// bursts of 32, the first after 10 cycles; its queues hold 4, its buffer 64
// bytes. A program within one burst thus arrives in cycle 14, and its
// instructions are issued from then on, one a cycle.
#include "Naive.h"
#include "Programs.h"

#include "lacuna/Emulator/Timeline.h"

#include "gmock/gmock.h"

using namespace lacuna;
using namespace lacuna::naive;

namespace {
struct Span2 {
  Engine engine;
  uint64_t start, end;
  Activity activity = Activity::Work;
  bool operator==(const Span2 &o) const {
    return engine == o.engine && start == o.start && end == o.end &&
           activity == o.activity;
  }
};
void PrintTo(const Span2 &span, std::ostream *os) {
  *os << toString(span.engine).str() << " " << span.start << "-" << span.end
      << " " << int(span.activity);
}

class Timeline : public ::testing::Test {
protected:
  llvm::Expected<TimelineResult> run(llvm::ArrayRef<Instruction> instructions,
                                     uint64_t maxSteps = 100000) {
    Program program = makeProgram(instructions);
    auto code = ProgramText::create(program, machine);
    if (!code)
      return code.takeError();
    events.clear();
    waits.clear();
    auto onEvent = [&](const TimelineEvent &event) {
      bool works = event.activity == Activity::Work;
      (works ? events : waits)
          .push_back({event.engine, event.start, event.end, event.activity});
    };
    TimelineOptions options;
    options.maxSteps = maxSteps;
    options.onEvent = onEvent;
    auto start = [&](const Occurrence &occurrence) -> llvm::Expected<Cost> {
      return getCost(resolve(code->instructions[occurrence.index].instruction,
                             occurrence.indices),
                     machine);
    };
    return simulate(*code, machine, start, options);
  }
  uint64_t cyclesOf(llvm::ArrayRef<Instruction> instructions) {
    return llvm::cantFail(run(instructions)).cycles;
  }
  std::string errorOf(llvm::ArrayRef<Instruction> instructions,
                      uint64_t maxSteps = 100000) {
    auto result = run(instructions, maxSteps);
    return result ? "" : llvm::toString(result.takeError());
  }

  Machine machine = makeMachine();
  std::vector<Span2> events, waits;
};
} // namespace

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(Timeline, HaltWaitsForItsBytes) { EXPECT_EQ(cyclesOf({Halt()}), 15u); }

TEST_F(Timeline, LoadsOverlapTheirLatency) {
  // Requested in 15 and 16; 4 cycles each on the channel.
  EXPECT_EQ(cyclesOf({makeLoad(64, 0, 32), makeLoad(96, 32, 32), Halt()}), 34u);
  EXPECT_THAT(events, ElementsAre(Span2{Engine::Load, 25, 29},
                                  Span2{Engine::Load, 29, 33}));
}

TEST_F(Timeline, BurstsSetTheTime) {
  // 2 bytes across a boundary are two bursts.
  cyclesOf({makeLoad(95, 0, 2), Halt()});
  EXPECT_THAT(events, ElementsAre(Span2{Engine::Load, 25, 33}));
}

TEST_F(Timeline, SignalsComeAfterTheWork) {
  // The load is there in 29; the map takes 2 cycles; the store needs no
  // latency.
  EXPECT_EQ(cyclesOf({makeLoad(64, 0, 32), makeSignal(Engine::Load, 0),
                      makeWait(Engine::Vector, 0), makeCopy(0, 32, 16),
                      makeSignal(Engine::Vector, 1), makeWait(Engine::Store, 1),
                      makeStore(32, 128, 32), Halt()}),
            36u);
  EXPECT_THAT(events, ElementsAre(Span2{Engine::Load, 25, 29},
                                  Span2{Engine::Vector, 29, 31},
                                  Span2{Engine::Store, 31, 35}));
}

TEST_F(Timeline, GapsSayWhatTheyWaitFor) {
  // The wait is issued in 16; the load's bytes are there in 29.
  cyclesOf({makeLoad(64, 0, 32), makeSignal(Engine::Load, 0),
            makeWait(Engine::Vector, 0), makeCopy(0, 32, 16), Halt()});
  EXPECT_THAT(waits,
              ElementsAre(Span2{Engine::Load, 0, 15, Activity::Issue},
                          Span2{Engine::Load, 15, 25, Activity::Latency},
                          Span2{Engine::Vector, 0, 17, Activity::Issue},
                          Span2{Engine::Vector, 17, 29, Activity::Semaphore}));
  // The store has the channel when the load is answered.
  cyclesOf({makeLoad(64, 0, 32), makeStore(64, 128, 128), Halt()});
  EXPECT_THAT(waits,
              ElementsAre(Span2{Engine::Store, 0, 16, Activity::Issue},
                          Span2{Engine::Load, 0, 15, Activity::Issue},
                          Span2{Engine::Load, 15, 25, Activity::Latency},
                          Span2{Engine::Load, 25, 32, Activity::Channel}));
}

TEST_F(Timeline, EnginesRunSideBySide) {
  // 96 elements take 12 cycles while the load is on its way.
  cyclesOf({makeLoad(64, 0, 32), makeCopy(64, 256, 96), Halt()});
  EXPECT_THAT(events, ElementsAre(Span2{Engine::Vector, 16, 28},
                                  Span2{Engine::Load, 25, 29}));
}

TEST_F(Timeline, TheChannelIsShared) {
  // The store is ready in 16 and takes the channel first; the load follows.
  cyclesOf({makeLoad(64, 0, 32), makeStore(64, 128, 128), Halt()});
  EXPECT_THAT(events, ElementsAre(Span2{Engine::Store, 16, 32},
                                  Span2{Engine::Load, 32, 36}));
}

TEST_F(Timeline, AFillHoldsItsEngine) {
  // 160 bytes at 16 a cycle; the load after it is requested when it is done.
  Fill fill;
  fill.run = 160;
  cyclesOf({fill, makeLoad(64, 256, 32), Halt()});
  EXPECT_THAT(events, ElementsAre(Span2{Engine::Load, 15, 25},
                                  Span2{Engine::Load, 35, 39}));
}

TEST_F(Timeline, AGatherWaitsForItsIndices) {
  // It is requested when the load before it is there, in 29; the load after it
  // overlaps with it.
  Gather gather;
  gather.run = 32;
  gather.rows = 2;
  gather.dims = {Interval(1)};
  gather.dramStrides = {0, 32};
  gather.padStrides = {0};
  gather.indexStrides = {1};
  cyclesOf({makeLoad(64, 0, 32), gather, makeLoad(64, 256, 32), Halt()});
  EXPECT_THAT(events, ElementsAre(Span2{Engine::Load, 25, 29},
                                  Span2{Engine::Load, 39, 43},
                                  Span2{Engine::Load, 43, 47}));
}

TEST_F(Timeline, FullQueuesHoldTheSequencer) {
  // Five maps of 8 cycles: the queue holds four, so the load behind them is
  // issued when the first is done (23), and requested in 25.
  Map map = makeCopy(0, 1024, 64);
  machine.sequencer.bufferBytes = 1024;
  cyclesOf({makeLoop(5), map, EndLoop(), makeLoad(0, 0, 32), Halt()});
  // loop in 14, then map and end_loop in turn: maps in 15, 17, 19, 21 and,
  // with room from 24 on, 24; end_loop 25, load 26, requested in 27.
  ASSERT_EQ(events.size(), 6u);
  EXPECT_EQ(events[0], (Span2{Engine::Vector, 16, 24}));
  EXPECT_THAT(events, ::testing::Contains(Span2{Engine::Load, 37, 41}));
  EXPECT_EQ(events.back(), (Span2{Engine::Vector, 48, 56}));
}

TEST_F(Timeline, EmptyExtentsTakeNoTime) {
  Map map = makeCopy(0, 1024, 64);
  map.dims[0].start = Affine(64);
  EXPECT_EQ(cyclesOf({map, Halt()}), 16u);
  EXPECT_TRUE(events.empty());
}

TEST_F(Timeline, WaitsThatNeverEnd) {
  EXPECT_THAT(errorOf({makeWait(Engine::Load, 2), Halt()}),
              HasSubstr("wait: the engines wait for each other for ever"));
}

TEST_F(Timeline, SemaphoresHaveALimit) {
  EXPECT_THAT(errorOf({makeSignal(Engine::Load, 2, 4), Halt()}),
              HasSubstr("semaphore 2 passes the machine's limit of 3"));
  EXPECT_THAT(errorOf({makeSignal(Engine::Load, 8), Halt()}),
              HasSubstr("no such semaphore"));
}

TEST_F(Timeline, StepsHaveALimit) {
  EXPECT_THAT(errorOf({makeLoop(1000000), EndLoop(), Halt()}, 5000),
              HasSubstr("more than 5000 instructions"));
}

TEST_F(Timeline, LoopsMustMatch) {
  EXPECT_THAT(errorOf({EndLoop(), Halt()}), HasSubstr("no loop is open"));
  EXPECT_THAT(errorOf({makeLoop(2), Halt()}), HasSubstr("the one halt"));
  EXPECT_THAT(errorOf({makeLoop(2), EndLoop()}), HasSubstr("is not halt"));
}

//===----------------------------------------------------------------------===//
// Fetching
//===----------------------------------------------------------------------===//

namespace {
/// docs/machine.md, "Loops": bytes fetched of instructions [begin, end).
uint64_t fetched(llvm::ArrayRef<Instruction> code, uint64_t buffer) {
  auto sizeOf = [](llvm::ArrayRef<Instruction> instructions) {
    uint64_t size = 0;
    for (const Instruction &instruction : instructions)
      size += getEncodedSize(instruction);
    return size;
  };
  uint64_t bytes = 0;
  for (size_t i = 0; i != code.size(); ++i) {
    const auto *loop = std::get_if<Loop>(&code[i]);
    if (!loop) {
      bytes += getEncodedSize(code[i]);
      continue;
    }
    size_t end = i + 1;
    for (int depth = 1; depth; ++end) {
      depth += std::holds_alternative<Loop>(code[end]);
      depth -= std::holds_alternative<EndLoop>(code[end]);
    }
    uint64_t size = sizeOf(code.slice(i, end - i));
    if (size <= buffer)
      bytes += size;
    else
      bytes += getEncodedSize(code[i]) +
               loop->count * (fetched(code.slice(i + 1, end - i - 2), buffer) +
                              getEncodedSize(code[end - 1]));
    i = end - 1;
  }
  return bytes;
}

void addRandomBody(Random &random, unsigned depth,
                   std::vector<Instruction> &code) {
  for (int64_t i = random.between(1, 4); i-- > 0;) {
    if (depth < 3 && random.chance(40)) {
      code.push_back(makeLoop(random.between(1, 4)));
      addRandomBody(random, depth + 1, code);
      code.push_back(EndLoop());
    } else {
      code.push_back(makeCopy(0, 1024, random.between(1, 30)));
    }
  }
}
} // namespace

TEST_F(Timeline, BytesFetchedAreTheClosedForm) {
  Random random(1);
  for (unsigned i = 0; i != 200; ++i) {
    std::vector<Instruction> code;
    addRandomBody(random, 0, code);
    code.push_back(Halt());
    machine.sequencer.bufferBytes = random.between(8, 200);
    TimelineResult result = llvm::cantFail(run(code));
    uint64_t bytes = 0, bursts = 0;
    for (uint64_t one : result.fetchedBytes)
      bytes += one;
    for (uint64_t one : result.fetchedBurstBytes)
      bursts += one;
    ASSERT_EQ(bytes, fetched(code, machine.sequencer.bufferBytes)) << i;
    ASSERT_GE(bursts, bytes) << i;
  }
}

TEST_F(Timeline, ABurstIsFetchedOnceInARow) {
  // The text, of more than one burst, lies in as many as it touches.
  std::vector<Instruction> code(8, makeCopy(0, 1024, 8));
  code.push_back(Halt());
  TimelineResult result = llvm::cantFail(run(code));
  uint64_t size = 0, bursts = 0;
  for (const Instruction &instruction : code)
    size += getEncodedSize(instruction);
  for (uint64_t one : result.fetchedBurstBytes)
    bursts += one;
  EXPECT_EQ(bursts, (size + 31) / 32 * 32);
}
