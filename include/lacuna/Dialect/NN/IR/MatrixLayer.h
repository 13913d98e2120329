// A matrix operation seen as one matrix of weights: a row for each output
// channel, a column for each term of its sum, whichever way its operation lays
// them out (docs/sparsity.md lists them).
#ifndef LACUNA_DIALECT_NN_IR_MATRIXLAYER_H
#define LACUNA_DIALECT_NN_IR_MATRIXLAYER_H

#include "lacuna/Dialect/NN/IR/ConstantData.h"
#include "lacuna/Dialect/NN/IR/NN.h"

#include <optional>

namespace lacuna::nn {

class MatrixLayer {
public:
  /// None if `op` is no verified matrix operation.
  static std::optional<MatrixLayer> get(mlir::Operation *op);

  mlir::Operation *getOperation() const { return op; }
  llvm::StringRef getName() const { return getLayerName(op); }

  int64_t getRows() const { return rows; }
  int64_t getTerms() const { return terms; }
  /// Rows come in as many equal parts, in order, each with inputs of its own.
  int64_t getGroups() const { return groups; }
  /// Where the weight of a row and term lies among the weights' elements.
  int64_t getPosition(int64_t row, int64_t term) const {
    return row / block * blockStride + row % block * rowStride +
           term * termStride;
  }

  int64_t getInputZp() const;
  int64_t getWeightZp() const;
  /// Whether the operation can have a bias.
  bool takesBias() const;

  /// Whether it multiplies floats. Its weights and biases are bits then.
  bool isFloat() const {
    return llvm::isa<mlir::FloatType>(getWeightsType().getElementType());
  }
  /// The weights, if they are constant.
  std::optional<ConstantData> getWeights() const;
  mlir::ShapedType getWeightsType() const;
  /// The bias as an operand, or null.
  mlir::Value getBias() const;
  /// The bias of each row, if it is constant or there is none (zeros then).
  std::optional<std::vector<int64_t>> getBiasValues() const;

  /// multiplier / 2^shift of the rescale that the epilogue begins with, for a
  /// row; 1 if there is none.
  double getScale(int64_t row) const;

  /// Makes a constant with these elements (as getWeights() gives them) the
  /// weights of this layer alone; with `shape`, of another shape than before.
  void setWeights(llvm::ArrayRef<int64_t> elements,
                  llvm::ArrayRef<int64_t> shape = {});
  /// Makes a constant with one element a row, wrapped to the accumulator's
  /// type, the bias; there may have been none.
  void setBias(llvm::ArrayRef<int64_t> values);

private:
  explicit MatrixLayer(mlir::Operation *op) : op(op) {}

  mlir::Operation *op;
  int64_t rows = 0, terms = 0, groups = 1;
  int64_t block = 1, blockStride = 0, rowStride = 0, termStride = 1;
};

/// The matrix operations of `function`, in order.
llvm::SmallVector<MatrixLayer> getMatrixLayers(mlir::func::FuncOp function);

} // namespace lacuna::nn

#endif // LACUNA_DIALECT_NN_IR_MATRIXLAYER_H
