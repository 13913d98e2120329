// Convolutions and matrix products: rules A1 to A4 of docs/numerics.md.
// RUN: lacuna-compiler reference %s --print | FileCheck %s

func.func @main() -> (tensor<1x2x2x1xi32>, tensor<1x2x2x1xi32>, tensor<1x1x1x2xi32>,
    tensor<1x1x1x1xi32>, tensor<1x1x1x1xi48>, tensor<1x1x1x1xi32>,
    tensor<1x1x2x4xi32>, tensor<1x2x2xi32>) {
  %x = nn.constant dense<[[[[1], [2], [3]], [[4], [5], [6]], [[7], [8], [9]]]]> : tensor<1x3x3x1xi8>
  %ones = nn.constant dense<1> : tensor<1x2x2x1xi8>
  %bias = nn.constant dense<100> : tensor<1xi32>

  // Both zero points are subtracted: (0+1+3+4) * (1-3) + 100.
  // CHECK: output0: i32 {{\[\[\[\[}}84], [76]], {{\[\[}}60], [52]]]]
  %0 = nn.conv2d %x, %ones bias %bias stride = [1, 1] padding = [0, 0, 0, 0]
    input_zp = 1 weight_zp = 3 acc = i32
    : (tensor<1x3x3x1xi8>, tensor<1x2x2x1xi8>, tensor<1xi32>) -> tensor<1x2x2x1xi32>

  // Padding adds nothing, whatever the zero point: the corner's window holds
  // only element 1.
  // CHECK: output1: i32 {{\[\[\[\[}}0], [3]], {{\[\[}}9], [24]]]]
  %1 = nn.conv2d %x, %ones stride = [2, 2] padding = [1, 0, 1, 0] input_zp = 1
    acc = i32
    : (tensor<1x3x3x1xi8>, tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi32>

  // Dilation reaches the four corners; two output channels; i4 weights.
  // CHECK: output2: i32 {{\[\[\[\[}}20, -65]]]]
  %w4 = nn.constant dense<[[[[1], [1]], [[1], [1]]], [[[-7], [0]], [[-7], [-1]]]]> : tensor<2x2x2x1xi4>
  %2 = nn.conv2d %x, %w4 stride = [1, 1] padding = [0, 0, 0, 0]
    dilation = [2, 2] acc = i32
    : (tensor<1x3x3x1xi8>, tensor<2x2x2x1xi4>) -> tensor<1x1x1x2xi32>

  // An i32 accumulator wraps: 2^31 - 1 + 1.
  // CHECK: output3: i32 {{\[\[\[\[}}-2147483648]]]]
  %unit = nn.constant dense<1> : tensor<1x1x1x1xi8>
  %most32 = nn.constant dense<2147483647> : tensor<1xi32>
  %3 = nn.conv2d %unit, %unit bias %most32 stride = [1, 1]
    padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x1x1x1xi8>, tensor<1x1x1x1xi8>, tensor<1xi32>) -> tensor<1x1x1x1xi32>

  // So does an i48 one.
  // CHECK: output4: i48 {{\[\[\[\[}}-140737488355328]]]]
  %unit16 = nn.constant dense<1> : tensor<1x1x1x1xi16>
  %most48 = nn.constant dense<140737488355327> : tensor<1xi48>
  %4 = nn.conv2d %unit16, %unit bias %most48 stride = [1, 1]
    padding = [0, 0, 0, 0] acc = i48
    : (tensor<1x1x1x1xi16>, tensor<1x1x1x1xi8>, tensor<1xi48>) -> tensor<1x1x1x1xi48>

  // Without a bias. 1 * 1.
  // CHECK: output5: i32 {{\[\[\[\[}}1]]]]
  %5 = nn.conv2d %unit, %unit stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x1x1x1xi8>, tensor<1x1x1x1xi8>) -> tensor<1x1x1x1xi32>

  // Channel c * 2 + m of the result sees channel c alone; a bias a channel.
  // CHECK: output6: i32 {{\[\[\[\[}}11, 22, 42, 52], [13, 26, 54, 68]]]]
  %xd = nn.constant dense<[[[[1, 4], [3, 8]]]]> : tensor<1x1x2x2xi8>
  %wd = nn.constant dense<[[[[1, 2], [3, 4]]]]> : tensor<1x1x2x2xi8>
  %bd = nn.constant dense<[10, 20, 30, 36]> : tensor<4xi32>
  %6 = nn.depthwise_conv2d %xd, %wd bias %bd stride = [1, 1]
    padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x1x2x2xi8>, tensor<1x1x2x2xi8>, tensor<4xi32>) -> tensor<1x1x2x4xi32>

  // [[1, 2], [3, 4]] - 1 times [[5, 6], [7, 8]] + 1.
  // CHECK: output7: i32 {{\[\[\[}}8, 9], [36, 41]]]
  %a = nn.constant dense<[[[1, 2], [3, 4]]]> : tensor<1x2x2xi8>
  %b = nn.constant dense<[[[5, 6], [7, 8]]]> : tensor<1x2x2xi8>
  %7 = nn.matmul %a, %b input_zp = 1 weight_zp = -1 acc = i32
    : (tensor<1x2x2xi8>, tensor<1x2x2xi8>) -> tensor<1x2x2xi32>

  return %0, %1, %2, %3, %4, %5, %6, %7 : tensor<1x2x2x1xi32>, tensor<1x2x2x1xi32>,
    tensor<1x1x1x2xi32>, tensor<1x1x1x1xi32>, tensor<1x1x1x1xi48>,
    tensor<1x1x1x1xi32>, tensor<1x1x2x4xi32>, tensor<1x2x2xi32>
}
