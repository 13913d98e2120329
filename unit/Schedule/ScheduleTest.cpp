//===- ScheduleTest.cpp - Schedules of random layers ----------------------===//

#include "RandomLayers.h"

#include "lacuna/Machine/Cost.h"
#include "lacuna/Machine/Machine.h"
#include "lacuna/Program/Encoding.h"
#include "lacuna/Program/Verifier.h"
#include "lacuna/Schedule/Choose.h"
#include "lacuna/Schedule/Emit.h"
#include "lacuna/Schedule/Predict.h"
#include "lacuna/Schedule/Synchronize.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace lacuna;
using namespace lacuna::schedule;

namespace {

Machine smallMachine(uint64_t scratchpad, uint64_t accumulators) {
  llvm::Expected<Machine> machine = loadMachine("nano");
  EXPECT_TRUE(bool(machine)) << llvm::toString(machine.takeError());
  machine->scratchpad.bytes = scratchpad;
  machine->accumulators.bytes = accumulators;
  machine->sequencer.semaphores = 64;
  return *machine;
}

struct Planned {
  std::vector<Schedule> schedules;
  std::vector<Estimate> estimates;
  std::vector<StepTree> groups;
  std::vector<PlacedInstruction> program;
};

/// Lays tensors out one after the other, from address 0.
uint64_t layOut(Graph &graph) {
  uint64_t end = 0;
  for (schedule::Tensor &tensor : graph.tensors) {
    tensor.address = end;
    end = llvm::alignTo(end + tensor.bytes, regionAlignment);
  }
  return end;
}

llvm::Error plan(Graph &graph, const Machine &machine, Planned &planned) {
  for (const Problem &problem : graph.layers) {
    auto choice = chooseSchedule(problem, machine);
    if (!choice)
      return choice.takeError();
    auto steps = enumerateSteps(graph, problem, choice->schedule);
    if (!steps)
      return steps.takeError();
    if (auto error = placeBuffers(*steps, machine, planned.groups.size() % 2))
      return error;
    planned.schedules.push_back(choice->schedule);
    planned.estimates.push_back(choice->estimate);
    planned.groups.push_back(std::move(*steps));
  }
  for (auto [steps, estimate] : llvm::zip(planned.groups, planned.estimates)) {
    EXPECT_LE(bytesIn(steps, MemoryKind::Scratchpad), estimate.scratchpadBytes);
    EXPECT_LE(bytesIn(steps, MemoryKind::Accumulators),
              estimate.accumulatorBytes);
  }
  if (auto error = synchronize(planned.groups, machine))
    return error;
  planned.program = emit(planned.groups);
  return llvm::Error::success();
}

Program toProgram(const Graph &graph, llvm::ArrayRef<PlacedInstruction> code,
                  const Machine &machine, uint64_t end) {
  Program program;
  program.machineText = printMachine(machine);
  program.structureHash = structureHash(machine);
  program.costHash = costHash(machine);
  for (const schedule::Tensor &tensor : graph.tensors) {
    Region region;
    region.kind = tensor.role == TensorRole::Input    ? RegionKind::Input
                  : tensor.role == TensorRole::Output ? RegionKind::Output
                  : tensor.role == TensorRole::Activation
                      ? RegionKind::Spill
                      : RegionKind::Constants;
    region.name = getSectionName(region.kind).str() + "." + tensor.name;
    region.address = tensor.address;
    region.size = tensor.bytes;
    if (hasContents(region.kind))
      region.bytes.resize(region.size);
    program.regions.push_back(region);
  }
  llvm::SmallVector<uint8_t, 0> text;
  for (const PlacedInstruction &placed : code)
    encode(placed.instruction, text);
  Region region;
  region.kind = RegionKind::Text;
  region.name = ".text";
  region.address = end;
  region.size = text.size();
  region.bytes.assign(text.begin(), text.end());
  program.regions.push_back(region);
  return program;
}

class RandomChains : public testing::TestWithParam<unsigned> {};

/// Fuzzes shapes and memories: whatever is chosen must verify (no race, no
/// deadlock, no access out of bounds), and move the bytes that it was chosen
/// for.
TEST_P(RandomChains, VerifyAndMoveWhatWasPredicted) {
  test::RandomLayers random(GetParam());
  Graph graph = random.chain(random.upTo(4));
  uint64_t end = layOut(graph);
  Machine machine =
      smallMachine(512u << random.upTo(6), 256u << random.upTo(5));
  Planned planned;
  if (llvm::Error error = plan(graph, machine, planned)) {
    std::string message = llvm::toString(std::move(error));
    EXPECT_NE(message.find("lacks"), std::string::npos) << message;
    GTEST_SKIP() << message;
  }

  std::vector<uint64_t> moved(graph.layers.size());
  ProgramText text = makeText(planned.program, end, machine);
  for (ExecutionWalk walk(text); !walk.atEnd(); walk.advance()) {
    const PlacedInstruction &placed = planned.program[walk.index()];
    if (placed.tensor == Binding::kIntermediate)
      continue;
    Cost cost = getCost(resolve(placed.instruction, walk.indices()), machine);
    moved[placed.layer] += cost.dramRead + cost.dramWritten;
  }
  for (auto [index, estimate] : llvm::enumerate(planned.estimates))
    EXPECT_EQ(moved[index], estimate.dramBytes) << graph.layers[index].name;

  Program program = toProgram(graph, planned.program, machine, end);
  llvm::Error checked = checkProgram(program, "test");
  ASSERT_FALSE(bool(checked)) << llvm::toString(std::move(checked));
  llvm::Expected<VerifiedProgram> verified = verifyProgram(program, machine);
  EXPECT_TRUE(bool(verified)) << llvm::toString(verified.takeError());
}

/// No signal or wait is there for nothing: without any one of them, the program
/// is refused.
TEST(Synchronize, EverySemaphoreOperationIsNeeded) {
  test::RandomLayers random(7);
  Graph graph = random.chain(3);
  uint64_t end = layOut(graph);
  Machine machine = smallMachine(4096, 1024);
  Planned planned;
  llvm::Error error = plan(graph, machine, planned);
  ASSERT_FALSE(bool(error)) << llvm::toString(std::move(error));
  unsigned removed = 0;
  for (size_t at = 0; at != planned.program.size(); ++at) {
    Opcode opcode = opcodeOf(planned.program[at].instruction);
    if (opcode != Opcode::Signal && opcode != Opcode::Wait)
      continue;
    auto program = planned.program;
    program.erase(program.begin() + at);
    auto verified =
        verifyProgram(toProgram(graph, program, machine, end), machine);
    EXPECT_FALSE(bool(verified)) << "instruction " << at;
    if (!verified)
      llvm::consumeError(verified.takeError());
    ++removed;
  }
  EXPECT_GT(removed, 20u);
}

/// A schedule that a person wrote is obeyed, or refused with the reason.
TEST(Steps, RefusesWhatDoesNotFitTheLayer) {
  test::RandomLayers random(3);
  Graph graph = random.chain(1);
  const Problem &problem = graph.layers.front();
  auto refusal = [&](const Schedule &schedule) {
    auto steps = enumerateSteps(graph, problem, schedule);
    return steps ? "" : llvm::toString(steps.takeError());
  };
  Schedule schedule;
  EXPECT_THAT(refusal(schedule), testing::HasSubstr("places operands of 0"));
  schedule.loops = {{TileLoop::Output, 7, "", 1}};
  EXPECT_THAT(refusal(schedule), testing::HasSubstr("output coordinate 7"));
  schedule.loops = {{TileLoop::Output, 0, "", 1u << 20}};
  EXPECT_THAT(refusal(schedule), testing::HasSubstr("does not cut"));
  schedule.loops = {{TileLoop::Reduction, 0, "nothing", 1}};
  EXPECT_THAT(refusal(schedule), testing::HasSubstr("splits 'nothing'"));
  schedule.loops.assign(7, {TileLoop::Output, 0, "", 1});
  EXPECT_THAT(refusal(schedule), testing::HasSubstr("at most 6"));
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomChains, testing::Range(0u, 300u));

} // namespace
