// Zeros of a model's layers: what `lacuna inspect` shows.
#ifndef LACUNA_TOOLS_COMPILER_LAYERZEROS_H
#define LACUNA_TOOLS_COMPILER_LAYERZEROS_H

#include "lacuna/Dialect/NN/IR/MatrixLayer.h"
#include "lacuna/Program/Instructions.h"
#include "lacuna/Sparsity/Structure.h"

#include "llvm/Support/JSON.h"

#include <array>

namespace lacuna {

/// All encodings of weights.
llvm::ArrayRef<WeightEncoding> getEncodings();

/// Output channels of a unit in the figures below.
constexpr unsigned inspectedUnitRows = 16;

struct LayerZeros {
  std::string name, operation;
  uint64_t rows = 0, terms = 0;
  /// Weights, and those of them that equal the zero point, or differ from it by
  /// at most 1/32 of the greatest difference in their row.
  uint64_t weights = 0, zeros = 0, nearZeros = 0;
  /// The tightest N:M that the weights have; Kind::None if none.
  sparsity::Structure structure;
  /// Bits a weight, of the values' frequencies in this layer.
  double entropy = 0;
  uint64_t denseBytes = 0;
  /// Stored bytes by getEncodings(), in units of 16 rows; none where the
  /// encoding can't hold these weights.
  std::vector<std::optional<uint64_t>> encodedBytes;
  /// Of inputs, over all samples: elements entering the layer, and those that
  /// equal the input's zero point.
  uint64_t activations = 0, zeroActivations = 0;

  /// The smallest of denseBytes and encodedBytes.
  uint64_t leastBytes() const;
};

/// `part` of `all` in percent; 0 of nothing.
double percent(uint64_t part, uint64_t all);

/// The first column of a table: the layers' names as they can be printed, the
/// last 40 characters at most, padded to one width.
class NameColumn {
public:
  explicit NameColumn(llvm::ArrayRef<LayerZeros> layers);
  std::string operator()(llvm::StringRef name) const;

private:
  size_t width = 5;
};

/// The zeros of `layer`, whose weights are constant; no activations.
LayerZeros inspectWeights(const nn::MatrixLayer &layer);

/// All figures as docs/sparsity.md lists them.
llvm::json::Object toJson(llvm::ArrayRef<LayerZeros> layers, uint64_t samples);

/// The same as a table, a layer a line.
void printTable(llvm::ArrayRef<LayerZeros> layers, uint64_t samples,
                llvm::raw_ostream &os);

} // namespace lacuna

#endif // LACUNA_TOOLS_COMPILER_LAYERZEROS_H
