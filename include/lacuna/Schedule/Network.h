// A whole network, ready to be scheduled: its layers, the tensors between them
// with their shapes and constant bytes, and what its boundary looks like. It
// knows no graph of operations; a front end makes it.
#ifndef LACUNA_SCHEDULE_NETWORK_H
#define LACUNA_SCHEDULE_NETWORK_H

#include "lacuna/Schedule/Problem.h"
#include "lacuna/Support/PortQuantization.h"

#include "llvm/ADT/ArrayRef.h"

#include <functional>
#include <optional>

namespace lacuna::schedule {

/// What the program file says of a tensor beyond its place.
struct TensorDetail {
  /// Extents, outermost first.
  llvm::SmallVector<int64_t, 4> shape;
  /// Writes the bytes of a constant where it is dense; null for a tensor that
  /// the program or its user fills.
  std::function<void(llvm::MutableArrayRef<uint8_t>)> write;
  /// Bindings of all problems that name it.
  unsigned uses = 0;
  /// Of an input or output whose integers stand for floats outside.
  std::optional<PortQuantization> quantization;
};

/// A layer as reports name it.
struct LayerName {
  std::string name;
  /// "model.mlir:12:8", or "".
  std::string location;
};

struct Network {
  Graph graph;
  /// As long as graph.tensors.
  std::vector<TensorDetail> details;
  std::vector<LayerName> layers;
  /// The layer of each problem in graph.layers; several may belong to one.
  std::vector<unsigned> layerOf;
  /// Indices of tensors, in the order in which a user gives and gets them.
  std::vector<unsigned> inputs, outputs;
};

} // namespace lacuna::schedule

#endif // LACUNA_SCHEDULE_NETWORK_H
