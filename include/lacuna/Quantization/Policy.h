// What a person decides about single layers: the `quantize` part of a policy
// file (docs/quantization.md).
#ifndef LACUNA_QUANTIZATION_POLICY_H
#define LACUNA_QUANTIZATION_POLICY_H

#include "lacuna/Quantization/ChooseRange.h"
#include "lacuna/Quantization/Weights.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/StringMap.h"

namespace lacuna::quantization {

/// What is said of one layer; the rest is as for all.
struct LayerPolicy {
  /// Whether the layer stays as it is.
  bool isFloat = false;
  std::optional<unsigned> weightBits, activationBits;
  std::optional<RangeMethod> range;
  std::optional<RoundingMethod> rounding;
  std::optional<ScaleMethod> scale;
  /// Where it is said.
  SourceLocation location;
};

/// By layer.
using Policy = llvm::StringMap<LayerPolicy>;

/// Bits of the weights (i8, i4, i2) or activations (i8, i16) of this name.
std::optional<unsigned> weightBitsFromName(llvm::StringRef name);
std::optional<unsigned> activationBitsFromName(llvm::StringRef name);
/// The scale method called `name`: minmax or mse.
std::optional<ScaleMethod> scaleMethodFromName(llvm::StringRef name);

/// Reads the `quantize` part of the YAML `text` of the file `name`, for a model
/// with these layers. Errors, all of them, each at its line: wrong syntax, an
/// unknown key, word or layer (with the nearest that there is).
llvm::Expected<Policy> parsePolicy(llvm::StringRef text, llvm::StringRef name,
                                   llvm::ArrayRef<llvm::StringRef> layers);

/// Reads the file at `path`, of at most maxYamlBytes.
llvm::Expected<Policy> readPolicy(llvm::StringRef path,
                                  llvm::ArrayRef<llvm::StringRef> layers);

} // namespace lacuna::quantization

#endif // LACUNA_QUANTIZATION_POLICY_H
