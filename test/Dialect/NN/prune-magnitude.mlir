// Magnitude needs no samples; zeros are zero points, and the bias stays.
// RUN: lacuna-opt %s --split-input-file --nn-prune="structure=2:4 min-weights=1 first=true depthwise=true" | FileCheck %s

// Groups of four terms in a row; of equals the first stay.
// CHECK-LABEL: @groups
// CHECK{LITERAL}: dense<[[[[9, 0, -7, 0]]], [[[1, 1, 0, 0]]]]> : tensor<2x1x1x4xi8>
func.func @groups(%x: tensor<1x1x1x4xi8>) -> tensor<1x1x1x2xi32> {
  %w = nn.constant dense<[[[[9, 1, -7, 2]]], [[[1, 1, 1, 1]]]]> : tensor<2x1x1x4xi8>
  %b = nn.constant dense<[5, 6]> : tensor<2xi32>
  // CHECK: nn.conv2d %{{.*}}, %{{.*}} bias
  %0 = nn.conv2d %x, %w bias %b stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x1x1x4xi8>, tensor<2x1x1x4xi8>, tensor<2xi32>) -> tensor<1x1x1x2xi32> loc("conv")
  return %0 : tensor<1x1x1x2xi32>
}

// -----
// With three channels, groups run on through the kernel's columns; the tail of
// two terms keeps both.
// CHECK-LABEL: @flattened
// CHECK{LITERAL}: dense<[[[[1, 0, 0], [4, 5, 6]]]]> : tensor<1x1x2x3xi8>
func.func @flattened(%x: tensor<1x1x2x3xi8>) -> tensor<1x1x1x1xi32> {
  %w = nn.constant dense<[[[[1, 0, 0], [4, 5, 6]]]]> : tensor<1x1x2x3xi8>
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x1x2x3xi8>, tensor<1x1x2x3xi8>) -> tensor<1x1x1x1xi32> loc("conv")
  return %0 : tensor<1x1x1x1xi32>
}

// -----
// Weights count by their distance from the zero point, which they become.
// CHECK-LABEL: @zero_point
// CHECK{LITERAL}: dense<[[[[100, 10, 10, -3]]]]> : tensor<1x1x1x4xi8>
func.func @zero_point(%x: tensor<1x1x1x4xi8>) -> tensor<1x1x1x1xi32> {
  %w = nn.constant dense<[[[[100, 11, 8, -3]]]]> : tensor<1x1x1x4xi8>
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] weight_zp = 10 acc = i32
    : (tensor<1x1x1x4xi8>, tensor<1x1x1x4xi8>) -> tensor<1x1x1x1xi32> loc("conv")
  return %0 : tensor<1x1x1x1xi32>
}

// -----
// A depthwise convolution's terms are the positions of its kernel, a channel
// each: here 1, 2, 3, 4 and -8, 6, -7, 5.
// CHECK-LABEL: @depthwise
// CHECK{LITERAL}: dense<[[[[0], [-8]], [[0], [0]]], [[[3], [-7]], [[4], [0]]]]> : tensor<2x2x2x1xi8>
func.func @depthwise(%x: tensor<1x2x2x2xi8>) -> tensor<1x1x1x2xi32> {
  %w = nn.constant dense<[[[[1], [-8]], [[2], [6]]], [[[3], [-7]], [[4], [5]]]]> : tensor<2x2x2x1xi8>
  %0 = nn.depthwise_conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x2x2x2xi8>, tensor<2x2x2x1xi8>) -> tensor<1x1x1x2xi32> loc("dw")
  return %0 : tensor<1x1x1x2xi32>
}

// -----
// A matrix product's terms are the rows of its second matrix.
// CHECK-LABEL: @matmul
// CHECK{LITERAL}: dense<[[[0, 8], [0, 0], [3, 7], [4, 0]]]> : tensor<1x4x2xi8>
func.func @matmul(%x: tensor<1x1x4xi8>) -> tensor<1x1x2xi32> {
  %w = nn.constant dense<[[[1, 8], [2, 6], [3, 7], [4, 5]]]> : tensor<1x4x2xi8>
  %0 = nn.matmul %x, %w acc = i32
    : (tensor<1x1x4xi8>, tensor<1x4x2xi8>) -> tensor<1x1x2xi32> loc("matmul")
  return %0 : tensor<1x1x2xi32>
}

// -----
// Layers that share a constant part; i4 stays i4.
// CHECK-LABEL: @shared
func.func @shared(%x: tensor<1x1x1x4xi8>) -> (tensor<1x1x1x1xi32>, tensor<1x1x1x4xi4>) {
  // CHECK: %[[OLD:.*]] = nn.constant dense<{{.*}}-8, 1, 7, 2{{.*}}> : tensor<1x1x1x4xi4>
  // CHECK: %[[NEW:.*]] = nn.constant dense<{{.*}}-8, 0, 7, 0{{.*}}> : tensor<1x1x1x4xi4>
  // CHECK: nn.conv2d %{{.*}}, %[[NEW]]
  %w = nn.constant dense<[[[[-8, 1, 7, 2]]]]> : tensor<1x1x1x4xi4>
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x1x1x4xi8>, tensor<1x1x1x4xi4>) -> tensor<1x1x1x1xi32> loc("conv")
  // CHECK: return %{{.*}}, %[[OLD]]
  return %0, %w : tensor<1x1x1x1xi32>, tensor<1x1x1x4xi4>
}
