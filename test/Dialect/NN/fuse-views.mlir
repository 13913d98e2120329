// nn-fuse: reshapes and transposes that cost nothing.
// RUN: lacuna-opt %s --nn-fuse --split-input-file | FileCheck %s

// A reshape of a constant is a constant; one of a reshape is one reshape.
// CHECK-LABEL: @folds
func.func @folds(%x: tensor<2x6xi8>) -> (tensor<3x2xi8>, tensor<4x3xi8>) {
  // CHECK-DAG: %[[C:.*]] = nn.constant dense<{{\[\[}}1, 2], [3, 4], [5, 6]]> : tensor<3x2xi8>
  // CHECK-DAG: %[[R:.*]] = nn.reshape %arg0 : (tensor<2x6xi8>) -> tensor<4x3xi8>
  // CHECK-NEXT: return %[[C]], %[[R]]
  %c = nn.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi8>
  %0 = nn.reshape %c : (tensor<2x3xi8>) -> tensor<3x2xi8>
  %1 = nn.reshape %x : (tensor<2x6xi8>) -> tensor<12xi8>
  %2 = nn.reshape %1 : (tensor<12xi8>) -> tensor<4x3xi8>
  return %0, %2 : tensor<3x2xi8>, tensor<4x3xi8>
}

// -----

// A transpose that moves axes of length 1 alone is a reshape.
// CHECK-LABEL: @unit_axes
func.func @unit_axes(%x: tensor<1x4x1x3xi8>) -> tensor<1x1x4x3xi8> {
  // CHECK-NEXT: nn.reshape %arg0
  // CHECK-NEXT: return
  %0 = nn.transpose %x perms = [0, 2, 1, 3]
    : (tensor<1x4x1x3xi8>) -> tensor<1x1x4x3xi8>
  return %0 : tensor<1x1x4x3xi8>
}

// -----

// CHECK-LABEL: @constant_transpose
func.func @constant_transpose() -> (tensor<3x2xi16>, tensor<3x2xi8>) {
  // CHECK-DAG: nn.constant dense<{{\[\[}}1, 4], [2, 5], [3, 6]]> : tensor<3x2xi16>
  // CHECK-DAG: nn.constant dense<7> : tensor<3x2xi8>
  // CHECK-NOT: nn.transpose
  %c = nn.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi16>
  %s = nn.constant dense<7> : tensor<2x3xi8>
  %0 = nn.transpose %c perms = [1, 0] : (tensor<2x3xi16>) -> tensor<3x2xi16>
  %1 = nn.transpose %s perms = [1, 0] : (tensor<2x3xi8>) -> tensor<3x2xi8>
  return %0, %1 : tensor<3x2xi16>, tensor<3x2xi8>
}

// -----

// A padding between two transposes, as importers of NCHW models write it.
// CHECK-LABEL: @pad_between
func.func @pad_between(%x: tensor<1x5x6x2xi8>) -> tensor<1x7x6x2xi8> {
  // CHECK-NEXT: nn.pad %arg0 low = [0, 1, 0, 0] high = [0, 1, 0, 0] value = 3
  // CHECK-NEXT: return
  %0 = nn.transpose %x perms = [0, 3, 1, 2]
    : (tensor<1x5x6x2xi8>) -> tensor<1x2x5x6xi8>
  %1 = nn.pad %0 low = [0, 0, 1, 0] high = [0, 0, 1, 0] value = 3
    : (tensor<1x2x5x6xi8>) -> tensor<1x2x7x6xi8>
  %2 = nn.transpose %1 perms = [0, 2, 3, 1]
    : (tensor<1x2x7x6xi8>) -> tensor<1x7x6x2xi8>
  return %2 : tensor<1x7x6x2xi8>
}

// -----

// A stage passes a reshape to reach its layer.
// CHECK-LABEL: @stage_above_reshape
func.func @stage_above_reshape(%x: tensor<1x1x1x4xi8>, %w: tensor<4x1x1x4xi8>)
    -> tensor<1x4xi8> {
  // CHECK-NEXT: %[[C:.*]] = nn.conv2d {{.*}} epilogue [#nn.rescale<i32 -> i8, {{.*}}>] : {{.*}} -> tensor<1x1x1x4xi8>
  // CHECK-NEXT: %[[R:.*]] = nn.reshape %[[C]]
  // CHECK-NEXT: return %[[R]]
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x1x1x4xi8>, tensor<4x1x1x4xi8>) -> tensor<1x1x1x4xi32>
  %1 = nn.reshape %0 : (tensor<1x1x1x4xi32>) -> tensor<1x4xi32>
  %2 = nn.elementwise identity %1
         epilogue [#nn.rescale<i32 -> i8, multiplier = [1, 2, 3, 4],
                     shift = [8, 8, 8, 8], zp = 0 -> 0, rounding = single>]
    : (tensor<1x4xi32>) -> tensor<1x4xi8>
  return %2 : tensor<1x4xi8>
}

// -----

// With a multiplier for each channel, the last axis has to stay.
// CHECK-LABEL: @channels_change
func.func @channels_change(%x: tensor<2x2xi32>) -> tensor<4xi8> {
  // CHECK-NEXT: %[[R:.*]] = nn.reshape %arg0
  // CHECK-NEXT: nn.elementwise identity %[[R]]
  %0 = nn.reshape %x : (tensor<2x2xi32>) -> tensor<4xi32>
  %1 = nn.elementwise identity %0
         epilogue [#nn.rescale<i32 -> i8, multiplier = [1, 2, 3, 4],
                     shift = [8, 8, 8, 8], zp = 0 -> 0, rounding = single>]
    : (tensor<4xi32>) -> tensor<4xi8>
  return %1 : tensor<4xi8>
}
