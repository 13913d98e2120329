// Sums over what layers read, against a count that walks through the definition
// of each operation.
// REQUIRES: numpy
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %python %S/Inputs/statistics.py make
// RUN: lacuna-opt %s --nn-calibrate="inputs=c.npy,d.npy,t.npy,m.npy stats=a.stats second-order=true" -o same.mlir
// RUN: %python %S/Inputs/statistics.py check a.stats
// The layers stay as they are.
// RUN: lacuna-opt %s -o before.mlir
// RUN: cmp before.mlir same.mlir

// RUN: not lacuna-opt %s --nn-calibrate="inputs=c.npy,d.npy,t.npy stats=no.stats" 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: error: {{.*}}a file for m is missing
// RUN: not lacuna-opt %s --nn-calibrate="inputs=c.npy,d.npy,t.npy,c.npy" 2>&1 | FileCheck %s --check-prefix=SHAPE
// SHAPE: c.npy:{{.*}}error: has shape [3, 1, 5, 4, 2]
// RUN: sed 's/loc("depthwise")/loc("conv")/' %s > twice.mlir
// RUN: not lacuna-opt twice.mlir --nn-calibrate="inputs=c.npy,d.npy,t.npy,m.npy" 2>&1 | FileCheck %s --check-prefix=TWICE
// TWICE: error: two layers are called 'conv'
// RUN: sed 's/ loc("depthwise")//' %s > unnamed.mlir
// RUN: not lacuna-opt unnamed.mlir --nn-calibrate="inputs=c.npy,d.npy,t.npy,m.npy" 2>&1 | FileCheck %s --check-prefix=UNNAMED
// UNNAMED: error: the layer has no name
// RUN: not ls no.stats

func.func @main(%c: tensor<1x5x4x2xi8> {tosa.tensor_name = "c"},
                %d: tensor<1x4x4x3xi8> {tosa.tensor_name = "d"},
                %t: tensor<1x2x3x2xi8> {tosa.tensor_name = "t"},
                %m: tensor<2x3x4xi8> {tosa.tensor_name = "m"})
    -> (tensor<1x3x4x1xi32>, tensor<1x2x2x6xi32>, tensor<1x4x6x1xi32>, tensor<2x3x2xi32>) {
  %cw = nn.constant dense<1> : tensor<1x3x2x2xi8>
  %dw = nn.constant dense<1> : tensor<2x2x3x2xi8>
  %tw = nn.constant dense<1> : tensor<1x3x2x2xi8>
  %mw = nn.constant dense<1> : tensor<2x4x2xi8>
  %0 = nn.conv2d %c, %cw stride = [2, 1] padding = [1, 1, 1, 0] input_zp = -3 acc = i32
    : (tensor<1x5x4x2xi8>, tensor<1x3x2x2xi8>) -> tensor<1x3x4x1xi32> loc("conv")
  %1 = nn.depthwise_conv2d %d, %dw stride = [1, 1] padding = [0, 0, 0, 0] dilation = [2, 2] input_zp = 4 acc = i32
    : (tensor<1x4x4x3xi8>, tensor<2x2x3x2xi8>) -> tensor<1x2x2x6xi32> loc("depthwise")
  %2 = nn.transpose_conv2d %t, %tw stride = [2, 2] out_padding = [-1, 0, 0, 0] acc = i32
    : (tensor<1x2x3x2xi8>, tensor<1x3x2x2xi8>) -> tensor<1x4x6x1xi32> loc("transposed")
  %3 = nn.matmul %m, %mw input_zp = 7 acc = i32
    : (tensor<2x3x4xi8>, tensor<2x4x2xi8>) -> tensor<2x3x2xi32> loc("matmul")
  return %0, %1, %2, %3 : tensor<1x3x4x1xi32>, tensor<1x2x2x6xi32>, tensor<1x4x6x1xi32>, tensor<2x3x2xi32>
}
