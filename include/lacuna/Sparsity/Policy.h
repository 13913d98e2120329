// What a person decides about single layers: the `prune` part of a policy file
// (docs/sparsity.md).
#ifndef LACUNA_SPARSITY_POLICY_H
#define LACUNA_SPARSITY_POLICY_H

#include "lacuna/Sparsity/Prune.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/StringMap.h"

namespace lacuna::sparsity {

/// What is said of one layer; the rest is as for all.
struct LayerPolicy {
  std::optional<Structure> structure;
  std::optional<Criterion> criterion;
  /// Where it is said.
  SourceLocation location;
};

/// By layer.
using Policy = llvm::StringMap<LayerPolicy>;

/// Reads the `prune` part of the YAML `text` of the file `name`, for a model
/// with these layers. Errors, all of them, each at its line: wrong syntax, an
/// unknown key, structure, criterion or layer (with the nearest that there is).
llvm::Expected<Policy> parsePolicy(llvm::StringRef text, llvm::StringRef name,
                                   llvm::ArrayRef<llvm::StringRef> layers);

/// Reads the file at `path`, of at most maxYamlBytes.
llvm::Expected<Policy> readPolicy(llvm::StringRef path,
                                  llvm::ArrayRef<llvm::StringRef> layers);

} // namespace lacuna::sparsity

#endif // LACUNA_SPARSITY_POLICY_H
