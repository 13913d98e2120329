// Chaining stages.
#include "Chain.h"

using namespace lacuna;
using namespace lacuna::lowering;

void Chain::add(Instruction instruction, std::vector<Binding> operands,
                llvm::StringRef field, ElementType result, OnChipMemory in) {
  Stage stage;
  stage.instruction = std::move(instruction);
  stage.bindings = std::move(operands);
  Binding written;
  written.field = field.str();
  stage.bindings.push_back(std::move(written));
  stages.push_back(std::move(stage));
  type = result;
  memory = in;
}

Dims Chain::wholeDims() const {
  Dims extents;
  for (int64_t extent : dims)
    extents.push_back(Interval(extent));
  return extents;
}

llvm::Error Chain::finish(Binding target) {
  Binding &result = stages.back().bindings.back();
  target.field = result.field;
  result = std::move(target);
  Problem problem;
  problem.outer = outer;
  problem.stages = std::move(stages);
  return lowering.add(op, std::move(problem));
}
