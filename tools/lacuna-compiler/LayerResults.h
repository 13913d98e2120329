// Which bytes of a run hold the result of each layer of a model.
#ifndef LACUNA_TOOLS_COMPILER_LAYERRESULTS_H
#define LACUNA_TOOLS_COMPILER_LAYERRESULTS_H

#include "lacuna/Emulator/Emulator.h"
#include "lacuna/Program/Program.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"

#include <optional>

namespace lacuna {

/// The result of a layer in off-chip memory, or where it stays on-chip.
struct LayerResult {
  /// The layer's name, and "model.mlir:12:8"; either may be empty.
  std::string layer, location;
  /// Name, address and element type as the program has them.
  TensorInfo tensor;
  /// Of a result that is stored without zeros: the bytes of a block, and the
  /// element that counts as zero.
  struct Blocks {
    uint64_t bytes = 0;
    int64_t zero = 0;
  };
  std::optional<Blocks> blocks;
  /// The last STORE into it, or what makes its last part on-chip; none if
  /// nothing writes there.
  std::optional<Occurrence> lastStore;
  /// Whether its place serves another tensor later in the run.
  bool isOverwritten = false;

  /// Where the byte at `offset` of the dense tensor lies; in a block, as if it
  /// were stored with its zeros.
  uint64_t getAddress(uint64_t offset) const;
  /// Bytes from one block's slot to the next.
  uint64_t getSlotBytes() const;
};

/// Where a program leaves the results of the layers of a function. Layers are
/// matched by the debug map. The place of a result is that of the program's
/// tensor where it has one of its own, else (tensors take turns) what the
/// layer's STOREs write.
class LayerResults {
public:
  /// `function` and `program` outlive the results; `text` is the program's.
  /// Errors, at `file`: the program's inputs or outputs are not those of
  /// the function.
  static llvm::Expected<LayerResults> create(mlir::func::FuncOp function,
                                             const Program &program,
                                             const ProgramText &text,
                                             llvm::StringRef file);

  /// The result of `layer`, or null if no run leaves it in memory.
  const LayerResult *find(mlir::Operation *layer) const;
  /// The function's results.
  llvm::ArrayRef<LayerResult> getOutputs() const { return outputs; }

  size_t countLayers() const { return layers; }
  /// Those of them that find() knows.
  size_t countFound() const { return results.size(); }

  /// To be called with each instruction of a run, once it has been executed:
  /// keeps the results whose places serve again.
  void observe(const Occurrence &executed, Memory &memory);
  bool needsObserver() const { return !overwritten.empty(); }
  /// The bytes of `result`, dense, after a run; good until the next call.
  /// Blocks that can't be read come as zeros.
  llvm::ArrayRef<uint8_t> getBytes(const LayerResult &result,
                                   Emulator &emulator) const;

private:
  /// By operation, in order.
  llvm::MapVector<mlir::Operation *, LayerResult> results;
  std::vector<LayerResult> outputs;
  size_t layers = 0;
  /// Of each instruction that finishes results which do not stay: the layers.
  llvm::DenseMap<uint32_t, llvm::SmallVector<mlir::Operation *, 1>> overwritten;
  /// By first byte and last STORE's position: what observe() kept.
  llvm::DenseMap<const LayerResult *, std::vector<uint8_t>> kept;
  /// What getBytes() last expanded.
  mutable std::vector<uint8_t> expanded;
};

} // namespace lacuna

#endif // LACUNA_TOOLS_COMPILER_LAYERRESULTS_H
