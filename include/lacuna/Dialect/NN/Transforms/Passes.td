// Passes from the nn dialect to itself.

#ifndef LACUNA_DIALECT_NN_TRANSFORMS_PASSES_TD
#define LACUNA_DIALECT_NN_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def Fuse : Pass<"nn-fuse", "::mlir::func::FuncOp"> {
  let summary = "Join operations into layers that compute the same, bit for bit";
  let description = [{
    First, elementwise layers of constants whose results are floats become
    constants, as the reference computes them: weights that a model casts from
    integers. Then, in this order:

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

def Calibrate : Pass<"nn-calibrate", "::mlir::func::FuncOp"> {
  let summary = "Run samples, and sum up what each matrix operation reads";
  let description = [{
    The leading axis of the inputs counts samples; each goes through the
    reference interpreter. What is summed up, and the file, are described in
    docs/sparsity.md. Later passes find the statistics by the file, or without
    one, until a pass changes the function.

    Layers stay as they are; each needs a name of its own.
  }];
  let options = [
    ListOption<"inputs", "inputs", "std::string",
               "A file of samples for each argument: [NAME=]X.npy">,
    Option<"stats", "stats", "std::string", /*default=*/"\"\"",
           "File of statistics to write">,
    Option<"secondOrder", "second-order", "bool", /*default=*/"false",
           "Sum up products of inputs too, which criterion=hessian needs">
  ];
  let statistics = [Statistic<"samples", "samples", "Samples run">];
}

def Prune : Pass<"nn-prune", "::mlir::func::FuncOp"> {
  let summary = "Make weights zero where that costs least";
  let description = [{
    Chooses weights by a criterion, in a structure that encodings and machine can
    use; by `hessian`, those that stay make up for them. Biases take up the shift
    of the mean. Criteria, structures, defaults and policies are described in
    docs/sparsity.md. A remark (category `nn-prune`) says for each layer what was
    done.

    Needs fused layers; scales and zero points stay as they are, and so do shapes
    but with `channel:S`.

    Before (`weight_zp` is 0):
    ```mlir
    %w = nn.constant dense<[[[[9, 1, -7, 2]]]]> : tensor<1x1x1x4xi8>
    ```
    After, with `structure=2:4`:
    ```mlir
    %w = nn.constant dense<[[[[9, 0, -7, 0]]]]> : tensor<1x1x1x4xi8>
    ```
  }];
  let dependentDialects = ["::lacuna::nn::NNDialect"];
  let options = [
    Option<"criterion", "criterion", "std::string", /*default=*/"\"magnitude\"",
           "magnitude, wanda or hessian">,
    Option<"structure", "structure", "std::string",
           /*default=*/"\"sparsity:0.5\"",
           "N:M, sparsity:S, block:RxC:S, channel:S or none">,
    Option<"allocation", "allocation", "std::string", /*default=*/"\"uniform\"",
           "How layers share sparsity:S: uniform or global">,
    Option<"stats", "stats", "std::string", /*default=*/"\"\"",
           "File of statistics, as nn-calibrate writes it">,
    Option<"policy", "policy", "std::string", /*default=*/"\"\"",
           "YAML file that decides about single layers">,
    Option<"depthwise", "depthwise", "bool", /*default=*/"false",
           "Prune depthwise convolutions, too">,
    Option<"first", "first", "bool", /*default=*/"false",
           "Prune layers that read few channels of the model's input, too">,
    Option<"minWeights", "min-weights", "int64_t", /*default=*/"1024",
           "Leave smaller layers alone">,
    Option<"damping", "damping", "double", /*default=*/"0.1",
           "Added to the second moments' diagonal, by its mean">,
    ListOption<"inputs", "inputs", "std::string",
               "A file of samples for each argument, to prune layer by layer: "
               "[NAME=]X.npy">,
    Option<"sequential", "sequential", "bool", /*default=*/"true",
           "With inputs, fit each layer, also those that aren't pruned, to what "
           "those before it have become">
  ];
  let statistics = [
    Statistic<"layers", "layers", "Layers pruned">,
    Statistic<"zeros", "zeros", "Weights that became zero">
  ];
}

def ThresholdActivations
    : Pass<"nn-threshold-activations", "::mlir::func::FuncOp"> {
  let summary = "Make small activations zero where that costs little";
  let description = [{
    For each layer with a result of i8 that matrix operations read: values within
    a threshold of the zero point become it, by a table behind the epilogue (or
    joined with the table that ends it). The threshold is the largest whose error
    on the samples is `snr` dB below the energy of the result; samples run up to
    each layer with the thresholds before it in place. A remark (category
    `nn-threshold-activations`) gives for each layer the threshold, the share of
    zeros before and after, and the error. docs/sparsity.md says more.

    Before:
    ```mlir
    epilogue [#nn.rescale<i32 -> i8, ...>]
    ```
    After, with threshold 3 and zero point -128:
    ```mlir
    epilogue [#nn.rescale<i32 -> i8, ...>,
              #nn.table<i8 -> i8, dense<[-128, -128, -128, -128, -124, ...]> : tensor<256xi8>>]
    ```
  }];
  let dependentDialects = ["::lacuna::nn::NNDialect"];
  let options = [
    ListOption<"inputs", "inputs", "std::string",
               "A file of samples for each argument: [NAME=]X.npy">,
    Option<"snr", "snr", "double", /*default=*/"30",
           "Signal to noise in dB that the result of a layer keeps; 0 leaves "
           "alone all but what a policy names">,
    Option<"minGain", "min-gain", "double", /*default=*/"0.02",
           "Share of the elements that must become zero to be worth a table of "
           "its own">,
    Option<"policy", "policy", "std::string", /*default=*/"\"\"",
           "YAML file that decides about single layers">
  ];
  let statistics = [
    Statistic<"layers", "layers", "Layers with a threshold">,
    Statistic<"zeros", "zeros", "Activations of samples that became zero">
  ];
}

def Quantize : Pass<"nn-quantize", "::mlir::func::FuncOp"> {
  let summary = "Give the values of a float function quantised types";
  let description = [{
    Chooses a scale and zero point for each value between layers, and integers for
    constant weights, by the statistics of nn-calibrate. Layers keep their form;
    their operands and results get types of the `quant` dialect, and casts stand
    where floats begin and end. docs/quantization.md says what the choices are.
    nn-legalize-quant then makes the layers integer. A remark (category
    `nn-quantize`) says for each matrix operation what was done.

    A function without floats passes through untouched.

    Before:
    ```mlir
    %0 = nn.conv2d %x, %w bias %b stride = [1, 1] padding = [0, 0, 0, 0] acc = f32
      : (tensor<1x4x4x8xf32>, tensor<2x1x1x8xf32>, tensor<2xf32>) -> tensor<1x4x4x2xf32>
    ```
    After:
    ```mlir
    %q = quant.qcast %x : tensor<1x4x4x8xf32> to tensor<1x4x4x8x!quant.uniform<i8:f32, 0.05:-128>>
    %s = quant.scast %c : tensor<2x1x1x8xi8> to tensor<2x1x1x8x!quant.uniform<i8<-127:127>:f32:0, {0.01, 0.02}>>
    %0 = nn.conv2d %q, %s bias %b stride = [1, 1] padding = [0, 0, 0, 0] acc = f32
      : (tensor<1x4x4x8x!quant.uniform<i8:f32, 0.05:-128>>, ...) -> tensor<1x4x4x2x!quant.uniform<i8:f32, 0.1:3>>
    ```
  }];
  let dependentDialects = ["::lacuna::nn::NNDialect",
                           "::mlir::quant::QuantDialect"];
  let options = [
    Option<"weights", "weights", "std::string", /*default=*/"\"i8\"",
           "Type of constant weights: i8, i4 or i2">,
    Option<"activations", "activations", "std::string", /*default=*/"\"i8\"",
           "Type of the values between layers: i8 or i16">,
    Option<"range", "range", "std::string", /*default=*/"\"minmax\"",
           "Which values the integers cover: minmax, percentile, mse or kl">,
    Option<"percentile", "percentile", "double", /*default=*/"99.99",
           "Of range=percentile: how many in a hundred stay">,
    Option<"symmetric", "symmetric", "bool", /*default=*/"false",
           "Zero points of 0 for 8-bit values, too">,
    Option<"method", "method", "std::string", /*default=*/"\"nearest\"",
           "How weights are rounded: nearest, adaround or gptq">,
    Option<"scale", "scale", "std::string", /*default=*/"\"\"",
           "How far scales of weights reach: minmax or mse (by default minmax for "
           "i8, else mse)">,
    Option<"per", "per", "std::string", /*default=*/"\"channel\"",
           "What shares a scale of weights: channel or tensor">,
    Option<"biasCorrection", "bias-correction", "bool", /*default=*/"true",
           "Biases take what the mean of the sums shifts">,
    Option<"damping", "damping", "double", /*default=*/"0.01",
           "Added to the second moments' diagonal, by its mean">,
    Option<"stats", "stats", "std::string", /*default=*/"\"\"",
           "File of statistics, as nn-calibrate writes it">,
    Option<"policy", "policy", "std::string", /*default=*/"\"\"",
           "YAML file that decides about single layers">
  ];
  let statistics = [Statistic<"layers", "layers",
                              "Matrix operations quantised">];
}

def LegalizeQuant : Pass<"nn-legalize-quant", "::mlir::func::FuncOp"> {
  let summary = "Make layers of quantised types integer";
  let description = [{
    Exact integer arithmetic for what nn-quantize decided: sums in 32 (48) bits,
    one rescale a channel, limits on integers; additions of different scales by
    rescales on both sides; functions between casts as tables; softmax with a table
    and an integer division. Arguments and results that were float become integers
    and say of what (`nn.scale`, `nn.zero_point`, `nn.source`). Layers that stayed
    float stay so, with layers that convert around them.

    After the example of nn-quantize:
    ```mlir
    %0 = nn.conv2d %x, %c bias %b32 stride = [1, 1] padding = [0, 0, 0, 0]
      input_zp = -128 acc = i32
      epilogue [#nn.rescale<i32 -> i8, multiplier = [1374389535, 1374389535],
                shift = [38, 37], zp = 0 -> 3, rounding = single>]
      : (tensor<1x4x4x8xi8>, tensor<2x1x1x8xi8>, tensor<2xi32>) -> tensor<1x4x4x2xi8>
    ```
  }];
  let dependentDialects = ["::lacuna::nn::NNDialect",
                           "::mlir::quant::QuantDialect"];
}

#endif // LACUNA_DIALECT_NN_TRANSFORMS_PASSES_TD
