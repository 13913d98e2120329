// Passes from the nn dialect to itself.

#ifndef LACUNA_DIALECT_NN_TRANSFORMS_PASSES_TD
#define LACUNA_DIALECT_NN_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def Fuse : Pass<"nn-fuse", "::mlir::func::FuncOp"> {
  let summary = "Join operations into layers that compute the same, bit for bit";
  let description = [{
    In this order:

    1. *Views.* Reshapes of reshapes and of constants fold; transposes that move
       axes of length 1 alone become reshapes; transposes of constants fold;
       rescales, clamps and tables move above reshapes.
    2. *Tables.* A tree of elementwise operations whose only variable input is one
       i8 tensor becomes a 256-entry table, if every one of the 256 values can be
       computed within TOSA's rules. The argument of a softmax, each element less
       the largest of its axis, counts as such a tensor.
    3. *Prologues.* Rescales that widen move into the elementwise layers that read
       them: a residual addition with its scales is one layer.
    4. *Epilogues.* A rescale, clamp or table moves into the layer before it if
       nothing else reads that layer. Constant additions join a bias; a bias of
       zeros goes.
    5. *Windows.* Padding with the zero point moves into the convolution, padding
       with the least value into the maximum pool; a slice that cuts off what no
       window reads disappears.

    Each step is exact by construction, and a remark (category `nn-fuse`) names
    each operation that went, and where.

    Before:
    ```mlir
    %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
       : (tensor<1x4x4x8xi8>, tensor<8x1x1x8xi8>) -> tensor<1x4x4x8xi32>
    %1 = nn.elementwise identity %0
           epilogue [#nn.rescale<i32 -> i8, multiplier = [1518500250],
                     shift = [40], zp = 0 -> -3, rounding = double>]
       : (tensor<1x4x4x8xi32>) -> tensor<1x4x4x8xi8>
    ```
    After:
    ```mlir
    %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
           epilogue [#nn.rescale<i32 -> i8, multiplier = [1518500250],
                     shift = [40], zp = 0 -> -3, rounding = double>]
       : (tensor<1x4x4x8xi8>, tensor<8x1x1x8xi8>) -> tensor<1x4x4x8xi8>
    ```
  }];
  let dependentDialects = ["::lacuna::nn::NNDialect"];
  let options = [
    Option<"tables", "tables", "bool", /*default=*/"true",
           "Turn trees of 8-bit operations into tables">
  ];
  let statistics = [
    Statistic<"views", "views", "Reshapes and transposes that went">,
    Statistic<"tablesMade", "tables", "Trees that became tables">,
    Statistic<"prologues", "prologues", "Operations moved into a prologue">,
    Statistic<"epilogues", "epilogues", "Operations moved into an epilogue">,
    Statistic<"biases", "biases", "Additions that joined a bias">,
    Statistic<"windows", "windows", "Pads and slices that joined a window">
  ];
}

#endif // LACUNA_DIALECT_NN_TRANSFORMS_PASSES_TD
