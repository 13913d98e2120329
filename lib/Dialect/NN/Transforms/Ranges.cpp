// Ranges of arguments and results.
#include "Ranges.h"
#include "FloatValues.h"
#include "lacuna/Dialect/NN/IR/Location.h"
#include "lacuna/Dialect/NN/IR/NN.h"

#include <cmath>

using namespace mlir;
using namespace lacuna;
using namespace lacuna::nn;

static FloatType floatTypeOf(Value value) {
  auto tensor = dyn_cast<RankedTensorType>(value.getType());
  return tensor ? dyn_cast<FloatType>(tensor.getElementType()) : FloatType();
}

RangeCollector::RangeCollector(func::FuncOp function) : function(function) {}

void RangeCollector::add(Value value, const reference::Tensor &tensor) {
  FloatType type = floatTypeOf(value);
  if (!type || wrong)
    return;
  RangeStatistics &range = ranges[value];
  for (int64_t bits : tensor.values) {
    double element = toDouble(type, bits);
    if (!std::isfinite(element)) {
      wrong = value;
      return;
    }
    range.add(element);
  }
}

void RangeCollector::addArguments(ArrayRef<reference::Tensor> arguments) {
  for (auto [value, tensor] :
       llvm::zip_equal(function.getArguments(), arguments))
    add(value, tensor);
}

void RangeCollector::addResult(Operation *layer,
                               const reference::Tensor &result) {
  add(layer->getResult(0), result);
}

llvm::Error RangeCollector::check(uint64_t sample) {
  if (!wrong)
    return llvm::Error::success();
  std::string what =
      isa<BlockArgument>(wrong)
          ? "input " + getInputName(function,
                                    cast<BlockArgument>(wrong).getArgNumber())
          : ("the result of layer '" + getLayerName(wrong.getDefiningOp()) +
             "'")
                .str();
  return makeError(placeOf(wrong.getLoc()),
                   what + " holds a NaN or an infinity in sample " +
                       llvm::Twine(sample),
                   "ranges are of finite numbers: leave such samples out");
}

void RangeCollector::finish(Statistics &statistics) {
  for (auto &[value, range] : ranges) {
    if (!range.count)
      continue;
    if (auto argument = dyn_cast<BlockArgument>(value))
      statistics.arguments[toPrintable(
          getInputName(function, argument.getArgNumber()))] = std::move(range);
    else if (StringRef name = getLayerName(value.getDefiningOp());
             !name.empty())
      statistics.results[toPrintable(name)] = std::move(range);
  }
}
