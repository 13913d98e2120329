// Schedules and instructions of a whole network.
#include "lacuna/Compiler/Compile.h"

#include "lacuna/Machine/Machine.h"
#include "lacuna/Program/Encoding.h"
#include "lacuna/Schedule/Synchronize.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/Support/FormatVariadic.h"

using namespace lacuna;
using schedule::Network;
using schedule::PlacedInstruction;
using schedule::StepTree;

/// What went wrong with a layer, at its place in the source.
static llvm::Error atLayer(const schedule::Problem &problem,
                           llvm::Error error) {
  return makeError(SourceLocation::inFile(problem.location),
                   llvm::toString(std::move(error)));
}

llvm::Expected<std::vector<schedule::Schedule>>
lacuna::chooseSchedules(const Network &network, const Machine &machine) {
  std::vector<schedule::Schedule> schedules;
  llvm::Error errors = llvm::Error::success();
  for (const schedule::Problem &problem : network.graph.layers) {
    auto choice = chooseSchedule(network.graph, problem, machine);
    if (choice)
      schedules.push_back(std::move(choice->schedule));
    else
      errors = llvm::joinErrors(std::move(errors),
                                atLayer(problem, choice.takeError()));
  }
  if (errors)
    return std::move(errors);
  return schedules;
}

llvm::Expected<std::vector<PlacedInstruction>>
lacuna::makeInstructions(const Network &network,
                         llvm::ArrayRef<schedule::Schedule> schedules,
                         const Machine &machine) {
  std::vector<StepTree> groups;
  for (auto [problem, schedule] :
       llvm::zip_equal(network.graph.layers, schedules)) {
    auto group = enumerateSteps(network.graph, problem, schedule);
    if (!group)
      return atLayer(problem, group.takeError());
    // Neighbours overlap in time where both fit: one from each end.
    bool fromTop = groups.size() % 2;
    if (llvm::Error error = placeBuffers(*group, machine, fromTop))
      return atLayer(problem, std::move(error));
    groups.push_back(std::move(*group));
  }
  if (llvm::Error error = synchronize(groups, machine))
    return std::move(error);
  return emit(groups);
}

static uint64_t textBytes(llvm::ArrayRef<PlacedInstruction> instructions) {
  uint64_t bytes = 0;
  for (const PlacedInstruction &placed : instructions)
    bytes += getEncodedSize(placed.instruction);
  return bytes;
}

llvm::Expected<std::vector<PlacedInstruction>> lacuna::makeFittingInstructions(
    Network &network, llvm::ArrayRef<schedule::Schedule> schedules,
    const Machine &machine, std::vector<PlannedRegion> &regions) {
  auto instructions = makeInstructions(network, schedules, machine);
  if (!instructions)
    return instructions.takeError();
  // The text's size is known now; perhaps tensors must take turns after all.
  auto planned = planMemory(network, machine, textBytes(*instructions));
  if (!planned)
    return planned.takeError();
  regions = std::move(*planned);
  return makeInstructions(network, schedules, machine);
}

llvm::Expected<Compilation> lacuna::compile(Network &network,
                                            const Machine &machine) {
  // A model that fits in no memory is told so before any of its layers.
  auto regions = planMemory(network, machine);
  if (!regions)
    return regions.takeError();
  auto schedules = chooseSchedules(network, machine);
  if (!schedules)
    return schedules.takeError();
  return compile(network, std::move(*schedules), machine);
}

llvm::Expected<Compilation>
lacuna::compile(Network &network, std::vector<schedule::Schedule> schedules,
                const Machine &machine) {
  auto regions = planMemory(network, machine);
  if (!regions)
    return regions.takeError();
  auto instructions =
      makeFittingInstructions(network, schedules, machine, *regions);
  if (!instructions)
    return instructions.takeError();
  auto program = makeProgram(network, *regions, *instructions, machine);
  if (!program)
    return program.takeError();
  program->predicted = llvm::formatv(
      "{0}", llvm::json::Value(predictReport(network, schedules, *instructions,
                                             *program, machine)));
  return Compilation{std::move(schedules), std::move(*instructions),
                     std::move(*program)};
}
