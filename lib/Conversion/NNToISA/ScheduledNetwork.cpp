// What the passes have in common.
#include "ScheduledNetwork.h"

#include "lacuna/Conversion/NNToSchedule/NNToSchedule.h"
#include "lacuna/Dialect/NN/IR/NN.h"

using namespace mlir;
using namespace lacuna;

LogicalResult lacuna::emit(Operation *op, llvm::Error error) {
  llvm::handleAllErrors(std::move(error), [&](const llvm::ErrorInfoBase &info) {
    op->emitError(info.message());
  });
  return failure();
}

FailureOr<Machine> lacuna::getMachine(Operation *op, StringRef name) {
  if (name.empty())
    return op->emitError("the pass needs a machine: machine=edge, or the path "
                         "of a machine file");
  llvm::Expected<Machine> machine = loadMachine(name);
  if (!machine)
    return emit(op, machine.takeError());
  return std::move(*machine);
}

FailureOr<ScheduledNetwork> ScheduledNetwork::create(func::FuncOp function,
                                                     const Machine &machine) {
  auto network = buildNetwork(function, machine);
  if (!network)
    return emit(function, network.takeError());
  ScheduledNetwork scheduled;
  scheduled.function = function;
  scheduled.network = std::move(*network);
  if (failed(scheduled.planMemory(machine)))
    return failure();

  // Layers stand in the order of the function; copies to results after them.
  std::vector<Operation *> layers;
  for (Operation &op : function.front().without_terminator())
    if (isa<nn::LayerOpInterface>(op) && !isa<nn::ReshapeOp>(op))
      layers.push_back(&op);
  for (unsigned layer : scheduled.network.layerOf)
    scheduled.operations.push_back(layer < layers.size()
                                       ? layers[layer]
                                       : function.front().getTerminator());
  return scheduled;
}

LogicalResult ScheduledNetwork::planMemory(const Machine &machine) {
  auto planned = lacuna::planMemory(network, machine);
  if (!planned)
    return emit(function, planned.takeError());
  regions = std::move(*planned);
  return success();
}

LogicalResult ScheduledNetwork::placeActivations(
    llvm::ArrayRef<schedule::Schedule> schedules, const Machine &machine,
    schedule::ActivationBlocks mode,
    std::vector<schedule::BlockRemark> *remarks) {
  auto planned =
      lacuna::placeActivations(network, schedules, machine, mode, remarks);
  if (!planned)
    return emit(function, planned.takeError());
  regions = std::move(*planned);
  return success();
}

FailureOr<std::vector<std::optional<schedule::Schedule>>>
ScheduledNetwork::getSchedules() const {
  std::vector<std::optional<schedule::Schedule>> schedules(operations.size());
  for (size_t first = 0; first != operations.size();) {
    Operation *op = operations[first];
    size_t count = 1;
    while (first + count != operations.size() &&
           operations[first + count] == op)
      ++count;
    if (auto given = op->getAttr(nn::kScheduleAttrName)) {
      auto list = dyn_cast<ArrayAttr>(given);
      if (!list || list.size() != count ||
          !llvm::all_of(list, llvm::IsaPred<nn::ScheduleAttr>))
        return op->emitError()
               << "'" << nn::kScheduleAttrName << "' is no list of " << count
               << " #nn.schedule, one for each problem that "
                  "the layer becomes";
      for (size_t i = 0; i != count; ++i)
        schedules[first + i] = cast<nn::ScheduleAttr>(list[i]).getValue();
    }
    first += count;
  }
  return schedules;
}
