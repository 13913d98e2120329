// What a model computes, as a number.
#include "lacuna/Dialect/NN/IR/ConstantData.h"
#include "lacuna/Dialect/NN/IR/NN.h"
#include "lacuna/Dialect/NN/Transforms/Calibration.h"
#include "lacuna/Support/Hash.h"

using namespace mlir;
using namespace lacuna;

/// The constant `op` as text: its type, and a hash of its elements.
static void describe(nn::ConstantOp op, llvm::raw_ostream &os) {
  os << op.getType() << ' ';
  if (auto data = nn::ConstantData::get(op.getValue()))
    os << hashToHex(hashContents(llvm::toStringRef(data->getBytes())))
       << (data->isSplat() ? " splat" : "");
  else
    os << op.getValue();
}

uint64_t nn::hashModel(func::FuncOp function) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::DenseMap<Value, unsigned> numbers;
  auto number = [&](Value value) {
    return numbers.try_emplace(value, numbers.size()).first->second;
  };
  for (BlockArgument argument : function.getArguments())
    os << '%' << number(argument) << ' ' << argument.getType() << '\n';
  for (Operation &op : function.front()) {
    os << op.getName();
    if (auto constant = dyn_cast<ConstantOp>(op)) {
      os << ' ';
      describe(constant, os);
    } else {
      if (isa<LayerOpInterface>(op))
        os << " '" << getLayerName(&op) << '\'';
      for (Value operand : op.getOperands())
        os << " %" << number(operand);
      for (NamedAttribute attribute : op.getAttrDictionary())
        if (attribute.getName() != kScheduleAttrName &&
            attribute.getName() != kPredictedAttrName)
          os << ' ' << attribute.getName().getValue() << '='
             << attribute.getValue();
    }
    for (Value result : op.getResults())
      os << " -> %" << number(result) << ' ' << result.getType();
    os << '\n';
  }
  return hashContents(text);
}
