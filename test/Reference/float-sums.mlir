// Sums of products of floats: rules X6 and X7 of docs/numerics.md.
// RUN: lacuna-compiler reference %s --print | FileCheck %s

func.func @main() -> (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x2xf32>,
    tensor<1x1x1x2xf32>, tensor<1x1x1x1x1xf32>, tensor<1x1x3x1xf32>, tensor<1x1x1x1xf32>) {
  // The order is that of the channels: 2^24 and three ones, of which each is
  // lost; in any other order some would stay.
  // CHECK: output0: fp32 {{\[\[\[\[}}16777216]]]]
  %x = nn.constant dense<[[[[16777216.0, 1.0, 1.0, 1.0]]]]> : tensor<1x1x1x4xf32>
  %ones = nn.constant dense<1.0> : tensor<1x1x1x4xf32>
  %0 = nn.conv2d %x, %ones stride = [1, 1] padding = [0, 0, 0, 0] acc = f32 : (tensor<1x1x1x4xf32>, tensor<1x1x1x4xf32>) -> tensor<1x1x1x1xf32>

  // Products are not rounded before they are added: (1 + 2^-22)^2 - 1 keeps
  // 2^-44.
  // CHECK: output1: fp32 {{\[\[\[\[}}4.768372e-07]]]]
  %p = nn.constant dense<[[[[1.0, 1.00000024]]]]> : tensor<1x1x1x2xf32>
  %q = nn.constant dense<[[[[-1.0, 1.00000024]]]]> : tensor<1x1x1x2xf32>
  %1 = nn.conv2d %p, %q stride = [1, 1] padding = [0, 0, 0, 0] acc = f32 : (tensor<1x1x1x2xf32>, tensor<1x1x1x2xf32>) -> tensor<1x1x1x1xf32>

  // A zero factor contributes nothing, against infinity and NaN too; a sum of
  // nothing is +0.
  // CHECK: output2: fp32 {{\[\[\[}}3, 0]]]
  %a = nn.constant dense<[[[-0.0, 0x7F800000, 3.0]]]> : tensor<1x1x3xf32>
  %b = nn.constant dense<[[[0x7FC00000, 0x7FC00000], [0.0, -0.0], [1.0, -0.0]]]> : tensor<1x3x2xf32>
  %2 = nn.matmul %a, %b acc = f32 : (tensor<1x1x3xf32>, tensor<1x3x2xf32>) -> tensor<1x1x2xf32>

  // The bias comes last, padding adds nothing.
  // CHECK: output3: fp32 {{\[\[\[\[}}0, 0.5]]]]
  %bias = nn.constant dense<[1.0, 0.5]> : tensor<2xf32>
  %d = nn.constant dense<[[[[-1.0, 0.0]]]]> : tensor<1x1x1x2xbf16>
  %e = nn.constant dense<[[[[1.0], [1.0]]], [[[0x7FC0], [1.0]]]]> : tensor<2x1x2x1xbf16>
  %3 = nn.depthwise_conv2d %d, %e bias %bias stride = [1, 1] padding = [0, 1, 0, 0] acc = f32 : (tensor<1x1x1x2xbf16>, tensor<2x1x2x1xbf16>, tensor<2xf32>) -> tensor<1x1x1x2xf32>

  // Slices before rows before columns: -2^24 comes third.
  // CHECK: output4: fp32 {{\[\[\[\[\[}}1]]]]]
  %v = nn.constant dense<[[[[[16777216.0], [1.0]]], [[[-16777216.0], [1.0]]]]]> : tensor<1x2x1x2x1xf32>
  %w = nn.constant dense<1.0> : tensor<1x2x1x2x1xf32>
  %4 = nn.conv3d %v, %w stride = [1, 1, 1] padding = [0, 0, 0, 0, 0, 0] acc = f32 : (tensor<1x2x1x2x1xf32>, tensor<1x2x1x2x1xf32>) -> tensor<1x1x1x1x1xf32>

  // Each result of a transposed convolution meets the inputs in their order.
  // CHECK: output5: fp32 {{\[\[\[\[}}16777216], [16777216], [1]]]]
  %t = nn.constant dense<[[[[16777216.0], [1.0]]]]> : tensor<1x1x2x1xf32>
  %u = nn.constant dense<1.0> : tensor<1x1x2x1xf32>
  %5 = nn.transpose_conv2d %t, %u stride = [1, 1] out_padding = [0, 0, 0, 0] acc = f32 : (tensor<1x1x2x1xf32>, tensor<1x1x2x1xf32>) -> tensor<1x1x3x1xf32>

  // Factors of two types.
  // CHECK: output6: fp32 {{\[\[\[\[}}-3.5]]]]
  %m = nn.constant dense<[[[[1.0, 0.25]]]]> : tensor<1x1x1x2xf8E5M2>
  %n = nn.constant dense<[[[[-4.0, 2.0]]]]> : tensor<1x1x1x2xf8E4M3FN>
  %6 = nn.conv2d %m, %n stride = [1, 1] padding = [0, 0, 0, 0] acc = f32 : (tensor<1x1x1x2xf8E5M2>, tensor<1x1x1x2xf8E4M3FN>) -> tensor<1x1x1x1xf32>
  return %0, %1, %2, %3, %4, %5, %6 : tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x2xf32>, tensor<1x1x1x2xf32>, tensor<1x1x1x1x1xf32>, tensor<1x1x3x1xf32>, tensor<1x1x1x1xf32>
}
