// Gathers and scatters of booleans, which upstream's validator does not know.

#include "Patterns.h"
#include "lacuna/Conversion/TosaToNN/Passes.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

using namespace mlir;

namespace lacuna {
#define GEN_PASS_DEF_CONVERTBOOLEANROWS
#include "lacuna/Conversion/TosaToNN/Passes.h.inc"
} // namespace lacuna

namespace {
struct ConvertBooleanRowsPass
    : lacuna::impl::ConvertBooleanRowsBase<ConvertBooleanRowsPass> {
  LogicalResult initialize(MLIRContext *context) override {
    RewritePatternSet set(context);
    lacuna::populateRowPatterns(set, /*onlyBooleans=*/true);
    patterns = std::move(set);
    return success();
  }

  void runOnOperation() override {
    walkAndApplyPatterns(getOperation(), patterns);
  }

  FrozenRewritePatternSet patterns;
};
} // namespace
