// The tile dialect: where and when. Tensors off-chip with their addresses, groups
// of layers with their buffers, and steps: machine instructions whose on-chip
// operands name buffers instead of addresses.

#ifndef LACUNA_DIALECT_TILE_IR_TILEOPS_TD
#define LACUNA_DIALECT_TILE_IR_TILEOPS_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/SymbolInterfaces.td"

def Tile_Dialect : Dialect {
  let name = "tile";
  let cppNamespace = "::lacuna::tile";
  let summary = "Tiles of layers in memory, and the steps on them.";
  let description = [{
    A `tile.program` holds the tensors off-chip and the groups of a network, in
    the order in which they run. A group's body is what the schedule means: loops
    (`isa.loop`) around steps. A `tile.step` holds one instruction of the `isa`
    dialect; its rings are relative to the buffers that the step names. Signals
    and waits are instructions of the `isa` dialect between the steps.

    ```mlir
    tile.program "edge" {
      tile.tensor @x input i8 [1, 8, 8, 1] bytes = 64 at = 4096
      tile.group "conv2d_0" layer = 0 {
        %src = tile.buffer "src" at = 0 level = 1 slots = 2 scope = 0
            load -> ["matrix"] 
            : memref<96xi8, "scratchpad">
        isa.loop count=4 {
          tile.step layer = 0 @x (%src as "pad" : memref<96xi8, "scratchpad">) {
            isa.load dram=4096 + 16*i0, pad=pad[0 ring 96 at 48*i0], run=24
          }
        }
      }
    }
    ```
  }];
  let dependentDialects = ["::lacuna::isa::ISADialect"];
}

class Tile_Op<string mnemonic, list<Trait> traits = []>
    : Op<Tile_Dialect, mnemonic, traits>;

def Tile_Count : ConfinedAttr<I64Attr, [IntNonNegative]>;

def Tile_ProgramOp : Tile_Op<"program",
    [IsolatedFromAbove, SymbolTable, SingleBlock, NoTerminator,
     NoRegionArguments]> {
  let summary = "a network in tiles, for one machine";
  let description = [{
    `machine` is the name or path of the machine file that sizes were chosen for.
  }];
  let arguments = (ins StrAttr:$machine);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$machine attr-dict-with-keyword $body";
}

def Tile_TensorOp : Tile_Op<"tensor", [Symbol, HasParent<"ProgramOp">]> {
  let summary = "a tensor off-chip";
  let description = [{
    `role` is one of input, output, activation, weights, parameters; `element`
    the type of an element as machine files write it. `bytes` are taken from
    address `at` on.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, StrAttr:$role,
                       StrAttr:$element, DenseI64ArrayAttr:$shape,
                       Tile_Count:$bytes, Tile_Count:$at);
  let assemblyFormat = [{
    $sym_name custom<Word>($role) custom<Word>($element) $shape
    `bytes` `=` $bytes `at` `=` $at attr-dict
  }];
  let hasVerifier = 1;
}

def Tile_GroupOp : Tile_Op<"group",
    [SingleBlock, NoTerminator, NoRegionArguments, HasParent<"ProgramOp">]> {
  let summary = "layers that run together";
  let description = [{
    `layer` is the number of the problem to which loops, signals and waits are
    counted.
  }];
  let arguments = (ins StrAttr:$name, Tile_Count:$layer);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $name `layer` `=` $layer attr-dict-with-keyword $body
  }];
  let hasVerifier = 1;
}

def Tile_BufferOp : Tile_Op<"buffer", [HasParent<"GroupOp">]> {
  let summary = "a region of an on-chip memory";
  let description = [{
    The memory space of the result is "scratchpad" or "accumulators", its size
    that of all slots. `level`: loops around the transfer of a tile; `slots`:
    tiles that it holds; `scope`: loops around the scope in which slots are
    counted. The engine before the arrow fills it, those behind it read it.
  }];
  let arguments = (ins StrAttr:$name, Tile_Count:$at, Tile_Count:$level,
                       Tile_Count:$slots, Tile_Count:$scope,
                       StrAttr:$producer, StrArrayAttr:$consumers);
  let results = (outs AnyMemRef:$buffer);
  let assemblyFormat = [{
    $name `at` `=` $at `level` `=` $level
    `slots` `=` $slots `scope` `=` $scope
    custom<Word>($producer) `->` $consumers attr-dict `:` type($buffer)
  }];
  let hasVerifier = 1;
}

def Tile_StepOp : Tile_Op<"step",
    [SingleBlock, NoTerminator, NoRegionArguments]> {
  let summary = "one instruction on buffers";
  let description = [{
    `tensor` is the one that a LOAD or STORE moves; each buffer stands for the
    operand of the instruction that is named behind it.
  }];
  let arguments = (ins OptionalAttr<FlatSymbolRefAttr>:$tensor,
                       Variadic<AnyMemRef>:$buffers, StrArrayAttr:$fields,
                       Tile_Count:$layer);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `layer` `=` $layer ($tensor^)?
    custom<Uses>($buffers, type($buffers), $fields) attr-dict-with-keyword $body
  }];
  let hasVerifier = 1;
}

#endif // LACUNA_DIALECT_TILE_IR_TILEOPS_TD
