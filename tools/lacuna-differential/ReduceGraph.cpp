// Cutting operations, results and values out of a graph.
#include "ReduceGraph.h"

#include "Constants.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace lacuna::differential;

static bool isConstant(Operation &op) {
  return isa<tosa::ConstOp, tosa::ConstShapeOp>(op);
}

std::vector<Operation *> lacuna::differential::operationsOf(ModuleOp graph) {
  std::vector<Operation *> found;
  for (Operation &op : functionOf(graph).front().without_terminator())
    if (!isConstant(op))
      found.push_back(&op);
  return found;
}

/// Adds an argument that stands for `value`, which `original` is in the graph
/// that `values` belong to.
static Value addArgument(Case &test, Type type, Value original,
                         const Values &values) {
  func::FuncOp function = functionOf(*test.graph);
  auto tensor = cast<RankedTensorType>(type);
  auto known = values.find(original);
  if (known != values.end()) {
    test.inputs.push_back(known->second);
  } else {
    auto element = elementTypesOf(type);
    if (!element) {
      llvm::consumeError(element.takeError());
      return {};
    }
    Random random(test.inputs.size());
    test.inputs.push_back(
        makeInput(tensor.getShape(), element->front(), random));
  }
  return function.front().addArgument(type, function.getLoc());
}

/// Brings what belongs together in order after a change: operations without
/// users go, arguments without users go with their tensors, the function has
/// the type of its block.
static void tidy(Case &test) {
  func::FuncOp function = functionOf(*test.graph);
  Block &block = function.front();
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (!op.hasTrait<OpTrait::IsTerminator>() && op.use_empty())
      op.erase();
  for (size_t i = block.getNumArguments(); i-- != 0;)
    if (block.getArgument(i).use_empty()) {
      block.eraseArgument(i);
      test.inputs.erase(test.inputs.begin() + i);
    }
  function.setFunctionType(
      FunctionType::get(function.getContext(), block.getArgumentTypes(),
                        block.getTerminator()->getOperandTypes()));
  // Attributes of arguments and results that are no longer there.
  function.removeArgAttrsAttr();
  function.removeResAttrsAttr();
}

Case lacuna::differential::keepWindow(const Case &test, size_t first,
                                      size_t count, const Values &values) {
  std::vector<Operation *> kept = operationsOf(*test.graph);
  if (first + count > kept.size())
    return {};
  kept = {kept.begin() + first, kept.begin() + first + count};
  func::FuncOp whole = functionOf(*test.graph);
  Case made;
  made.machine = test.machine;
  OpBuilder builder(whole.getContext());
  made.graph = ModuleOp::create(whole.getLoc());
  builder.setInsertionPointToEnd(made.graph->getBody());
  auto function = func::FuncOp::create(builder, whole.getLoc(), whole.getName(),
                                       builder.getFunctionType({}, {}));
  builder.setInsertionPointToEnd(function.addEntryBlock());

  IRMapping mapping;
  SmallVector<Value> results;
  for (Operation *op : kept) {
    for (Value operand : op->getOperands()) {
      if (mapping.contains(operand))
        continue;
      if (Operation *source = operand.getDefiningOp();
          source && isConstant(*source)) {
        builder.clone(*source, mapping);
        continue;
      }
      Value argument = addArgument(made, operand.getType(), operand, values);
      if (!argument)
        return {};
      mapping.map(operand, argument);
    }
    builder.clone(*op, mapping);
  }
  for (Operation *op : kept)
    for (Value result : op->getResults())
      if (result.use_empty() ||
          llvm::any_of(result.getUsers(), [&](auto *user) {
            return !llvm::is_contained(kept, user);
          }))
        results.push_back(mapping.lookup(result));
  func::ReturnOp::create(builder, whole.getLoc(), results);
  tidy(made);
  return made;
}

Case lacuna::differential::replaceByArguments(const Case &test, size_t index,
                                              const Values &values) {
  Case made = test.clone();
  Operation *original = operationsOf(*test.graph)[index];
  Operation *op = operationsOf(*made.graph)[index];
  for (auto [result, before] :
       llvm::zip_equal(op->getResults(), original->getResults())) {
    Value argument = addArgument(made, result.getType(), before, values);
    if (!argument)
      return {};
    result.replaceAllUsesWith(argument);
  }
  tidy(made);
  return made;
}

Case lacuna::differential::dropResult(const Case &test, size_t index) {
  Case made = test.clone();
  Operation *end = functionOf(*made.graph).front().getTerminator();
  if (end->getNumOperands() < 2 || index >= end->getNumOperands())
    return {};
  end->eraseOperand(index);
  tidy(made);
  return made;
}

Case lacuna::differential::clearInput(const Case &test, size_t index) {
  if (llvm::all_of(test.inputs[index].values,
                   [](int64_t value) { return value == 0; }))
    return {};
  Case made = test.clone();
  llvm::fill(made.inputs[index].values, 0);
  return made;
}

static std::vector<tosa::ConstOp> constantsOf(ModuleOp graph) {
  auto found = functionOf(graph).front().getOps<tosa::ConstOp>();
  return {found.begin(), found.end()};
}

size_t lacuna::differential::countConstants(ModuleOp graph) {
  return constantsOf(graph).size();
}

Case lacuna::differential::levelConstant(const Case &test, size_t index) {
  Case made = test.clone();
  tosa::ConstOp constant = constantsOf(*made.graph)[index];
  auto tensor = lacuna::reference::tensorOf(constant.getValues());
  if (!tensor || tensor->values.empty())
    return {};
  int64_t level = 0;
  for (OpOperand &use : constant->getUses())
    if (auto rescale = dyn_cast<tosa::RescaleOp>(use.getOwner()))
      level = use.getOperandNumber() == 0 ? 0 : tensor->values.front();
  std::vector<int64_t> values(tensor->values.size(), level);
  if (values == tensor->values)
    return {};
  auto type = cast<RankedTensorType>(constant.getType());
  constant.setValuesAttr(constantAttribute(type, values));
  return made;
}
