// convert-tosa-to-nn: convolutions in three dimensions, transposed ones.
// RUN: lacuna-opt %s --convert-tosa-to-nn | FileCheck %s

// CHECK-LABEL: @conv3d
func.func @conv3d(%x: tensor<1x4x5x5x2xi8>, %w: tensor<3x2x3x3x2xi4>, %b: tensor<3xi32>)
    -> tensor<1x3x3x2x3xi32> {
  // CHECK: nn.conv3d %arg0, %arg1 bias %arg2 stride = [1, 2, 2] padding = [1, 0, 1, 1, 0, 0] dilation = [2, 1, 1] input_zp = 83 acc = i32 : (tensor<1x4x5x5x2xi8>, tensor<3x2x3x3x2xi4>, tensor<3xi32>) -> tensor<1x3x3x2x3xi32>
  %zx = "tosa.const"() <{values = dense<83> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zw = "tosa.const"() <{values = dense<0> : tensor<1xi4>}> : () -> tensor<1xi4>
  %0 = tosa.conv3d %x, %w, %b, %zx, %zw {acc_type = i32, dilation = array<i64: 2, 1, 1>, pad = array<i64: 1, 0, 1, 1, 0, 0>, stride = array<i64: 1, 2, 2>}
    : (tensor<1x4x5x5x2xi8>, tensor<3x2x3x3x2xi4>, tensor<3xi32>, tensor<1xi8>, tensor<1xi4>) -> tensor<1x3x3x2x3xi32>
  return %0 : tensor<1x3x3x2x3xi32>
}

// CHECK-LABEL: @transposed
func.func @transposed(%x: tensor<1x3x4x2xi16>, %w: tensor<5x3x2x2xi8>, %b: tensor<1xi48>)
    -> tensor<1x6x12x5xi48> {
  // CHECK: nn.transpose_conv2d %arg0, %arg1 bias %arg2 stride = [2, 3] out_padding = [-1, 0, 0, 1] acc = i48 : (tensor<1x3x4x2xi16>, tensor<5x3x2x2xi8>, tensor<1xi48>) -> tensor<1x6x12x5xi48>
  %zx = "tosa.const"() <{values = dense<0> : tensor<1xi16>}> : () -> tensor<1xi16>
  %zw = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.transpose_conv2d %x, %w, %b, %zx, %zw {acc_type = i48, out_pad = array<i64: -1, 0, 0, 1>, stride = array<i64: 2, 3>}
    : (tensor<1x3x4x2xi16>, tensor<5x3x2x2xi8>, tensor<1xi48>, tensor<1xi16>, tensor<1xi8>) -> tensor<1x6x12x5xi48>
  return %0 : tensor<1x6x12x5xi48>
}
