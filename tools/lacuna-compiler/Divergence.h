// Where the emulator's memory and the reference's results part.
#ifndef LACUNA_TOOLS_COMPILER_DIVERGENCE_H
#define LACUNA_TOOLS_COMPILER_DIVERGENCE_H

#include "lacuna/Emulator/Emulator.h"
#include "lacuna/Program/Program.h"
#include "lacuna/Reference/Tensor.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"

#include <optional>

namespace lacuna {

/// The first element of a layer's result that differs.
struct Divergence {
  std::string layer;
  /// "model.mlir:12:8", or "".
  std::string location;
  const TensorInfo *tensor = nullptr;
  /// Position in row-major order, and index by axis.
  uint64_t position = 0;
  reference::Shape index;
  int64_t expected = 0, found = 0;
  /// Elements of the tensor that differ, and the largest difference.
  uint64_t count = 0;
  int64_t largest = 0;
};

/// Which tensor of a program holds the result of each layer of a function.
class LayerTensors {
public:
  /// Matches layers by name, and those that the function returns by position.
  /// `function` and `program` outlive it. Errors, at `file`: the program's
  /// outputs are not those of the function.
  static llvm::Expected<LayerTensors> create(mlir::func::FuncOp function,
                                             const Program &program,
                                             llvm::StringRef file);

  /// Compares the result of `layer` with what the last run of `emulator` left;
  /// none if it is equal or not in memory.
  std::optional<Divergence> compare(mlir::Operation *layer,
                                    const reference::Tensor &expected,
                                    Emulator &emulator) const;

  /// Layers whose results a run leaves in memory.
  size_t countCompared() const { return tensors.size(); }

private:
  llvm::DenseMap<mlir::Operation *, const TensorInfo *> tensors;
};

/// `divergence` as an error: layer, tensor, element, both values, and the
/// instructions that wrote the element.
llvm::Error describe(const Divergence &divergence, const Program &program,
                     const Emulator &emulator, uint64_t sample);

} // namespace lacuna

#endif // LACUNA_TOOLS_COMPILER_DIVERGENCE_H
