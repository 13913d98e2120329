// What stages on MATRIX of all kinds read: weights in the layout of an
// instruction, biases, and types that the array multiplies.
#ifndef LACUNA_LIB_CONVERSION_NNTOSCHEDULE_MATRIXOPERANDS_H
#define LACUNA_LIB_CONVERSION_NNTOSCHEDULE_MATRIXOPERANDS_H

#include "Chain.h"

namespace lacuna::lowering {

/// Channels that parameter records are made for; a short text may ask for more.
constexpr int64_t kMostRecords = int64_t(1) << 24;

/// Weights as an instruction reads them: their extents, and where neighbours
/// along each lie in the operand, in elements.
struct WeightLayout {
  /// Tells this layout of the operand from any other.
  std::string word;
  Shape shape, strides;
  /// Coordinates of the instruction: the last ones; those before them, which
  /// only constants may have, are part of the first coordinate.
  size_t coordinates;
  /// The operand's element that comes first.
  int64_t first = 0;
};

/// Binds weights. Constants are laid out in the order of the instruction's
/// coordinates, with i4 packed; others are read as they lie.
Binding bindWeights(Lowering &lowering, mlir::Value value,
                    const WeightLayout &layout, ElementType &type);

/// The bias of a layer with `channels` outputs, if it is a constant or a tensor
/// of one value a channel.
Bias makeBias(Lowering &lowering, mlir::Value value, int64_t channels);

/// Adds the bias that `value` is, if any, and applies `stages`, of `copies`
/// times the channels that they know, one copy after the other. More than one
/// only for a bias that is a constant.
llvm::Error finishSums(Chain &chain, mlir::Value bias,
                       llvm::ArrayRef<mlir::Attribute> stages,
                       int64_t copies = 1);

/// An error where the array does not multiply these types.
llvm::Error checkTypes(Lowering &lowering, mlir::Operation *op,
                       ElementType input, ElementType weights,
                       ElementType sums);

} // namespace lacuna::lowering

#endif // LACUNA_LIB_CONVERSION_NNTOSCHEDULE_MATRIXOPERANDS_H
