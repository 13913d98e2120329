// nn-fuse: constant additions into the bias of a convolution.
// RUN: lacuna-opt %s --nn-fuse --split-input-file | FileCheck %s

// CHECK-LABEL: @joins
func.func @joins(%x: tensor<1x2x2x1xi8>, %w: tensor<3x1x1x1xi8>)
    -> tensor<1x2x2x3xi32> {
  // CHECK: %[[B:.*]] = nn.constant dense<[11, 22, 33]> : tensor<3xi32>
  // CHECK: nn.conv2d %arg0, %arg1 bias %[[B]]
  // CHECK-NEXT: return
  %b = nn.constant dense<[1, 2, 3]> : tensor<3xi32>
  %c = nn.constant dense<[[[[10, 20, 30]]]]> : tensor<1x1x1x3xi32>
  %0 = nn.conv2d %x, %w bias %b stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x2x2x1xi8>, tensor<3x1x1x1xi8>, tensor<3xi32>)
   -> tensor<1x2x2x3xi32>
  %1 = nn.elementwise add %0, %c
    : (tensor<1x2x2x3xi32>, tensor<1x1x1x3xi32>) -> tensor<1x2x2x3xi32>
  return %1 : tensor<1x2x2x3xi32>
}

// -----

// A different value for each pixel is no bias.
// CHECK-LABEL: @pixels
func.func @pixels(%x: tensor<1x1x3x1xi8>, %w: tensor<3x1x1x1xi8>)
    -> tensor<1x1x3x3xi32> {
  // CHECK: nn.conv2d
  // CHECK-NEXT: nn.elementwise add
  %c = nn.constant dense<[[[[10], [20], [30]]]]> : tensor<1x1x3x1xi32>
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x1x3x1xi8>, tensor<3x1x1x1xi8>) -> tensor<1x1x3x3xi32>
  %1 = nn.elementwise add %c, %0
    : (tensor<1x1x3x1xi32>, tensor<1x1x3x3xi32>) -> tensor<1x1x3x3xi32>
  return %1 : tensor<1x1x3x3xi32>
}

// -----

// CHECK-LABEL: @zeros
func.func @zeros(%x: tensor<1x2x2x1xi8>, %w: tensor<1x1x1x2xi8>)
    -> tensor<1x2x2x2xi32> {
  // CHECK-NOT: bias
  // CHECK: nn.depthwise_conv2d %arg0, %arg1 stride
  %b = nn.constant dense<0> : tensor<2xi32>
  %0 = nn.depthwise_conv2d %x, %w bias %b stride = [1, 1]
         padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x2x2x1xi8>, tensor<1x1x1x2xi8>, tensor<2xi32>)
   -> tensor<1x2x2x2xi32>
  return %0 : tensor<1x2x2x2xi32>
}

// -----

// Every convolution takes in what is added to each of its channels.
// CHECK-LABEL: @others
func.func @others(%x: tensor<1x2x2x2x1xi8>, %w: tensor<2x1x1x1x1xi8>,
                  %y: tensor<1x2x2x1xi8>, %v: tensor<2x1x1x1xi8>)
    -> (tensor<1x2x2x2x2xi32>, tensor<1x2x2x2xi32>) {
  // CHECK-DAG: %[[B:.*]] = nn.constant dense<[3, 4]> : tensor<2xi32>
  // CHECK-DAG: %[[C:.*]] = nn.constant dense<7> : tensor<2xi32>
  // CHECK-DAG: nn.conv3d %arg0, %arg1 bias %[[B]]
  // CHECK-DAG: nn.transpose_conv2d %arg2, %arg3 bias %[[C]]
  // CHECK-NOT: nn.elementwise
  %0 = nn.conv3d %x, %w stride = [1, 1, 1] padding = [0, 0, 0, 0, 0, 0] acc = i32
    : (tensor<1x2x2x2x1xi8>, tensor<2x1x1x1x1xi8>) -> tensor<1x2x2x2x2xi32>
  %b = nn.constant dense<[[[[[3, 4]]]]]> : tensor<1x1x1x1x2xi32>
  %1 = nn.elementwise add %0, %b
    : (tensor<1x2x2x2x2xi32>, tensor<1x1x1x1x2xi32>) -> tensor<1x2x2x2x2xi32>
  %2 = nn.transpose_conv2d %y, %v stride = [1, 1] out_padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x2x2x1xi8>, tensor<2x1x1x1xi8>) -> tensor<1x2x2x2xi32>
  %c = nn.constant dense<7> : tensor<1x1x1x1xi32>
  %3 = nn.elementwise add %2, %c
    : (tensor<1x2x2x2xi32>, tensor<1x1x1x1xi32>) -> tensor<1x2x2x2xi32>
  return %1, %3 : tensor<1x2x2x2x2xi32>, tensor<1x2x2x2xi32>
}
