// The front end's passes: from any static-shape TOSA module to the nn dialect.

#ifndef LACUNA_CONVERSION_TOSATONN_PASSES_TD
#define LACUNA_CONVERSION_TOSATONN_PASSES_TD

include "mlir/Pass/PassBase.td"

def SelectEntry : Pass<"lacuna-select-entry", "::mlir::ModuleOp"> {
  let summary = "Leave one function: the entry, with its calls inlined";
  let description = [{
    The entry is the function that `entry` names; without the option, `main`, or
    the only function. Calls are inlined, the other functions erased. Recursion,
    control flow between blocks and calls of functions without a body are
    errors at the call.

    Before:
    ```mlir
    func.func private @half(%x: tensor<4xi8>) -> tensor<4xi8> {
      return %x : tensor<4xi8>
    }
    func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
      %y = call @half(%x) : (tensor<4xi8>) -> tensor<4xi8>
      return %y : tensor<4xi8>
    }
    ```
    After:
    ```mlir
    func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
      return %x : tensor<4xi8>
    }
    ```
  }];
  let options = [
    Option<"entry", "entry", "std::string", /*default=*/"\"\"",
           "Function to compile; default: main, or the only one">
  ];
  let statistics = [
    Statistic<"inlined", "calls-inlined", "Calls replaced by their function">
  ];
}

def CheckInput : Pass<"lacuna-check-input", "::mlir::ModuleOp"> {
  let summary = "Refuse what no machine can run, before anything else looks";
  let description = [{
    Every tensor must have a rank, no encoding, elements that are plain numbers,
    static dimensions of at least 1, and at most 2^31 - 1 elements: products are checked for overflow, so that later
    passes need not. Every operation that has no conversion into the nn dialect,
    or works on element types that it lacks, is listed in one error.
  }];
}

def MarkUnsigned : Pass<"lacuna-mark-unsigned", "::mlir::ModuleOp"> {
  let summary = "Keep the signedness of inputs and outputs as attributes";
  let description = [{
    `tensor<...xui8>` and `tensor<...xui16>` arguments and results of functions get the attribute
    `nn.unsigned`. Upstream's `tosa-convert-integer-type-to-signless`, which runs
    next, makes all types signless and tells nobody.

    Before:
    ```mlir
    func.func @main(%x: tensor<4xui8>) -> tensor<4xi8>
    ```
    After:
    ```mlir
    func.func @main(%x: tensor<4xui8> {nn.unsigned}) -> tensor<4xi8>
    ```
  }];
  let dependentDialects = ["::lacuna::nn::NNDialect"];
}

def ConvertBooleanRows
    : Pass<"lacuna-convert-boolean-rows", "::mlir::func::FuncOp"> {
  let summary = "Turn gathers and scatters of booleans into layers";
  let description = [{
    Arm's generator of conformance tests makes `tosa.gather` and `tosa.scatter`
    on `i1`, which later TOSA versions list; upstream's validator, which knows
    TOSA 1.0, refuses them. Made layers before it runs, they go as all rows do.

    Before:
    ```mlir
    %0 = tosa.gather %values, %indices
       : (tensor<1x3x4xi1>, tensor<1x2xi32>) -> tensor<1x2x4xi1>
    ```
    After:
    ```mlir
    %0 = nn.gather %values at %indices
       : (tensor<1x3x4xi1>, tensor<1x2xi32>) -> tensor<1x2x4xi1>
    ```
  }];
  let dependentDialects = ["::lacuna::nn::NNDialect"];
}

def ConvertTosaToNN : Pass<"convert-tosa-to-nn", "::mlir::ModuleOp"> {
  let summary = "Turn each TOSA operation into one layer of the nn dialect";
  let description = [{
    One layer an operation; `nn-fuse` joins them. Rescales, clamps and table
    look-ups become `identity` layers with one epilogue stage; zero points,
    shapes, multipliers and shifts, which TOSA passes as constant tensors, become
    attributes (an error where they are not constant); constants keep their
    data. A layer without a named location gets one, operator and ordinal
    (`conv2d_7`), so that its name outlives every later rewrite; names are
    unique.

    Before:
    ```mlir
    %1 = tosa.clamp %0 {max_val = 100 : i8, min_val = 0 : i8}
       : (tensor<4xi8>) -> tensor<4xi8>
    ```
    After:
    ```mlir
    %1 = nn.elementwise identity %0
           epilogue [#nn.clamp<min = 0 : i8, max = 100 : i8>]
       : (tensor<4xi8>) -> tensor<4xi8> loc("clamp_0")
    ```
  }];
  let dependentDialects = ["::lacuna::nn::NNDialect"];
  let statistics = [
    Statistic<"layers", "layers", "Layers made">
  ];
}

#endif // LACUNA_CONVERSION_TOSATONN_PASSES_TD
