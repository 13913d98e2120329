// convert-nn-to-tile: loops and steps on planned buffers.
#include "ScheduledNetwork.h"

#include "lacuna/Conversion/NNToISA/Passes.h"

namespace lacuna {
#define GEN_PASS_DEF_CONVERTNNTOTILE
#include "lacuna/Conversion/NNToISA/Passes.h.inc"
} // namespace lacuna

using namespace mlir;
using namespace lacuna;

static StringRef wordOf(schedule::TensorRole role) {
  switch (role) {
  case schedule::TensorRole::Input:
    return "input";
  case schedule::TensorRole::Output:
    return "output";
  case schedule::TensorRole::Activation:
    return "activation";
  case schedule::TensorRole::Weights:
    return "weights";
  case schedule::TensorRole::Parameters:
    return "parameters";
  }
  llvm_unreachable("not a role");
}

/// Tensors of the network as symbols; a name that occurs again gets a number.
static std::vector<tile::TensorOp>
createTensors(OpBuilder &builder, Location location,
              const schedule::Network &network) {
  std::vector<tile::TensorOp> tensors;
  llvm::StringMap<unsigned> seen;
  for (auto [tensor, detail] :
       llvm::zip_equal(network.graph.tensors, network.details)) {
    std::string name = tensor.name;
    while (unsigned again = seen[name]++)
      name = tensor.name + "_" + std::to_string(again);
    tensors.push_back(tile::TensorOp::create(
        builder, location, name, wordOf(tensor.role), getName(tensor.type),
        detail.shape, tensor.bytes, tensor.address));
  }
  return tensors;
}

namespace {

class ConvertNNToTilePass
    : public lacuna::impl::ConvertNNToTileBase<ConvertNNToTilePass> {
public:
  using ConvertNNToTileBase::ConvertNNToTileBase;

  void runOnOperation() override {
    auto functions = getOperation().getOps<func::FuncOp>();
    if (!llvm::hasSingleElement(functions)) {
      getOperation().emitError("expected one function: select the entry with "
                               "lacuna-tosa-to-nn first");
      return signalPassFailure();
    }
    if (failed(convert(*functions.begin())))
      signalPassFailure();
  }

private:
  LogicalResult convert(func::FuncOp function);
};

} // namespace

LogicalResult ConvertNNToTilePass::convert(func::FuncOp function) {
  FailureOr<Machine> found = getMachine(function, machine);
  if (failed(found))
    return failure();
  auto scheduled = ScheduledNetwork::create(function, *found);
  if (failed(scheduled))
    return failure();
  auto given = scheduled->getSchedules();
  if (failed(given))
    return failure();
  std::vector<schedule::Schedule> schedules;
  for (auto [op, schedule] : llvm::zip_equal(scheduled->operations, *given)) {
    if (!schedule)
      return op->emitError("has no schedule: run nn-schedule first");
    schedules.push_back(*schedule);
  }
  if (llvm::Error error = storeWeights(scheduled->network, schedules))
    return emit(function, std::move(error));
  if (llvm::Error error = keepResidents(scheduled->network, schedules, *found))
    return emit(function, std::move(error));
  if (failed(
          scheduled->placeActivations(schedules, *found, compressActivations)))
    return failure();
  // Tensors lie where they leave room for the instructions.
  auto instructions = makeFittingInstructions(scheduled->network, schedules,
                                              *found, scheduled->regions);
  if (!instructions)
    return emit(function, instructions.takeError());

  const schedule::Graph &graph = scheduled->network.graph;
  OpBuilder builder(function);
  auto program =
      tile::ProgramOp::create(builder, function.getLoc(), machine.getValue());
  builder.setInsertionPointToEnd(&program.getBody().emplaceBlock());
  auto tensors = createTensors(builder, function.getLoc(), scheduled->network);
  std::vector<schedule::GroupRange> groups = schedule::groupsOf(schedules);
  std::vector<schedule::Life> lives = livesOf(scheduled->network, groups);
  for (auto [first, end] : groups) {
    Operation *op = scheduled->operations[first];
    auto steps =
        makeGroup(scheduled->network, lives, first,
                  llvm::ArrayRef(schedules).slice(first, end - first), *found);
    if (!steps)
      return emit(op, steps.takeError());
    tile::createGroup(builder, op->getLoc(), graph.layers[first].name, *steps,
                      tensors);
  }
  function.erase();
  return success();
}
