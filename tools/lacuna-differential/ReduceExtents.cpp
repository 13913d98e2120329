// Smaller extents, carried from arguments and constants through the operations
// by TOSA's own rules.
#include "ReduceGraph.h"

#include "Constants.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"

using namespace mlir;
using namespace lacuna::differential;

namespace {
/// Which dimensions shrink.
struct Change {
  int64_t from, to;

  /// `shape` with them; whether there are any.
  bool apply(SmallVectorImpl<int64_t> &shape) const {
    bool changes = llvm::is_contained(shape, from);
    std::replace(shape.begin(), shape.end(), from, to);
    return changes;
  }
};
} // namespace

/// The leading part of `tensor` that has `shape`.
static Tensor leadingPart(const Tensor &tensor, ArrayRef<int64_t> shape) {
  Tensor part(shape, tensor.type);
  auto strides = lacuna::reference::rowMajorStrides(tensor.shape);
  lacuna::reference::forEachIndex(
      shape, [&](ArrayRef<int64_t> index, int64_t position) {
        int64_t at = 0;
        for (auto [i, stride] : llvm::zip_equal(index, strides))
          at += i * stride;
        part.values[position] = tensor.values[at];
      });
  return part;
}

/// The values that no operation computes: arguments, then constants.
static std::vector<Value> sourcesOf(ModuleOp graph) {
  Block &block = functionOf(graph).front();
  std::vector<Value> sources(block.args_begin(), block.args_end());
  for (auto constant : block.getOps<tosa::ConstOp>())
    sources.push_back(constant);
  return sources;
}

size_t lacuna::differential::countSources(ModuleOp graph) {
  return sourcesOf(graph).size();
}

std::vector<int64_t> lacuna::differential::extentsOf(ModuleOp graph) {
  std::vector<int64_t> extents;
  for (Value source : sourcesOf(graph))
    for (int64_t extent : cast<RankedTensorType>(source.getType()).getShape())
      if (extent > 1)
        extents.push_back(extent);
  llvm::sort(extents, std::greater<>());
  extents.erase(llvm::unique(extents), extents.end());
  return extents;
}

/// Shrinks argument or constant `source`; whether it has such a dimension.
static bool shrink(Case &test, Value source, const Change &change) {
  auto type = cast<RankedTensorType>(source.getType());
  SmallVector<int64_t> shape(type.getShape());
  if (!change.apply(shape))
    return false;
  type = RankedTensorType::get(shape, type.getElementType());
  if (auto argument = dyn_cast<BlockArgument>(source)) {
    Tensor &input = test.inputs[argument.getArgNumber()];
    input = leadingPart(input, shape);
  } else {
    auto constant = source.getDefiningOp<tosa::ConstOp>();
    auto tensor = lacuna::reference::tensorOf(constant.getValues());
    if (!tensor)
      return false;
    constant.setValuesAttr(
        constantAttribute(type, leadingPart(*tensor, shape).values));
  }
  source.setType(type);
  return true;
}

/// Shapes that are given as constants: of reshapes, slices, tiles.
static void shrinkShapes(Block &block, const Change &change) {
  for (auto shape : block.getOps<tosa::ConstShapeOp>()) {
    auto values = llvm::to_vector(shape.getValues().getValues<int64_t>());
    if (change.apply(values))
      shape.setValuesAttr(
          Builder(shape.getContext()).getIndexTensorAttr(values));
  }
}

/// The types of results, from the operands on.
static bool inferTypes(Block &block) {
  for (Operation &op : block.without_terminator()) {
    auto infers = dyn_cast<InferShapedTypeOpInterface>(op);
    if (!infers)
      continue;
    SmallVector<ShapedTypeComponents> components;
    if (failed(infers.inferReturnTypeComponents(
            op.getContext(), op.getLoc(), ValueShapeRange(op.getOperands()),
            op.getAttrDictionary(), op.getPropertiesStorage(), op.getRegions(),
            components)))
      return false;
    for (auto [result, inferred] :
         llvm::zip_equal(op.getResults(), components)) {
      if (!inferred.hasRank() ||
          llvm::any_of(inferred.getDims(), [](int64_t dim) { return dim < 1; }))
        return false;
      result.setType(RankedTensorType::get(
          inferred.getDims(),
          cast<RankedTensorType>(result.getType()).getElementType()));
    }
  }
  return true;
}

Case lacuna::differential::shrinkExtent(const Case &test, int64_t from,
                                        int64_t to,
                                        std::optional<size_t> only) {
  Case made = test.clone();
  func::FuncOp function = functionOf(*made.graph);
  Change change{from, to};
  bool changed = false;
  for (auto [number, source] : llvm::enumerate(sourcesOf(*made.graph)))
    if (!only || *only == number)
      changed |= shrink(made, source, change);
  if (!changed)
    return {};
  Block &block = function.front();
  if (!only)
    shrinkShapes(block, change);
  if (!inferTypes(block))
    return {};
  function.setFunctionType(
      FunctionType::get(function.getContext(), block.getArgumentTypes(),
                        block.getTerminator()->getOperandTypes()));
  return made;
}
