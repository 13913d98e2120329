// The first look at a model: types of sane shapes, operations that we have.

#include "Patterns.h"
#include "lacuna/Conversion/TosaToNN/Passes.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace lacuna {
#define GEN_PASS_DEF_CHECKINPUT
#include "lacuna/Conversion/TosaToNN/Passes.h.inc"
} // namespace lacuna

/// MAX_RANK of TOSA 1.0's level 8K. Upstream's validator holds to it only with
/// all of that level's limits, of which some refuse lawful operations.
constexpr int64_t kMaxRank = 6;

/// Why no tensor of `type` can exist on any machine, or "".
static std::string shapeProblem(Type type) {
  if (isa<UnrankedTensorType>(type))
    return "has no rank; export the model with fixed shapes";
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return isa<tosa::shapeType>(type) ? "" : "is no tensor";
  if (tensor.getEncoding())
    return "has an encoding; export dense tensors, whose zeros are found here";
  if (!tensor.getElementType().isIntOrFloat())
    return "has elements that are neither integers nor floats; export the "
           "integers, with tosa.rescale in the place of quantised types";
  if (tensor.getRank() > kMaxRank)
    return "has rank " + std::to_string(tensor.getRank()) +
           "; TOSA's tensors have at most " + std::to_string(kMaxRank);
  int64_t elements = 1;
  bool overflow = false;
  for (int64_t dim : tensor.getShape()) {
    if (ShapedType::isDynamic(dim))
      return "has a dynamic shape; export the model with fixed shapes";
    if (dim < 1)
      return "has a dimension below 1";
    overflow |= llvm::MulOverflow(elements, dim, elements) != 0;
  }
  if (overflow || elements > std::numeric_limits<int32_t>::max())
    return "has more than 2^31 - 1 elements";
  return "";
}

static bool isSupportedElement(Type type) {
  Type element = getElementTypeOrSelf(type);
  if (!isa<RankedTensorType>(type))
    return true;
  if (!element.isInteger())
    return isa<Float32Type, Float16Type, BFloat16Type, Float8E4M3FNType,
               Float8E5M2Type>(element);
  return llvm::is_contained({1u, 4u, 8u, 16u, 32u, 48u},
                            element.getIntOrFloatBitWidth());
}

namespace {
/// Where an unsupported operation occurs first, and how often it does.
struct Occurrence {
  Location first;
  unsigned count;
};

class CheckInputPass : public lacuna::impl::CheckInputBase<CheckInputPass> {
public:
  LogicalResult initialize(MLIRContext *context) override {
    RewritePatternSet set(context);
    lacuna::populateTosaToNNPatterns(set);
    supported = lacuna::supportedOperations(std::move(set), context);
    return success();
  }

  void runOnOperation() override {
    // Both, so that one run tells all that a model needs.
    bool shapes = succeeded(checkShapes());
    bool operations = succeeded(checkOperations());
    if (!shapes || !operations)
      signalPassFailure();
  }

private:
  LogicalResult checkShapes();
  LogicalResult checkOperations();

  DenseSet<OperationName> supported;
};
} // namespace

LogicalResult CheckInputPass::checkShapes() {
  // A dynamic batch shows in every operation: the first few places are enough.
  constexpr unsigned maxReports = 8;
  unsigned problems = 0;
  auto check = [&](Location loc, const Twine &what, Type type) {
    std::string problem = shapeProblem(type);
    if (problem.empty() || ++problems > maxReports)
      return;
    emitError(loc) << what << " of type " << type << " " << problem;
  };
  for (auto function : getOperation().getOps<func::FuncOp>()) {
    for (BlockArgument argument : function.getArguments())
      check(argument.getLoc(), "input " + Twine(argument.getArgNumber()),
            argument.getType());
    function.walk([&](Operation *op) {
      for (Type type : op->getResultTypes())
        check(op->getLoc(), "result of '" + op->getName().getStringRef() + "'",
              type);
    });
  }
  if (problems > maxReports)
    emitError(getOperation().getLoc())
        << problems - maxReports << " more tensors have such shapes";
  return success(problems == 0);
}

LogicalResult CheckInputPass::checkOperations() {
  llvm::MapVector<StringAttr, Occurrence> unsupported;
  auto note = [&](Operation *op, const Twine &what) {
    auto [entry, isNew] = unsupported.insert(
        {StringAttr::get(&getContext(), what), Occurrence{op->getLoc(), 0}});
    ++entry->second.count;
  };
  getOperation().walk<WalkOrder::PreOrder>([&](Operation *op) {
    StringRef name = op->getName().getStringRef();
    if (!supported.contains(op->getName())) {
      note(op, name);
      return WalkResult::skip(); // what its regions hold goes with it
    }
    // A constant is judged by the operations that use it.
    if (isa<tosa::ConstOp, func::FuncOp, func::ReturnOp>(op))
      return WalkResult::advance();
    for (Type type :
         llvm::concat<const Type>(SmallVector<Type>(op->getOperandTypes()),
                                  SmallVector<Type>(op->getResultTypes()))) {
      if (isSupportedElement(type))
        continue;
      std::string element;
      llvm::raw_string_ostream(element) << getElementTypeOrSelf(type);
      note(op, name + " on " + element);
      return WalkResult::advance();
    }
    return WalkResult::advance();
  });
  if (unsupported.empty())
    return success();
  InFlightDiagnostic diag =
      emitError(unsupported.front().second.first)
      << "the accelerator cannot run these operations of the model: ";
  llvm::interleaveComma(unsupported, diag, [&](const auto &entry) {
    diag << entry.first.strref() << " (" << entry.second.count << ")";
  });
  for (const auto &[what, occurrence] : unsupported)
    diag.attachNote(occurrence.first) << "first " << what.strref();
  return diag;
}
