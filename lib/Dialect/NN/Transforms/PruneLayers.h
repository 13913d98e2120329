// What nn-prune decides about each layer before it changes any.
#ifndef LACUNA_LIB_DIALECT_NN_TRANSFORMS_PRUNELAYERS_H
#define LACUNA_LIB_DIALECT_NN_TRANSFORMS_PRUNELAYERS_H

#include "lacuna/Calibration/Statistics.h"
#include "lacuna/Dialect/NN/IR/MatrixLayer.h"
#include "lacuna/Sparsity/Policy.h"
#include "lacuna/Sparsity/Prune.h"

namespace lacuna::nn {

/// What holds for all layers that no policy names.
struct PruneDefaults {
  sparsity::PruneOptions prune;
  /// Whether shares are of the whole model.
  bool isGlobal = false;
  bool depthwise = false, first = false;
  int64_t minWeights = 0;
};

/// A layer, and what becomes of it.
struct LayerPlan {
  MatrixLayer layer;
  sparsity::PruneOptions prune;
  /// Why it isn't pruned, or "".
  std::string reason;
  /// Whether its weights may change though it isn't pruned: they are constant,
  /// and nobody asked for the layer to be left alone.
  bool mayBeFitted = false;
};

/// The plan of each of `layers`. Errors, all of them: what a policy asks of a
/// layer that it can't have.
llvm::Expected<std::vector<LayerPlan>>
planLayers(llvm::ArrayRef<MatrixLayer> layers, const PruneDefaults &defaults,
           const sparsity::Policy &policy);

/// The weights of `layer` (constant) less their zero point, and, unless
/// `statistics` is null, what they say of its inputs; products only if asked
/// for. Error: the statistics are of a layer of other extents.
llvm::Expected<sparsity::Layer> readLayer(const MatrixLayer &layer,
                                          const Statistics *statistics,
                                          bool withMoments);

/// What `statistics` say of the inputs of each group of `layer`; products only
/// if asked for. Error: they are of a layer of other extents, or of none of
/// this name.
llvm::Expected<std::vector<sparsity::InputStatistics>>
readInputStatistics(const MatrixLayer &layer, const Statistics *statistics,
                    bool withMoments);

/// Gives each layer of `plans` that `sparsity:S` is planned for, and no policy
/// decides about, its own share, so that they have the share S together.
llvm::Error shareGlobally(llvm::MutableArrayRef<LayerPlan> plans,
                          const sparsity::Policy &policy,
                          const Statistics *statistics);

} // namespace lacuna::nn

#endif // LACUNA_LIB_DIALECT_NN_TRANSFORMS_PRUNELAYERS_H
