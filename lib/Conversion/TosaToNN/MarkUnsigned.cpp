// Keeps the signedness of inputs and outputs, which the conversion of all
// types to signless ones loses.

#include "lacuna/Conversion/TosaToNN/Passes.h"
#include "lacuna/Dialect/NN/IR/NN.h"

using namespace mlir;

namespace lacuna {
#define GEN_PASS_DEF_MARKUNSIGNED
#include "lacuna/Conversion/TosaToNN/Passes.h.inc"
} // namespace lacuna

static bool isUnsigned(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && (tensor.getElementType().isUnsignedInteger(8) ||
                    tensor.getElementType().isUnsignedInteger(16));
}

namespace {
struct MarkUnsignedPass : lacuna::impl::MarkUnsignedBase<MarkUnsignedPass> {
  void runOnOperation() override {
    auto unit = UnitAttr::get(&getContext());
    StringRef name = lacuna::nn::NNDialect::unsignedAttrName;
    getOperation().walk([&](func::FuncOp function) {
      for (auto [index, type] : llvm::enumerate(function.getArgumentTypes()))
        if (isUnsigned(type))
          function.setArgAttr(index, name, unit);
      for (auto [index, type] : llvm::enumerate(function.getResultTypes()))
        if (isUnsigned(type))
          function.setResultAttr(index, name, unit);
    });
  }
};
} // namespace
