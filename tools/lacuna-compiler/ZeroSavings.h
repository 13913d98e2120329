// What a layer's zeros won in a run, and what kept them from winning more: the
// second half of `lacuna inspect --report`.
#ifndef LACUNA_TOOLS_COMPILER_ZEROSAVINGS_H
#define LACUNA_TOOLS_COMPILER_ZEROSAVINGS_H

#include "LayerZeros.h"

#include "llvm/Support/Error.h"

#include <optional>

namespace lacuna {

/// Of one layer in one run of one sample or more; docs/report.md defines the
/// counters.
struct ZeroSavings {
  uint64_t rawBytes = 0, storedBytes = 0, movedBytes = 0;
  uint64_t macs = 0, macsSkipped = 0;
  /// MATRIX as it was and as it would be if every product took time; the
  /// busiest of the other engines.
  uint64_t matrixCycles = 0, denseCycles = 0, otherCycles = 0;
  std::string otherEngine;
  /// pJ that dense weights and all products would have taken beyond what was
  /// taken: off-chip bytes, less decoding them, and products.
  double savedEnergy = 0;
  /// What stood in the way, each a phrase; empty where nothing did, or where
  /// the layer has hardly any zeros.
  std::vector<std::string> obstacles;
};

/// The savings of each of `layers` as the report at `path` counted them; none
/// for a layer that the report does not name. Errors: the file is no report of
/// a run; it names none of the layers.
llvm::Expected<std::vector<std::optional<ZeroSavings>>>
readSavings(llvm::StringRef path, llvm::ArrayRef<LayerZeros> layers);

/// "saved" of a layer in the JSON of `lacuna inspect`.
llvm::json::Object toJson(const ZeroSavings &savings);

/// A layer a line.
void printSavings(llvm::ArrayRef<LayerZeros> layers,
                  llvm::ArrayRef<std::optional<ZeroSavings>> savings,
                  llvm::raw_ostream &os);

} // namespace lacuna

#endif // LACUNA_TOOLS_COMPILER_ZEROSAVINGS_H
