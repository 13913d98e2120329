// Quantised types, and which of a function's values have them: what nn-quantize
// decides and nn-legalize-quant reads (docs/quantization.md).
#ifndef LACUNA_LIB_DIALECT_NN_TRANSFORMS_QUANTIZED_H
#define LACUNA_LIB_DIALECT_NN_TRANSFORMS_QUANTIZED_H

#include "lacuna/Dialect/NN/IR/NN.h"
#include "lacuna/Quantization/AffineScale.h"

#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"

namespace lacuna::nn {

/// The element type of integers of `affine` that stand for floats of `type`.
mlir::quant::UniformQuantizedType
toQuantizedType(const quantization::AffineScale &affine, mlir::Type type);

/// The other way.
quantization::AffineScale toAffine(mlir::quant::UniformQuantizedType type);

/// The quantised element type of `value` with one scale for all; null if it has
/// none.
mlir::quant::UniformQuantizedType quantizedTypeOf(mlir::Value value);

inline mlir::RankedTensorType tensorTypeOf(mlir::Value value) {
  return llvm::cast<mlir::RankedTensorType>(value.getType());
}
inline bool isFloat(mlir::Value value) {
  auto tensor = llvm::dyn_cast<mlir::RankedTensorType>(value.getType());
  return tensor && llvm::isa<mlir::FloatType>(tensor.getElementType());
}

/// How a layer goes over to integers.
enum class QuantForm {
  /// It can't.
  None,
  /// It has nothing to do with floats.
  Integer,
  /// It computes a result with a range of its own from quantised operands.
  Own,
  /// Its result has its operands' scale and zero point.
  Same,
  /// With what is around it, it becomes a table or an integer softmax: it stays
  /// float between `quant.dcast` and `quant.qcast`.
  Function,
};

/// The parts of a softmax, from the first to the last.
struct Softmax {
  mlir::Value input;
  int64_t axis = 0;
  llvm::SmallVector<mlir::Operation *, 6> operations;

  /// The softmax of floats that `root` is the last multiplication of, if any.
  static std::optional<Softmax> match(mlir::Operation *root);
};

/// What the layers of a function are to each other.
class QuantForms {
public:
  explicit QuantForms(mlir::func::FuncOp function);

  QuantForm get(mlir::Operation *op) const { return forms.lookup(op); }

  /// The value that `value` is a function of, element by element: all else that
  /// its tree of elementwise layers reads are constants of one value. `value`
  /// itself if it is no such tree.
  mlir::Value getVariable(mlir::Value value) const;

  /// The layers of that tree, in order.
  llvm::SmallVector<mlir::Operation *> getTree(mlir::Value value) const;

private:
  llvm::DenseMap<mlir::Operation *, QuantForm> forms;
  llvm::DenseMap<mlir::Value, mlir::Value> variables;
};

/// Whether operand `index` of `op` is a bias, which has no scale of its own.
bool isBias(mlir::Operation *op, unsigned index);

} // namespace lacuna::nn

#endif // LACUNA_LIB_DIALECT_NN_TRANSFORMS_QUANTIZED_H
