// Pruning one layer: criteria, structures and the change of the bias, on plain
// matrices (docs/sparsity.md). What the weights are in the model, integers less
// their zero point or floats, is the caller's business.
#ifndef LACUNA_SPARSITY_PRUNE_H
#define LACUNA_SPARSITY_PRUNE_H

#include "lacuna/Sparsity/SecondOrder.h"
#include "lacuna/Sparsity/Structure.h"

#include <optional>

namespace lacuna::sparsity {

enum class Criterion { Magnitude, Wanda, Hessian };

/// The criterion called `name`, or none; and its name.
std::optional<Criterion> criterionFromName(llvm::StringRef name);
llvm::StringRef getName(Criterion criterion);

/// What calibration knows of the inputs of a group of rows: for each term the
/// mean and the mean square, and perhaps the means of all products (terms by
/// terms).
struct InputStatistics {
  std::vector<double> mean, meanSquare;
  Matrix moments;
  /// Vectors that the means are of: the fewer there are for each term, the less
  /// the products are trusted. 0: as many as anybody could want.
  double count = 0;
  /// Where layers before this one have changed, what the inputs were without
  /// that: their mean, and the means of products of an input as it is (rows)
  /// with one as it was. The weights are then fitted to what they gave.
  std::vector<double> meanBefore;
  Matrix cross;
};

/// What a bias (if there is one) can't take of the second moments.
Matrix effectiveMoments(const InputStatistics &inputs, bool hasBias);

/// A layer. Its rows are as many groups of equal size as `inputs` has elements,
/// or one group if there are no statistics.
struct Layer {
  Matrix weights;
  /// One a row: what a unit of the row's sum is worth in the layer's result.
  std::vector<double> rowScales;
  std::vector<InputStatistics> inputs;
  /// Whether a bias can take a shift of the mean.
  bool hasBias = true;
  Grid grid;
};

struct PruneOptions {
  Criterion criterion = Criterion::Magnitude;
  Structure structure;
  double damping = 0.01;
};

/// Scores of the weights by `criterion`; those of Hessian are Wanda's, which
/// estimate them. Wanda and Hessian need statistics.
Matrix scoreWeights(const Layer &layer, Criterion criterion);

struct PrunedLayer {
  Matrix weights;
  /// One a row, to be added to the bias; empty without statistics or bias.
  std::vector<double> biasChange;
  /// Of the layer's results over the samples, dB; only where the statistics
  /// have moments and something changed.
  std::optional<double> signalToNoise;
};

/// The layer with zeros. Wanda needs statistics, Hessian statistics with
/// moments; the structure must fit. By Hessian, weights are fitted to what
/// inputs were before, also without a structure; zeros then stay zeros.
PrunedLayer prune(const Layer &layer, const PruneOptions &options);

} // namespace lacuna::sparsity

#endif // LACUNA_SPARSITY_PRUNE_H
