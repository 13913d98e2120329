// tile-synchronize: signals and waits from dependences.
#include "ScheduledNetwork.h"

#include "lacuna/Conversion/NNToISA/Passes.h"
#include "lacuna/Schedule/Synchronize.h"

namespace lacuna {
#define GEN_PASS_DEF_TILESYNCHRONIZE
#include "lacuna/Conversion/NNToISA/Passes.h.inc"
} // namespace lacuna

using namespace mlir;
using namespace lacuna;

namespace {

class TileSynchronizePass
    : public lacuna::impl::TileSynchronizeBase<TileSynchronizePass> {
public:
  using TileSynchronizeBase::TileSynchronizeBase;

  void runOnOperation() override {
    tile::ProgramOp program = getOperation();
    FailureOr<Machine> found = getMachine(
        program, machine.empty() ? program.getMachine() : StringRef(machine));
    if (failed(found))
      return signalPassFailure();
    auto groups = llvm::to_vector(program.getBody().getOps<tile::GroupOp>());
    auto tensors = llvm::to_vector(program.getBody().getOps<tile::TensorOp>());
    std::vector<schedule::StepTree> trees;
    for (tile::GroupOp group : groups)
      trees.push_back(tile::toSteps(group));
    if (llvm::Error error = schedule::synchronize(trees, *found)) {
      (void)emit(program, std::move(error));
      return signalPassFailure();
    }
    for (auto [group, tree] : llvm::zip_equal(groups, trees)) {
      OpBuilder builder(group);
      tile::createGroup(builder, group.getLoc(), group.getName(), tree,
                        tensors);
      group.erase();
    }
    program.walk([&](isa::WaitOp) { ++waits; });
  }
};

} // namespace
