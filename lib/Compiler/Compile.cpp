// Schedules and instructions of a whole network.
#include "lacuna/Compiler/Compile.h"

#include "lacuna/Machine/Machine.h"
#include "lacuna/Program/Encoding.h"
#include "lacuna/Schedule/EncodeWeights.h"
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
lacuna::chooseSchedules(Network &network, const Machine &machine) {
  std::vector<schedule::Schedule> schedules;
  llvm::Error errors = llvm::Error::success();
  for (auto [index, problem] : llvm::enumerate(network.graph.layers)) {
    auto choice = chooseStoredSchedule(network, index, machine);
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

llvm::Error lacuna::storeWeights(Network &network,
                                 llvm::ArrayRef<schedule::Schedule> schedules) {
  llvm::Error errors = llvm::Error::success();
  for (auto [index, schedule] : llvm::enumerate(schedules))
    if (llvm::Error error = encodeWeights(network, index, schedule))
      errors = llvm::joinErrors(
          std::move(errors),
          atLayer(network.graph.layers[index], std::move(error)));
  return errors;
}

llvm::Expected<StepTree> lacuna::makeGroup(const Network &network, size_t index,
                                           const schedule::Schedule &schedule,
                                           const Machine &machine) {
  auto group =
      enumerateSteps(network.graph, network.graph.layers[index], schedule);
  if (!group)
    return group.takeError();
  if (llvm::Error error = placeBuffers(*group, machine, index % 2))
    return std::move(error);
  return group;
}

llvm::Expected<std::vector<PlacedInstruction>>
lacuna::makeInstructions(const Network &network,
                         llvm::ArrayRef<schedule::Schedule> schedules,
                         const Machine &machine) {
  std::vector<StepTree> groups;
  for (auto [index, schedule] : llvm::enumerate(schedules)) {
    auto group = makeGroup(network, index, schedule, machine);
    if (!group)
      return atLayer(network.graph.layers[index], group.takeError());
    groups.push_back(std::move(*group));
  }
  if (llvm::Error error = synchronize(groups, machine))
    return std::move(error);
  return emit(groups);
}

static std::vector<uint64_t> addressesOf(const Network &network) {
  std::vector<uint64_t> addresses;
  addresses.reserve(network.graph.tensors.size());
  for (const schedule::Tensor &tensor : network.graph.tensors)
    addresses.push_back(tensor.address);
  return addresses;
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
  std::vector<uint64_t> before = addressesOf(network);
  auto planned = planMemory(network, machine, textBytes(*instructions));
  if (!planned)
    return planned.takeError();
  regions = std::move(*planned);
  if (addressesOf(network) == before)
    return instructions;
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
  if (llvm::Error error = storeWeights(network, schedules))
    return std::move(error);
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
