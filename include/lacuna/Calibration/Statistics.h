// What samples say of the inputs of matrix operations and of the values between
// layers: one file, read by any pass that chooses weights, zeros or ranges
// (docs/sparsity.md describes it).
#ifndef LACUNA_CALIBRATION_STATISTICS_H
#define LACUNA_CALIBRATION_STATISTICS_H

#include "lacuna/Calibration/Range.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lacuna {

/// Sums over the input vectors of one layer, for `groups` times `terms`
/// elements, group by group. Elements are less the input's zero point.
struct LayerStatistics {
  uint64_t groups = 0, terms = 0;
  /// Vectors of each group.
  uint64_t count = 0;
  double minimum = 0, maximum = 0;
  std::vector<double> sum, squares;
  /// Upper triangle of the sum of x x^T, row by row; empty if not asked for.
  std::vector<double> gram;

  bool hasGram() const { return !gram.empty(); }
  /// The gram of one group.
  llvm::ArrayRef<double> getGram(uint64_t group) const {
    return llvm::ArrayRef(gram).slice(group * gramSize(terms), gramSize(terms));
  }
  static uint64_t gramSize(uint64_t terms) { return terms * (terms + 1) / 2; }
};

struct Statistics {
  /// Of the model, as nn::hashModel gives it.
  uint64_t model = 0;
  uint64_t samples = 0;
  llvm::StringMap<LayerStatistics> layers;
  /// Of the values of floats: results of layers, and the function's arguments,
  /// by their names.
  llvm::StringMap<RangeStatistics> results, arguments;

  /// The statistics of a layer, or null.
  const LayerStatistics *find(llvm::StringRef layer) const;

  void write(llvm::raw_ostream &os) const;

  /// Reads the file at `path`. Errors: those of WeightFile; no statistics, or
  /// of another schema; a tensor that is missing or of another type or shape
  /// than the rest says; values that are not finite, or that no samples give
  /// (no vectors, sums of squares below zero).
  static llvm::Expected<Statistics> read(llvm::StringRef path);
};

/// Elements of all grams of one file.
constexpr uint64_t maxGramElements = uint64_t(1) << 27;

} // namespace lacuna

#endif // LACUNA_CALIBRATION_STATISTICS_H
