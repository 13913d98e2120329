// The front end: from TOSA text to fused layers of the nn dialect.

#ifndef LACUNA_CONVERSION_TOSATONN_PASSES_H
#define LACUNA_CONVERSION_TOSATONN_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace lacuna {
namespace nn {
class NNDialect;
} // namespace nn

#define GEN_PASS_DECL
#include "lacuna/Conversion/TosaToNN/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "lacuna/Conversion/TosaToNN/Passes.h.inc"

/// Dialects and extensions that the front end reads and makes.
void registerFrontEndDialects(mlir::DialectRegistry &registry);

struct FrontEndOptions : mlir::PassPipelineOptions<FrontEndOptions> {
  Option<std::string> entry{
      *this, "entry",
      llvm::cl::desc("Function to compile; default: main, or the only one"),
      llvm::cl::init("")};
  Option<bool> fuse{*this, "fuse",
                    llvm::cl::desc("Join operations into layers (nn-fuse)"),
                    llvm::cl::init(true)};
};

/// The whole way: entry, checks, TOSA's own validation, conversion, fusion.
void buildTosaToNNPipeline(mlir::OpPassManager &manager,
                           const FrontEndOptions &options);

/// Registers the pipeline as `lacuna-tosa-to-nn`.
void registerTosaToNNPipeline();

} // namespace lacuna

#endif // LACUNA_CONVERSION_TOSATONN_PASSES_H
