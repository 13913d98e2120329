// Schedules and instructions of a whole network.
#include "lacuna/Compiler/Compile.h"

#include "LayerErrors.h"
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

llvm::Error lacuna::keepResidents(Network &network,
                                  llvm::ArrayRef<schedule::Schedule> schedules,
                                  const Machine &machine) {
  auto residents = residentsOf(network, schedules);
  if (!residents)
    return residents.takeError();
  std::vector<schedule::Life> lives = livesOf(network, groupsOf(schedules));
  if (!placeResidents(network, lives, *residents, machine) ||
      !placeResidents(network, lives, *residents, machine,
                      needsOf(network, schedules)))
    return makeError("the tensors that are to stay on-chip do not fit in the "
                     "scratchpad of machine '" +
                         machine.name + "'",
                     "let fewer of them stay");
  return llvm::Error::success();
}

llvm::Expected<StepTree>
lacuna::makeGroup(const Network &network, llvm::ArrayRef<schedule::Life> lives,
                  size_t first, llvm::ArrayRef<schedule::Schedule> schedules,
                  const Machine &machine) {
  std::vector<StepTree> trees;
  for (auto [index, schedule] : llvm::enumerate(schedules)) {
    const schedule::Problem &problem = network.graph.layers[first + index];
    bool shares = !schedule.loops.empty() && schedule.loops.front().isShared();
    if (schedules.size() > 1 &&
        (!shares ||
         schedule.loops.front().times != schedules.front().loops.front().times))
      return llvm::createStringError(
          "schedule of layer '" + problem.name +
          "': the layers of a cascade share an outermost loop of as many "
          "iterations");
    auto tree = enumerateSteps(network.graph, problem, schedule);
    if (!tree)
      return tree.takeError();
    trees.push_back(std::move(*tree));
  }
  StepTree group = schedule::joinTrees(std::move(trees));
  if (llvm::Error error =
          placeBuffers(group, machine, first % 2,
                       schedule::residentPlaces(network, lives, first)))
    return std::move(error);
  return group;
}

llvm::Expected<std::vector<PlacedInstruction>>
lacuna::makeInstructions(const Network &network,
                         llvm::ArrayRef<schedule::Schedule> schedules,
                         const Machine &machine) {
  std::vector<StepTree> groups;
  std::vector<schedule::GroupRange> ranges = schedule::groupsOf(schedules);
  std::vector<schedule::Life> lives = livesOf(network, ranges);
  for (auto [first, end] : ranges) {
    auto group = makeGroup(network, lives, first,
                           schedules.slice(first, end - first), machine);
    if (!group)
      return atLayer(network.graph.layers[first], group.takeError());
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
  if (!planned && llvm::any_of(network.graph.tensors, [](const auto &tensor) {
        return tensor.blocks.has_value();
      })) {
    // There may be room for dense activations and their text.
    llvm::consumeError(planned.takeError());
    storeDense(network);
    before.clear();
    instructions = makeInstructions(network, schedules, machine);
    if (!instructions)
      return instructions.takeError();
    planned = planMemory(network, machine, textBytes(*instructions));
  }
  if (!planned)
    return planned.takeError();
  regions = std::move(*planned);
  if (addressesOf(network) == before)
    return instructions;
  return makeInstructions(network, schedules, machine);
}

llvm::Expected<std::vector<PlannedRegion>> lacuna::placeActivations(
    Network &network, llvm::ArrayRef<schedule::Schedule> schedules,
    const Machine &machine, schedule::ActivationBlocks mode,
    std::vector<schedule::BlockRemark> *remarks) {
  auto decided = compressActivations(network, schedules, machine, mode);
  auto regions = planMemory(network, machine);
  if (!regions && llvm::any_of(decided, [](const schedule::BlockRemark &one) {
        return one.compressed;
      })) {
    // Slots take a little more than dense tensors do.
    llvm::consumeError(regions.takeError());
    storeDense(network);
    decided.clear();
    regions = planMemory(network, machine);
  }
  if (remarks)
    *remarks = std::move(decided);
  return regions;
}

llvm::Expected<Compilation> lacuna::compile(Network &network,
                                            const Machine &machine,
                                            schedule::Effort effort,
                                            schedule::ActivationBlocks mode) {
  storeDense(network);
  // A model that fits in no memory is told so before any of its layers.
  auto regions = planMemory(network, machine);
  if (!regions)
    return regions.takeError();
  auto choices = chooseSchedules(network, machine, effort);
  if (!choices)
    return choices.takeError();
  std::vector<schedule::Schedule> schedules;
  for (schedule::Choice &choice : *choices)
    schedules.push_back(std::move(choice.schedule));
  return compile(network, std::move(schedules), machine, mode);
}

llvm::Expected<Compilation>
lacuna::compile(Network &network, std::vector<schedule::Schedule> schedules,
                const Machine &machine, schedule::ActivationBlocks mode) {
  storeDense(network);
  if (llvm::Error error = storeWeights(network, schedules))
    return std::move(error);
  if (llvm::Error error = keepResidents(network, schedules, machine))
    return std::move(error);
  std::vector<schedule::BlockRemark> remarks;
  auto regions = placeActivations(network, schedules, machine, mode, &remarks);
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
                     std::move(*program), std::move(remarks)};
}
