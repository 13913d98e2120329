// The passes that lower fused layers to instructions.

#ifndef LACUNA_CONVERSION_NNTOISA_PASSES_TD
#define LACUNA_CONVERSION_NNTOISA_PASSES_TD

include "mlir/Pass/PassBase.td"

defvar MachineOption = Option<"machine", "machine", "std::string",
    /*default=*/"", "Preset, or path of a machine file">;

defvar ActivationsOption = Option<"compressActivations", "compress-activations",
    "::lacuna::schedule::ActivationBlocks",
    /*default=*/"::lacuna::schedule::ActivationBlocks::Auto",
    "Which activations are stored without zeros",
    [{::llvm::cl::values(
      clEnumValN(::lacuna::schedule::ActivationBlocks::Auto, "auto",
                 "what ends in a relu, where it saves bursts"),
      clEnumValN(::lacuna::schedule::ActivationBlocks::On, "on",
                 "all whose tiles agree on blocks"),
      clEnumValN(::lacuna::schedule::ActivationBlocks::Off, "off", "none"))}]>;

def Schedule : Pass<"nn-schedule", "::mlir::func::FuncOp"> {
  let summary = "Choose how each layer is cut into tiles, and predict the bytes";
  let description = [{
    Writes on each layer `nn.schedule`, with a schedule for each problem that the
    layer becomes, and `nn.predicted`, with the bytes that it will move. A
    schedule that is there already is obeyed, or refused with the reason. A remark
    (category `nn-schedule`) says what was chosen for each layer, and whether its
    result is stored without zeros (docs/schedule.md).

    Needs fused layers of the nn dialect; guarantees that `convert-nn-to-tile`
    for the same machine succeeds.

    Before:
    ```mlir
    %0 = nn.conv2d %x, %w ...
    ```
    After (the second of three operands of the convolution rolls its rows):
    ```mlir
    %0 = nn.conv2d %x, %w ... {nn.schedule = [#nn.schedule<[output 0 by 2]
      [[level 1 slots 2 rolling 0, level 0 slots 1, level 1 slots 2],
       [level 1 slots 1, level 0 slots 1, level 1 slots 2]]>],
      nn.predicted = {dram_read_bytes = 656 : i64, ...}}
    ```
  }];
  let options = [
    MachineOption,
    Option<"effort", "effort", "unsigned", /*default=*/"2",
           "0: each layer by itself; 1: tensors between layers stay on-chip where "
           "that saves bytes; 2: that, and cascades">,
    ActivationsOption
  ];
  let statistics = [
    Statistic<"chosen", "chosen", "Schedules chosen">,
    Statistic<"obeyed", "obeyed", "Schedules that were there">
  ];
  let dependentDialects = ["::lacuna::nn::NNDialect"];
}

def ConvertNNToTile : Pass<"convert-nn-to-tile", "::mlir::ModuleOp"> {
  let summary = "Turn scheduled layers into loops and steps on planned buffers";
  let description = [{
    Replaces the module's function by a `tile.program`: every tensor with its
    place off-chip, and a group for each problem, whose loops and steps are what
    its schedule means. Buffers have their addresses; nothing waits yet.

    Needs `nn.schedule` on each layer, made for the same machine and the same
    `compress-activations`.
  }];
  let options = [MachineOption, ActivationsOption];
  let dependentDialects = ["::lacuna::tile::TileDialect",
                           "::lacuna::isa::ISADialect"];
}

def TileSynchronize : Pass<"tile-synchronize", "::lacuna::tile::ProgramOp"> {
  let summary = "Put in the signals and waits that dependences between engines need";
  let description = [{
    Three reasons to wait: a tile is not ready, its place is not free, a group
    needs a place or a tensor of an earlier one (docs/schedule.md). Fails where
    the machine has too few semaphores.
  }];
  let options = [MachineOption];
  let statistics = [
    Statistic<"waits", "waits", "Waits inserted">
  ];
  let dependentDialects = ["::lacuna::isa::ISADialect"];
}

def ConvertTileToISA : Pass<"convert-tile-to-isa", "::mlir::ModuleOp"> {
  let summary = "Give operands their addresses: a program is a list of instructions";
  let description = [{
    Replaces each `tile.program` by its instructions, in a module called `text`.
    The location of an instruction carries the name of its group. Attributes of
    the module keep what verifying needs: `isa.machine`, and in `isa.memory` the
    ranges off-chip, [begin, end), of constants, inputs, outputs and spills.
  }];
  let dependentDialects = ["::lacuna::isa::ISADialect"];
}

def ISAVerify : Pass<"isa-verify", "::mlir::ModuleOp"> {
  let summary = "Refuse instructions that the machine could not run as meant";
  let description = [{
    Walks through each module of instructions without data, as `lacuna verify`
    does through a program file (docs/program.md lists the rules): what the
    machine's engines have, bounds, races between engines, semaphores that never
    meet. The error stands at the instruction.

    Needs the attributes `isa.machine` and `isa.memory`, which
    `convert-tile-to-isa` writes; changes nothing.
  }];
  let options = [MachineOption];
  let statistics = [
    Statistic<"executed", "executed", "Instructions executed, loops unrolled">
  ];
  let dependentDialects = ["::lacuna::isa::ISADialect"];
}

#endif // LACUNA_CONVERSION_NNTOISA_PASSES_TD
