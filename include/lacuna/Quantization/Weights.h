// Weights of one matrix operation as integers of a few bits: scales, rounding
// and the change of the bias, on plain matrices (rows are output channels,
// columns the terms of their sums).
#ifndef LACUNA_QUANTIZATION_WEIGHTS_H
#define LACUNA_QUANTIZATION_WEIGHTS_H

#include "lacuna/Sparsity/Prune.h"

#include "llvm/ADT/StringRef.h"

#include <optional>

namespace lacuna::quantization {

using sparsity::Matrix;

enum class RoundingMethod {
  /// Each weight by itself.
  Nearest,
  /// Each weight up or down, so that the layer's outputs change least: "Up or
  /// Down? Adaptive Rounding for Post-Training Quantization" (Nagel and others,
  /// 2020). The quadratic form of its equation 8 is minimised by coordinate
  /// descent, as in "QuantEase" (Behdin and others, 2023), instead of relaxed.
  AdaRound,
  /// Weight by weight, each error made up for by those not yet rounded: "GPTQ"
  /// (Frantar and others, 2022).
  GPTQ,
};

/// The method called `name` (nearest, adaround, gptq), or none; and its name.
std::optional<RoundingMethod> roundingFromName(llvm::StringRef name);
llvm::StringRef getName(RoundingMethod rounding);

/// How far a row's (or the tensor's) scale reaches.
enum class ScaleMethod {
  /// To the largest magnitude.
  MinMax,
  /// To where the weights' squared error, each multiplied by the mean square of
  /// its input if that is known, is least.
  MSE,
};

/// Weights in real units, and what is known of their inputs: as many groups of
/// rows as `inputs` has elements, or one without statistics.
struct WeightLayer {
  Matrix weights;
  std::vector<sparsity::InputStatistics> inputs;
  bool hasBias = true;
  /// For each row, a scale may not be below: what its bias needs. Or empty.
  std::vector<double> leastScales;
};

struct WeightOptions {
  /// 2 to 8. Integers are from -(2^(bits-1) - 1) to 2^(bits-1) - 1; of 2 bits
  /// from -2 to 1.
  unsigned bits = 8;
  bool perChannel = true;
  ScaleMethod scale = ScaleMethod::MinMax;
  RoundingMethod rounding = RoundingMethod::Nearest;
  /// Added to the second moments' diagonal, times its mean.
  double damping = 0.01;
  /// Whether the bias takes what the mean of the outputs shifts: "Data-Free
  /// Quantization" (Nagel and others, 2019), with measured means.
  bool correctBias = true;
};

struct QuantizedWeights {
  /// Integers.
  Matrix weights;
  /// One a row, normal single-precision numbers; equal unless per channel.
  std::vector<double> scales;
  /// One a row, in real units, to be added to the bias; empty without
  /// statistics or bias.
  std::vector<double> biasChange;
  /// Of the layer's sums over the samples, dB; only where the statistics have
  /// moments and something changed.
  std::optional<double> signalToNoise;
};

/// Least and greatest integer of weights of `bits` bits.
sparsity::Grid gridOf(unsigned bits);

/// Quantises a layer. Zeros stay zeros. AdaRound and GPTQ need statistics with
/// moments. Error: a weight that is not finite, or so large that it has no
/// scale.
llvm::Expected<QuantizedWeights> quantizeWeights(const WeightLayer &layer,
                                                 const WeightOptions &options);

/// Improves integers `rounded` (units of the rows' scales, as `targets` are) by
/// moving one at a time to a neighbour of its target, up or down, while that
/// lowers (rounded - target) moments (rounded - target)^T. Zero targets stay.
void descend(Matrix &rounded, const Matrix &targets, const Matrix &moments,
             const sparsity::Grid &grid);

} // namespace lacuna::quantization

#endif // LACUNA_QUANTIZATION_WEIGHTS_H
