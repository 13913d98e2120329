// Small activations to zero: how far from the zero point a value may lie to
// become it (docs/sparsity.md).
#ifndef LACUNA_SPARSITY_THRESHOLD_H
#define LACUNA_SPARSITY_THRESHOLD_H

#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"

#include <array>
#include <optional>

namespace lacuna::sparsity {

/// How the threshold of a layer is chosen.
struct Threshold {
  enum class Kind {
    None,
    /// It is `value`.
    Fixed,
    /// The largest whose error is `decibels` below the layer's energy.
    Noise
  };

  Kind kind = Kind::None;
  int64_t value = 0;
  double decibels = 0;
};

/// Reads "none", a number from 0 to 255, or "snr:30" (dB, above 0, at most
/// 200). Error, without a place: another form, or a number out of range.
llvm::Expected<Threshold> parseThreshold(llvm::StringRef text);

/// How often each value of i8 came, from -128 on.
using ActivationCounts = std::array<uint64_t, 256>;

struct ChosenThreshold {
  /// Values at most this far from the zero point become it.
  int64_t value = 0;
  uint64_t zerosBefore = 0, zerosAfter = 0, all = 0;
  /// Sum of (x - zp)^2 to that of the values that become zp, in dB; none if
  /// none of them does.
  std::optional<double> signalToNoise;
};

/// The threshold of a layer with these values and zero point, -128 to 127.
ChosenThreshold chooseThreshold(const ActivationCounts &counts,
                                int64_t zeroPoint, const Threshold &threshold);

/// What a person decides about single layers.
struct LayerThreshold {
  Threshold threshold;
  SourceLocation location;
};
using ThresholdPolicy = llvm::StringMap<LayerThreshold>;

/// Reads the `threshold` part of the policy file at `path`, as readPolicy does
/// the `prune` part, with its errors; `layers` are those that may be named.
llvm::Expected<ThresholdPolicy>
readThresholds(llvm::StringRef path, llvm::ArrayRef<llvm::StringRef> layers);
/// The same from `text` of the file `name`.
llvm::Expected<ThresholdPolicy>
parseThresholds(llvm::StringRef text, llvm::StringRef name,
                llvm::ArrayRef<llvm::StringRef> layers);

} // namespace lacuna::sparsity

#endif // LACUNA_SPARSITY_THRESHOLD_H
