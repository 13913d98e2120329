// Constant weights of matrix operations as integers of few bits.
#ifndef LACUNA_LIB_DIALECT_NN_TRANSFORMS_QUANTIZEWEIGHTS_H
#define LACUNA_LIB_DIALECT_NN_TRANSFORMS_QUANTIZEWEIGHTS_H

#include "QuantizePlan.h"
#include "lacuna/Dialect/NN/IR/MatrixLayer.h"

namespace lacuna::nn {

/// Products of constant matrices (of one batch) become convolutions by kernels
/// of one element, which have biases and a scale a channel; a constant that is
/// added to such a product, perhaps behind a reshape, becomes the bias, and the
/// range of that sum the range of the layer.
void convertProducts(mlir::func::FuncOp function, Statistics &statistics);

/// Replaces the float weights of `layer`, whose input has the integers `input`,
/// by integers and a storage cast to their quantised type; its bias, if it is
/// constant, takes what their mean shifts. Returns what a remark should say.
/// Errors, at the layer: a bias or weights that are not finite; a method
/// without its statistics; statistics of other extents; types that the
/// machine's layers don't have.
llvm::Expected<std::string>
quantizeWeights(const MatrixLayer &layer,
                const quantization::AffineScale &input,
                const Statistics &statistics, const QuantizeChoice &choice);

} // namespace lacuna::nn

#endif // LACUNA_LIB_DIALECT_NN_TRANSFORMS_QUANTIZEWEIGHTS_H
