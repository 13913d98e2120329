// convert-tile-to-isa: operands get their addresses.
#include "lacuna/Conversion/NNToISA/Passes.h"
#include "lacuna/Schedule/Emit.h"

#include <map>

namespace lacuna {
#define GEN_PASS_DEF_CONVERTTILETOISA
#include "lacuna/Conversion/NNToISA/Passes.h.inc"
} // namespace lacuna

using namespace mlir;
using namespace lacuna;

namespace {

class ConvertTileToISAPass
    : public lacuna::impl::ConvertTileToISABase<ConvertTileToISAPass> {
public:
  using ConvertTileToISABase::ConvertTileToISABase;

  void runOnOperation() override {
    for (auto program :
         llvm::make_early_inc_range(getOperation().getOps<tile::ProgramOp>()))
      if (failed(convert(program)))
        return signalPassFailure();
  }

private:
  LogicalResult convert(tile::ProgramOp program) {
    std::vector<schedule::StepTree> trees;
    std::map<unsigned, Location> places;
    for (auto group : program.getBody().getOps<tile::GroupOp>()) {
      trees.push_back(tile::toSteps(group));
      places.try_emplace(trees.back().layer,
                         NameLoc::get(group.getNameAttr(), group.getLoc()));
    }
    std::vector<isa::LocatedInstruction> instructions;
    for (const schedule::PlacedInstruction &placed : schedule::emit(trees)) {
      auto place = places.find(placed.layer);
      instructions.push_back({placed.instruction, place == places.end()
                                                      ? program.getLoc()
                                                      : place->second});
    }
    OpBuilder builder(program);
    auto text = ModuleOp::create(builder, program.getLoc(), "text");
    builder.setInsertionPointToEnd(text.getBody());
    program.erase();
    return isa::fromInstructions(builder, instructions);
  }
};

} // namespace
