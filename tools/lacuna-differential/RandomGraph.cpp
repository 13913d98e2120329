// Layer after layer, each a random one on random earlier values.
#include "GraphBuilder.h"

using namespace mlir;
using namespace lacuna::differential;

static LayerMaker pickLayer(Random &random, bool hasFloats) {
  SmallVector<const std::vector<LayerKind> *> families = {
      &matrixLayers, &volumeLayers,  &pointwiseLayers, &logicLayers,
      &moveLayers,   &indexedLayers, &resizeLayers};
  if (hasFloats)
    families.push_back(&floatLayers);
  unsigned total = 0;
  for (const auto *kinds : families)
    for (const LayerKind &kind : *kinds)
      total += kind.weight;
  int64_t at = random.between(0, int64_t(total) - 1);
  for (const auto *kinds : families)
    for (const LayerKind &kind : *kinds)
      if ((at -= kind.weight) < 0)
        return kind.make;
  return nullptr;
}

OwningOpRef<ModuleOp>
lacuna::differential::makeRandomGraph(MLIRContext *context, uint64_t seed,
                                      const GraphOptions &options) {
  GraphBuilder graph(context, seed, options);
  unsigned layers =
      graph.random.betweenLog(1, graph.random.chance(0.05) ? 24 : 7);
  for (unsigned made = 0; made < layers;)
    if (Value result =
            pickLayer(graph.random, !options.floats.empty())(graph)) {
      graph.values.push_back(result);
      ++made;
    }
  return graph.finish();
}
