// A pass plugin: marks the layers that move many bytes for little work, which
// no faster array would help.

#include "lacuna/Dialect/NN/IR/NN.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Tools/Plugins/PassPlugin.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace lacuna;

/// Bytes of the operands and the result, each once; nn types are static.
static int64_t countBytes(Operation *layer) {
  int64_t bytes = 0;
  auto add = [&](Type type) {
    auto tensor = cast<RankedTensorType>(type);
    bytes += tensor.getNumElements() * tensor.getElementTypeBitWidth() / 8;
  };
  llvm::for_each(layer->getOperandTypes(), add);
  llvm::for_each(layer->getResultTypes(), add);
  return bytes;
}

namespace {
struct MarkMemoryBound
    : PassWrapper<MarkMemoryBound, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(MarkMemoryBound)

  MarkMemoryBound() = default;
  // Passes are cloned; their options are copied by MLIR afterwards.
  MarkMemoryBound(const MarkMemoryBound &other) : PassWrapper(other) {}

  StringRef getArgument() const override { return "example-mark-memory-bound"; }
  StringRef getDescription() const override {
    return "Mark matrix layers with few multiply-accumulates a byte";
  }

  void runOnOperation() override {
    getOperation().walk([&](nn::LayerOpInterface layer) {
      if (layer.getLayerKind() != nn::LayerKind::Matrix)
        return;
      double intensity = double(layer.getMacs()) / countBytes(layer);
      if (intensity >= macsPerByte)
        return;
      layer->setAttr("example.memory_bound", UnitAttr::get(&getContext()));
      remark::passed(layer.getLoc(), remark::RemarkOpts::name("memory-bound")
                                         .category("example-mark-memory-bound"))
          << llvm::formatv("{0} has {1:F1} MACs a byte",
                           nn::getLayerName(layer), intensity)
                 .str();
    });
  }

  Option<int> macsPerByte{*this, "macs-per-byte",
                          llvm::cl::desc("Layers with fewer are marked"),
                          llvm::cl::init(16)};
};
} // namespace

extern "C" LLVM_ATTRIBUTE_WEAK PassPluginLibraryInfo mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "MarkMemoryBound", LLVM_VERSION_STRING,
          [] { PassRegistration<MarkMemoryBound>(); }};
}
