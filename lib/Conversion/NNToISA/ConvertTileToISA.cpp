// convert-tile-to-isa: operands get their addresses.
#include "lacuna/Conversion/NNToISA/Passes.h"
#include "lacuna/Schedule/Emit.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/CheckedArithmetic.h"

#include <map>

namespace lacuna {
#define GEN_PASS_DEF_CONVERTTILETOISA
#include "lacuna/Conversion/NNToISA/Passes.h.inc"
} // namespace lacuna

using namespace mlir;
using namespace lacuna;

/// The key in `isa.memory` of the tensors of a role.
static StringRef regionOf(StringRef role) {
  return llvm::StringSwitch<StringRef>(role)
      .Cases({"weights", "parameters"}, "constants")
      .Case("activation", "spill")
      .Default(role);
}

/// The range off-chip of the tensors of each kind of region.
static DictionaryAttr describeMemory(tile::ProgramOp program) {
  std::map<StringRef, std::pair<int64_t, int64_t>> ranges;
  for (auto tensor : program.getBody().getOps<tile::TensorOp>()) {
    int64_t begin = tensor.getAt();
    // Beyond 64 bits is beyond any memory: isa-verify refuses it.
    int64_t end = llvm::checkedAdd(begin, int64_t(tensor.getBytes()))
                      .value_or(std::numeric_limits<int64_t>::max());
    auto [range, isNew] =
        ranges.try_emplace(regionOf(tensor.getRole()), std::pair(begin, end));
    if (!isNew)
      range->second = {std::min(range->second.first, begin),
                       std::max(range->second.second, end)};
  }
  Builder builder(program.getContext());
  SmallVector<NamedAttribute> entries;
  for (auto [region, range] : ranges)
    entries.push_back(builder.getNamedAttr(
        region, builder.getDenseI64ArrayAttr({range.first, range.second})));
  return builder.getDictionaryAttr(entries);
}

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
      Location place = NameLoc::get(group.getNameAttr(), group.getLoc());
      places.try_emplace(trees.back().layer, place);
      group.walk([&](tile::StepOp step) {
        places.try_emplace(step.getLayer(), place);
      });
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
    text->setAttr(kTextMachineAttrName, program.getMachineAttr());
    text->setAttr(kTextMemoryAttrName, describeMemory(program));
    builder.setInsertionPointToEnd(text.getBody());
    program.erase();
    return isa::fromInstructions(builder, instructions);
  }
};

} // namespace
