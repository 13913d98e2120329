// Trees of elementwise operations on one i8 tensor, into tables of 256 entries.

#include "ConstantEval.h"
#include "Fuse.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace lacuna::nn;

/// The one value of a constant whose elements are all equal.
static std::optional<int64_t> splatOf(Value value) {
  DenseIntElementsAttr elements;
  if (!matchPattern(value, m_Constant(&elements)) || !elements.isSplat())
    return std::nullopt;
  APInt splat = elements.getSplatValue<APInt>();
  return splat.getBitWidth() == 1 ? int64_t(splat.getZExtValue())
                                  : splat.getSExtValue();
}

static DenseElementsAttr denseOf(ArrayRef<int64_t> values, Type element) {
  auto type = RankedTensorType::get({int64_t(values.size())}, element);
  SmallVector<APInt> entries;
  for (int64_t value : values)
    entries.push_back(APInt(element.getIntOrFloatBitWidth(), value,
                            /*isSigned=*/true));
  return DenseElementsAttr::get(type, entries);
}

/// The table of `function` over all of i8, in order from -128, or null.
static TableAttr makeTable(Type outputType,
                           llvm::function_ref<Element(int64_t)> function) {
  SmallVector<int64_t> values;
  for (int64_t value = -128; value < 128; ++value) {
    Element result = function(value);
    if (!result)
      return {};
    values.push_back(*result);
  }
  MLIRContext *context = outputType.getContext();
  return TableAttr::get(context, IntegerType::get(context, 8), outputType,
                        denseOf(values, outputType));
}

//===----------------------------------------------------------------------===//
// Trees
//===----------------------------------------------------------------------===//

namespace {

/// An operation all of whose variable inputs are functions of one i8 tensor.
struct Tree {
  Value leaf;
  /// The operations between leaf and root, root last.
  llvm::SmallSetVector<Operation *, 8> operations;
};

/// Larger trees are cut: it bounds the work on hostile input, and no network
/// has any.
constexpr size_t maxTree = 64;

class Tabulator {
public:
  Tabulator(func::FuncOp function, FusionCounts &counts)
      : function(function), counts(counts) {}

  void run() {
    function.walk([&](ElementwiseOp op) { grow(op); });
    // All tables first: a replacement changes the operands of larger trees.
    SmallVector<std::pair<ElementwiseOp, TableAttr>> roots;
    function.walk([&](ElementwiseOp op) {
      if (trees.count(op) && isRoot(op))
        if (TableAttr table = tableOf(op))
          roots.push_back({op, table});
    });
    for (auto [root, table] : roots)
      replace(root, table);
  }

private:
  /// Leaf of `value`, if it is a function of one, or is one itself.
  Value leafOf(Value value) {
    auto tree = trees.find(value.getDefiningOp());
    if (tree != trees.end())
      return tree->second.leaf;
    return tensorOf(value).getElementType().isInteger(8) ? value : Value();
  }

  void grow(ElementwiseOp op);
  bool isRoot(ElementwiseOp op);
  bool isWorthwhile(const Tree &tree, Type result);
  TableAttr tableOf(ElementwiseOp root);
  void replace(ElementwiseOp root, TableAttr table);

  func::FuncOp function;
  FusionCounts &counts;
  DenseMap<Operation *, Tree> trees;
};

} // namespace

void Tabulator::grow(ElementwiseOp op) {
  if (!isPerTensor(op.getEpilogueStages()))
    return;
  Tree tree;
  for (Value input : op.getInputs()) {
    if (splatOf(input))
      continue;
    Value leaf = leafOf(input);
    if (!leaf || (tree.leaf && tree.leaf != leaf) ||
        tensorOf(input).getShape() != op.getType().getShape())
      return;
    tree.leaf = leaf;
    if (auto below = trees.find(input.getDefiningOp()); below != trees.end())
      tree.operations.insert_range(below->second.operations);
  }
  tree.operations.insert(op);
  if (!tree.leaf || tree.operations.size() > maxTree)
    return;
  trees[op] = std::move(tree);
}

/// A root is read by something that is no function of the same leaf.
bool Tabulator::isRoot(ElementwiseOp op) {
  return llvm::any_of(op->getUsers(), [&](Operation *reader) {
    auto tree = trees.find(reader);
    return tree == trees.end() || tree->second.leaf != trees[op].leaf;
  });
}

/// Rescales and clamps by themselves are cheaper than 256 entries.
bool Tabulator::isWorthwhile(const Tree &tree, Type result) {
  unsigned rescales = 0, others = 0;
  for (Operation *operation : tree.operations) {
    auto op = cast<ElementwiseOp>(operation);
    others += op.getKind() != ElementwiseKind::Identity;
    for (Attribute stage : op.getEpilogueStages()) {
      rescales += isa<RescaleAttr>(stage);
      others += isa<TableAttr>(stage);
    }
  }
  return tree.operations.size() > 1 &&
         (others > 0 || (result.isInteger(8) && rescales > 1));
}

/// Table of the tree under `root`, or null where it is not wanted or some value
/// is undefined.
TableAttr Tabulator::tableOf(ElementwiseOp root) {
  const Tree &tree = trees[root];
  Type result = root.getType().getElementType();
  unsigned width = result.getIntOrFloatBitWidth();
  if ((width != 8 && width != 16 && width != 32) || !isWorthwhile(tree, result))
    return {};
  DenseMap<Value, int64_t> constants;
  for (Operation *operation : tree.operations)
    for (Value input : cast<ElementwiseOp>(operation).getInputs())
      if (std::optional<int64_t> splat = splatOf(input))
        constants[input] = *splat;
  return makeTable(result, [&](int64_t value) -> Element {
    DenseMap<Value, int64_t> values = constants;
    values[tree.leaf] = value;
    for (Operation *operation : tree.operations) {
      auto op = cast<ElementwiseOp>(operation);
      SmallVector<int64_t> inputs;
      for (Value input : op.getInputs())
        inputs.push_back(values.lookup(input));
      Element computed = evaluateElementwise(op, inputs);
      if (!computed)
        return std::nullopt;
      values[op.getOutput()] = *computed;
    }
    return values.lookup(root.getOutput());
  });
}

void Tabulator::replace(ElementwiseOp root, TableAttr table) {
  const Tree &tree = trees[root];
  OpBuilder builder(root);
  auto layer = ElementwiseOp::create(builder, root.getLoc(), root.getType(),
                                     ElementwiseKind::Identity, tree.leaf,
                                     Attribute(table));
  ++counts.tables;
  for (Operation *operation : tree.operations)
    remarkFused(operation, layer, "in the table");
  root.getOutput().replaceAllUsesWith(layer.getOutput());
}

void lacuna::nn::tabulate(func::FuncOp function, FusionCounts &counts) {
  Tabulator(function, counts).run();
}

//===----------------------------------------------------------------------===//
// Differences from the maximum
//===----------------------------------------------------------------------===//

namespace {

/// f(x) - max(f(x)) along an axis, for an i8 tensor x and f(x) = c * x + d,
/// takes the 256 values c * (-255 ... 0): x - max(x) + 127 is an i8 tensor, of
/// which the difference is a table. This is how softmax begins.
struct NarrowDifference : OpRewritePattern<ElementwiseOp> {
  NarrowDifference(MLIRContext *context, FusionCounts &)
      : OpRewritePattern(context) {}

  LogicalResult matchAndRewrite(ElementwiseOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getKind() != ElementwiseKind::Sub || !op.getPrologue().empty() ||
        !op.getEpilogueStages().empty())
      return failure();
    ElementwiseOp scaled = asStages(op.getInputs()[0].getDefiningOp());
    auto max = op.getInputs()[1].getDefiningOp<ReduceOp>();
    if (!scaled || !max || max.getKind() != ReduceKind::Max ||
        max.getInput() != scaled.getOutput() ||
        !max.getEpilogueStages().empty())
      return failure();
    Value input = scaled.getInputs()[0];
    // Worth it if readers go on to be tables themselves.
    bool readByStages = llvm::all_of(op->getUsers(), [](Operation *reader) {
      return bool(asStages(reader));
    });
    std::optional<int64_t> step = stepOf(scaled);
    if (!tensorOf(input).getElementType().isInteger(8) || !readByStages ||
        !step)
      return failure();

    Type i8 = rewriter.getIntegerType(8), i32 = rewriter.getIntegerType(32);
    auto offset = [&](Type from, Type to, int64_t zp) -> Attribute {
      return RescaleAttr::get(rewriter.getContext(), from, to, {1 << 30}, {30},
                              0, zp, Rounding::Single, false, false, true);
    };
    auto narrowMax = ReduceOp::create(
        rewriter, max.getLoc(), max.getType().clone(i8), ReduceKind::Max, input,
        max.getAxis(), /*ignore_nan=*/false, rewriter.getArrayAttr({}));
    auto narrow = ElementwiseOp::create(
        rewriter, op.getLoc(), op.getType().clone(i8), ElementwiseKind::Sub,
        ValueRange{input, narrowMax.getOutput()}, offset(i32, i8, 127));
    ArrayAttr widen = rewriter.getArrayAttr(offset(i8, i32, 0));
    narrow.setPrologueAttr(rewriter.getArrayAttr({widen, widen}));
    TableAttr table = makeTable(
        i32, [&](int64_t value) -> Element { return *step * (value - 127); });
    rewriter.replaceOpWithNewOp<ElementwiseOp>(
        op, op.getType(), ElementwiseKind::Identity, narrow.getOutput(),
        Attribute(table));
    return success();
  }

  /// c, where the stages map every i8 value v to c * v + d; at most 2^20, so
  /// that differences fit i32.
  static std::optional<int64_t> stepOf(ElementwiseOp scaled) {
    if (!isPerTensor(scaled.getEpilogueStages()) ||
        !scaled.getType().getElementType().isInteger(32) ||
        !tensorOf(scaled.getInputs()[0]).getElementType().isInteger(8))
      return std::nullopt;
    std::optional<int64_t> step;
    Element previous = evaluateStages(scaled.getEpilogueStages(), -128);
    for (int64_t value = -127; value < 128 && previous; ++value) {
      Element next = evaluateStages(scaled.getEpilogueStages(), value);
      if (!next || (step && *next - *previous != *step))
        return std::nullopt;
      step = *next - *previous;
      previous = next;
    }
    if (!step || *step < 1 || *step > (1 << 20))
      return std::nullopt;
    return step;
  }
};

} // namespace

void lacuna::nn::populateDifferencePatterns(RewritePatternSet &patterns,
                                            FusionCounts &counts) {
  patterns.add<NarrowDifference>(patterns.getContext(), counts);
}
