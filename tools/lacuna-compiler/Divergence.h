// Where the emulator's memory and the reference's results part.
#ifndef LACUNA_TOOLS_COMPILER_DIVERGENCE_H
#define LACUNA_TOOLS_COMPILER_DIVERGENCE_H

#include "LayerResults.h"

#include "lacuna/Emulator/Provenance.h"
#include "lacuna/Reference/Tensor.h"

#include "llvm/Support/JSON.h"

#include <optional>

namespace lacuna {

/// The first element of a tensor that differs, and who wrote it.
struct Divergence {
  uint64_t sample = 0;
  std::string layer;
  /// "model.mlir:12:8", or "".
  std::string location;
  std::string tensor;
  /// By axis.
  reference::Shape index;
  /// In the element type of the tensor, as reference::Tensor holds elements.
  ElementType type = ElementType::I8;
  int64_t expected = 0, found = 0;
  /// Elements of the tensor that differ, and the largest difference: of
  /// integers, and of floats.
  uint64_t count = 0;
  uint64_t largest = 0;
  double largestFloat = 0;
  /// None if no instruction wrote the element.
  std::optional<Provenance> provenance;
};

/// Compares a tensor, whose bytes after a run of `emulator` are `bytes`, with
/// what it should hold; none if all is equal.
std::optional<Divergence> compare(const LayerResult &result,
                                  llvm::ArrayRef<uint8_t> bytes,
                                  const reference::Tensor &expected,
                                  const Emulator &emulator);

/// `divergence` as an error: layer, tensor, element, both values, and the
/// instructions that wrote the element.
llvm::Error describe(const Divergence &divergence, const ProgramText &text);

/// The same facts as docs/check.md lists them.
llvm::json::Object toJson(const Divergence &divergence,
                          const ProgramText &text);

} // namespace lacuna

#endif // LACUNA_TOOLS_COMPILER_DIVERGENCE_H
