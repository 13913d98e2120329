// convert-tosa-to-nn: convolutions, matrix products, pools.
// RUN: lacuna-opt %s --convert-tosa-to-nn | FileCheck %s

// CHECK-LABEL: @conv2d
func.func @conv2d(%x: tensor<1x5x5x2xi8>, %w: tensor<3x3x3x2xi8>)
    -> tensor<1x3x3x3xi32> {
  // CHECK: nn.conv2d %arg0, %arg1 bias %{{.*}} stride = [2, 2] padding = [1, 1, 1, 1] input_zp = 83 weight_zp = -2 acc = i32 : (tensor<1x5x5x2xi8>, tensor<3x3x3x2xi8>, tensor<3xi32>) -> tensor<1x3x3x3xi32>
  %b = "tosa.const"() <{values = dense<[1, 2, 3]> : tensor<3xi32>}> : () -> tensor<3xi32>
  %zx = "tosa.const"() <{values = dense<83> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zw = "tosa.const"() <{values = dense<-2> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.conv2d %x, %w, %b, %zx, %zw {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 2, 2>}
    : (tensor<1x5x5x2xi8>, tensor<3x3x3x2xi8>, tensor<3xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x3x3x3xi32>
  return %0 : tensor<1x3x3x3xi32>
}

// CHECK-LABEL: @depthwise_i16
func.func @depthwise_i16(%x: tensor<1x5x5x2xi16>, %w: tensor<3x3x2x2xi8>, %b: tensor<4xi48>)
    -> tensor<1x1x1x4xi48> {
  // CHECK: nn.depthwise_conv2d %arg0, %arg1 bias %arg2 stride = [1, 1] padding = [0, 0, 0, 0] dilation = [2, 2] acc = i48 :
  %zx = "tosa.const"() <{values = dense<0> : tensor<1xi16>}> : () -> tensor<1xi16>
  %zw = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.depthwise_conv2d %x, %w, %b, %zx, %zw {acc_type = i48, dilation = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x5x5x2xi16>, tensor<3x3x2x2xi8>, tensor<4xi48>, tensor<1xi16>, tensor<1xi8>) -> tensor<1x1x1x4xi48>
  return %0 : tensor<1x1x1x4xi48>
}

// CHECK-LABEL: @matmul
func.func @matmul(%a: tensor<2x3x4xi8>, %b: tensor<2x4x5xi8>) -> tensor<2x3x5xi32> {
  // CHECK: nn.matmul %arg0, %arg1 input_zp = 7 weight_zp = 9 acc = i32 :
  %za = "tosa.const"() <{values = dense<7> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zb = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.matmul %a, %b, %za, %zb : (tensor<2x3x4xi8>, tensor<2x4x5xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<2x3x5xi32>
  return %0 : tensor<2x3x5xi32>
}

// CHECK-LABEL: @pools
func.func @pools(%x: tensor<1x4x4x2xi8>) -> (tensor<1x2x2x2xi8>, tensor<1x2x2x2xi8>) {
  // CHECK: nn.pool avg %arg0 kernel = [2, 2] stride = [2, 2] padding = [0, 0, 0, 0] input_zp = 1 output_zp = 2 acc = i32 :
  // CHECK: nn.pool max %arg0 kernel = [3, 3] stride = [2, 2] padding = [1, 0, 1, 0] :
  %z1 = "tosa.const"() <{values = dense<1> : tensor<1xi8>}> : () -> tensor<1xi8>
  %z2 = "tosa.const"() <{values = dense<2> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.avg_pool2d %x, %z1, %z2 {acc_type = i32, kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>}
    : (tensor<1x4x4x2xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x2x2xi8>
  %1 = tosa.max_pool2d %x {kernel = array<i64: 3, 3>, pad = array<i64: 1, 0, 1, 0>, stride = array<i64: 2, 2>}
    : (tensor<1x4x4x2xi8>) -> tensor<1x2x2x2xi8>
  return %0, %1 : tensor<1x2x2x2xi8>, tensor<1x2x2x2xi8>
}
