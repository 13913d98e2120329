// From quantised types to integer layers: what the parts of nn-legalize-quant
// share.
#ifndef LACUNA_LIB_DIALECT_NN_TRANSFORMS_LEGALIZE_H
#define LACUNA_LIB_DIALECT_NN_TRANSFORMS_LEGALIZE_H

#include "Quantized.h"

#include "llvm/Support/Error.h"

namespace lacuna::nn {

/// A rescale from `input` to `output` by these factors (one, or one a channel),
/// moving the zero points. Error: a factor that no multiplier stands for.
llvm::Expected<RescaleAttr> makeRescale(mlir::Type input, mlir::Type output,
                                        llvm::ArrayRef<double> factors,
                                        int64_t inputZp, int64_t outputZp);

class Legalizer {
public:
  explicit Legalizer(mlir::func::FuncOp function) : function(function) {}

  /// Makes the function integer, as far as its types say so. Errors, all of
  /// them, at the layer: numbers that no integer arithmetic stands for.
  llvm::Error run();

private:
  //===- Layers of quantised types (LegalizeLayers.cpp) -------------------===//
  llvm::Error legalizeLayer(mlir::Operation *op);
  llvm::Expected<mlir::Value> makeMatrix(mlir::Operation *op);
  llvm::Expected<mlir::Value> makePool(PoolOp op);
  llvm::Expected<mlir::Value> makeMove(mlir::Operation *op);
  llvm::Expected<mlir::Value> makeResize(ResizeOp op);
  llvm::Expected<mlir::Value> makeReduce(ReduceOp op);
  llvm::Expected<mlir::Value> makeElementwise(ElementwiseOp op);
  llvm::Expected<mlir::Value> makeSum(ElementwiseOp op);
  llvm::Expected<mlir::Value> makeProduct(ElementwiseOp op);

  //===- Functions of floats (LegalizeFunctions.cpp) ----------------------===//
  /// The integers of `qcast`, whose float is a function of integers; nothing if
  /// it isn't.
  llvm::Expected<mlir::Value> makeFunction(mlir::quant::QuantizeCastOp qcast,
                                           const QuantForms &forms);
  llvm::Expected<mlir::Value> makeSoftmax(mlir::quant::QuantizeCastOp qcast,
                                          const Softmax &softmax);
  llvm::Expected<mlir::Value> makeTable(mlir::quant::QuantizeCastOp qcast,
                                        mlir::Value variable,
                                        llvm::ArrayRef<mlir::Operation *> tree);

  //===- The rest (LegalizeQuant.cpp) -------------------------------------===//
  void legalizeArguments();
  void legalizeResults();
  llvm::Error legalizeCasts();
  void eraseDead();
  mlir::Value quantizeFloats(mlir::quant::QuantizeCastOp qcast);
  mlir::Value dequantizeFloats(mlir::quant::DequantizeCastOp dcast);

  /// The integers of a value with a quantised type; of any other, itself.
  mlir::Value integersOf(mlir::Value value) const {
    mlir::Value found = integers.lookup(value);
    return found ? found : value;
  }
  /// The type of the integers of `value`.
  mlir::RankedTensorType storageTypeOf(mlir::Value value) const;
  /// `op` with the integers of its operands, and with the type of the integers
  /// of its result.
  mlir::Operation *cloneOnIntegers(mlir::Operation *op);
  /// Limits that the floats' clamps are on integers of the result, if they
  /// limit anything.
  llvm::SmallVector<mlir::Attribute> clampsOf(mlir::Operation *op) const;

  mlir::func::FuncOp function;
  llvm::DenseMap<mlir::Value, mlir::Value> integers;
};

/// `op` with these stages, and a location of its own if it has a name.
ElementwiseOp makeStages(mlir::OpBuilder &builder, mlir::Location location,
                         mlir::Value input,
                         llvm::ArrayRef<mlir::Attribute> stages);

/// `location` with `suffix` behind its name: for a layer of which several are
/// made.
mlir::Location nameAfter(mlir::Location location, llvm::StringRef suffix);

} // namespace lacuna::nn

#endif // LACUNA_LIB_DIALECT_NN_TRANSFORMS_LEGALIZE_H
