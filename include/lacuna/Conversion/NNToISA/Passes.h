// From fused layers to instructions: schedule, tile, synchronise, address.
#ifndef LACUNA_CONVERSION_NNTOISA_PASSES_H
#define LACUNA_CONVERSION_NNTOISA_PASSES_H

#include "lacuna/Dialect/NN/IR/NN.h"
#include "lacuna/Dialect/Tile/IR/Tile.h"
#include "lacuna/Schedule/CompressActivations.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassOptions.h"

namespace lacuna {

#define GEN_PASS_DECL
#include "lacuna/Conversion/NNToISA/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "lacuna/Conversion/NNToISA/Passes.h.inc"

struct LoweringOptions : mlir::PassPipelineOptions<LoweringOptions> {
  Option<std::string> machine{
      *this, "machine", llvm::cl::desc("Preset, or path of a machine file"),
      llvm::cl::init("")};
  Option<unsigned> effort{
      *this, "effort",
      llvm::cl::desc("How hard schedules are looked for: 0 to 2, as -O"),
      llvm::cl::init(2)};
  Option<schedule::ActivationBlocks> compressActivations{
      *this, "compress-activations",
      llvm::cl::desc("Which activations are stored without zeros"),
      llvm::cl::init(schedule::ActivationBlocks::Auto),
      llvm::cl::values(
          clEnumValN(schedule::ActivationBlocks::Auto, "auto",
                     "what ends in a relu, where it saves bursts"),
          clEnumValN(schedule::ActivationBlocks::On, "on",
                     "all whose tiles agree on blocks"),
          clEnumValN(schedule::ActivationBlocks::Off, "off", "none"))};
};

/// nn-schedule, convert-nn-to-tile, tile-synchronize: fused layers to tiles.
void buildNNToTilePipeline(mlir::OpPassManager &manager,
                           const LoweringOptions &options);
/// That, and convert-tile-to-isa.
void buildNNToISAPipeline(mlir::OpPassManager &manager,
                          const LoweringOptions &options);

struct CompileOptions : LoweringOptions {
  Option<std::string> entry{
      *this, "entry",
      llvm::cl::desc("Function to compile; default: main, or the only one"),
      llvm::cl::init("")};
};

/// From TOSA to verified instructions: the front end, nn to isa, isa-verify.
void buildCompilePipeline(mlir::OpPassManager &manager,
                          const CompileOptions &options);

/// Registers `lacuna-nn-to-isa` and `lacuna-compile`.
void registerNNToISAPipelines();

/// Attributes of a module of instructions: the machine they are for, and a
/// dictionary of ranges off-chip, `constants = array<i64: begin, end>`, and
/// likewise `input`, `output`, `spill`.
constexpr llvm::StringLiteral kTextMachineAttrName = "isa.machine";
constexpr llvm::StringLiteral kTextMemoryAttrName = "isa.memory";

} // namespace lacuna

#endif // LACUNA_CONVERSION_NNTOISA_PASSES_H
