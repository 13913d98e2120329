// Convolutions in three dimensions and transposed ones: rules A1 to A5 of
// docs/numerics.md.
// RUN: lacuna-compiler reference %s --print | FileCheck %s

func.func @main() -> (tensor<1x3x1x1x1xi32>, tensor<1x1x1x1x2xi32>, tensor<1x1x5x1xi32>,
    tensor<1x1x3x1xi32>, tensor<1x1x4x1xi32>, tensor<1x3x3x1xi48>) {
  %x = nn.constant dense<[[[[[1]]], [[[2]]], [[[3]]]]]> : tensor<1x3x1x1x1xi8>
  %w = nn.constant dense<[[[[[1]]], [[[10]]], [[[100]]]]]> : tensor<1x3x1x1x1xi8>
  %bias = nn.constant dense<1000> : tensor<1xi32>

  // Slices of padding add nothing, whatever the zero point: 10*0 + 100*1, ...
  // CHECK: output0: i32 {{\[\[\[\[\[}}1100]]], {{\[\[\[}}1210]]], {{\[\[\[}}1021]]]]]
  %0 = nn.conv3d %x, %w bias %bias stride = [1, 1, 1] padding = [1, 1, 0, 0, 0, 0]
    input_zp = 1 acc = i32
    : (tensor<1x3x1x1x1xi8>, tensor<1x3x1x1x1xi8>, tensor<1xi32>) -> tensor<1x3x1x1x1xi32>

  // Dilation reaches the corners of the volume; two output channels; i4 weights.
  // CHECK: output1: i32 {{\[\[\[\[\[}}4, -27]]]]]
  %w4 = nn.constant dense<[[[[[1]]], [[[1]]]], [[[[-6]]], [[[-7]]]]]> : tensor<2x2x1x1x1xi4>
  %1 = nn.conv3d %x, %w4 stride = [1, 1, 1] padding = [0, 0, 0, 0, 0, 0]
    dilation = [2, 1, 1] acc = i32
    : (tensor<1x3x1x1x1xi8>, tensor<2x2x1x1x1xi4>) -> tensor<1x1x1x1x2xi32>

  // Each input spreads over a kernel's length, two apart: the middle meets both.
  // CHECK: output2: i32 {{\[\[\[\[}}1], [10], [102], [20], [200]]]]
  %y = nn.constant dense<[[[[1], [2]]]]> : tensor<1x1x2x1xi8>
  %k = nn.constant dense<[[[[1], [10], [100]]]]> : tensor<1x1x3x1xi8>
  %2 = nn.transpose_conv2d %y, %k stride = [1, 2] out_padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x1x2x1xi8>, tensor<1x1x3x1xi8>) -> tensor<1x1x5x1xi32>

  // The same with its ends cut off, and a bias.
  // CHECK: output3: i32 {{\[\[\[\[}}1010], [1102], [1020]]]]
  %3 = nn.transpose_conv2d %y, %k bias %bias stride = [1, 2] out_padding = [0, 0, -1, -1] acc = i32
    : (tensor<1x1x2x1xi8>, tensor<1x1x3x1xi8>, tensor<1xi32>) -> tensor<1x1x3x1xi32>

  // What no input reaches is the bias, whatever the zero point.
  // CHECK: output4: i32 {{\[\[\[\[}}998], [1000], [1000], [999]]]]
  %unit = nn.constant dense<1> : tensor<1x1x1x1xi8>
  %4 = nn.transpose_conv2d %y, %unit bias %bias stride = [1, 3] out_padding = [0, 0, 0, 0]
    input_zp = 3 acc = i32
    : (tensor<1x1x2x1xi8>, tensor<1x1x1x1xi8>, tensor<1xi32>) -> tensor<1x1x4x1xi32>

  // 48 bits; added rows and columns are empty.
  // CHECK: output5: i48 {{\[\[\[\[}}0], [0], [0]], {{\[\[}}0], [0], [32767]], {{\[\[}}0], [0], [-32767]]]]
  %wide = nn.constant dense<32767> : tensor<1x1x1x1xi16>
  %tall = nn.constant dense<[[[[1]], [[-1]]]]> : tensor<1x2x1x1xi8>
  %5 = nn.transpose_conv2d %wide, %tall stride = [1, 1] out_padding = [1, 0, 2, 0] acc = i48
    : (tensor<1x1x1x1xi16>, tensor<1x2x1x1xi8>) -> tensor<1x3x3x1xi48>

  return %0, %1, %2, %3, %4, %5 : tensor<1x3x1x1x1xi32>, tensor<1x1x1x1x2xi32>, tensor<1x1x5x1xi32>,
    tensor<1x1x3x1xi32>, tensor<1x1x4x1xi32>, tensor<1x3x3x1xi48>
}
