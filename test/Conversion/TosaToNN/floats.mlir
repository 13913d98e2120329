// Operations of floats as layers: sums are f32, and a narrower result is the
// one rounding that begins the epilogue.
// RUN: lacuna-opt %s --convert-tosa-to-nn | FileCheck %s

// The bias holds the same numbers as f32; acc_type changes nothing.
// CHECK-LABEL: @matrix
func.func @matrix(%x: tensor<1x4x4x3xf16>, %w: tensor<2x1x1x3xf16>) -> tensor<1x4x4x2xf16> {
  // CHECK-DAG: %[[BIAS:.*]] = nn.constant dense<[1.500000e+00, -0.000000e+00]> : tensor<2xf32>
  %b = "tosa.const"() <{values = dense<[1.5, -0.0]> : tensor<2xf16>}> : () -> tensor<2xf16>
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf16>}> : () -> tensor<1xf16>
  // CHECK: nn.conv2d %arg0, %arg1 bias %[[BIAS]] {{.*}} acc = f32 epilogue [#nn.cast<f32 -> f16>]
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f16, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>}
    : (tensor<1x4x4x3xf16>, tensor<2x1x1x3xf16>, tensor<2xf16>, tensor<1xf16>, tensor<1xf16>) -> tensor<1x4x4x2xf16>
  return %0 : tensor<1x4x4x2xf16>
}

// A bias that is no constant becomes f32 in a layer of its own.
// CHECK-LABEL: @bias
func.func @bias(%x: tensor<1x4x4x3xbf16>, %w: tensor<2x1x1x3xbf16>, %b: tensor<2xbf16>) -> tensor<1x4x4x2xbf16> {
  %z = "tosa.const"() <{values = dense<-0.0> : tensor<1xbf16>}> : () -> tensor<1xbf16>
  // CHECK: %[[BIAS:.*]] = nn.elementwise cast %arg2 : (tensor<2xbf16>) -> tensor<2xf32>
  // CHECK: nn.conv2d %arg0, %arg1 bias %[[BIAS]]
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>}
    : (tensor<1x4x4x3xbf16>, tensor<2x1x1x3xbf16>, tensor<2xbf16>, tensor<1xbf16>, tensor<1xbf16>) -> tensor<1x4x4x2xbf16>
  return %0 : tensor<1x4x4x2xbf16>
}

// CHECK-LABEL: @wide
func.func @wide(%x: tensor<1x4x4x3xbf16>) {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xbf16>}> : () -> tensor<1xbf16>
  // CHECK: nn.pool avg {{.*}} acc = f32 epilogue [#nn.cast<f32 -> bf16>]
  %0 = tosa.avg_pool2d %x, %z, %z {acc_type = f32, kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>}
    : (tensor<1x4x4x3xbf16>, tensor<1xbf16>, tensor<1xbf16>) -> tensor<1x2x2x3xbf16>
  // CHECK: nn.reduce sum %arg0 axis = 1 epilogue [#nn.cast<f32 -> bf16>]
  %1 = tosa.reduce_sum %x {axis = 1 : i32} : (tensor<1x4x4x3xbf16>) -> tensor<1x1x4x3xbf16>
  %s = tosa.const_shape {values = dense<[2, 1, 2, 1]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %o = tosa.const_shape {values = dense<0> : tensor<2xindex>} : () -> !tosa.shape<2>
  // CHECK: nn.resize bilinear {{.*}} epilogue [#nn.cast<f32 -> bf16>]
  %2 = tosa.resize %x, %s, %o, %o {mode = BILINEAR} : (tensor<1x4x4x3xbf16>, !tosa.shape<4>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<1x7x7x3xbf16>
  // CHECK: nn.resize nearest
  // CHECK-NOT: epilogue
  // CHECK-SAME: tensor<1x7x7x3xbf16>
  %3 = tosa.resize %x, %s, %o, %o {mode = NEAREST_NEIGHBOR} : (tensor<1x4x4x3xbf16>, !tosa.shape<4>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<1x7x7x3xbf16>
  return
}

// CHECK-LABEL: @nan_modes
func.func @nan_modes(%x: tensor<1x4x4x3xf32>, %i: tensor<4xi32>) {
  // CHECK: nn.pool max {{.*}} ignore_nan
  %0 = tosa.max_pool2d %x {kernel = array<i64: 2, 2>, nan_mode = IGNORE, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x3xf32>) -> tensor<1x2x2x3xf32>
  // CHECK: nn.elementwise max {{.*}} ignore_nan
  %1 = tosa.maximum %x, %x {nan_mode = IGNORE} : (tensor<1x4x4x3xf32>, tensor<1x4x4x3xf32>) -> tensor<1x4x4x3xf32>
  // CHECK: #nn.clamp<min = 0.000000e+00 : f32, max = 6.000000e+00 : f32, ignore_nan = true>
  %2 = tosa.clamp %x {min_val = 0.0 : f32, max_val = 6.0 : f32, nan_mode = IGNORE} : (tensor<1x4x4x3xf32>) -> tensor<1x4x4x3xf32>
  // CHECK: nn.reduce argmax {{.*}} ignore_nan
  %3 = tosa.argmax %x {axis = 3 : i32, nan_mode = IGNORE} : (tensor<1x4x4x3xf32>) -> tensor<1x4x4xi32>
  // Integers have no NaN.
  // CHECK: nn.elementwise max %arg1, %arg1 :
  %4 = tosa.maximum %i, %i {nan_mode = IGNORE} : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  return
}

// Padding comes as bits.
// CHECK-LABEL: @pad
func.func @pad(%x: tensor<2xf16>) -> tensor<4xf16> {
  %p = tosa.const_shape {values = dense<1> : tensor<2xindex>} : () -> !tosa.shape<2>
  %c = "tosa.const"() <{values = dense<-1.0> : tensor<1xf16>}> : () -> tensor<1xf16>
  // CHECK: nn.pad %arg0 low = [1] high = [1] value = 48128
  %0 = tosa.pad %x, %p, %c : (tensor<2xf16>, !tosa.shape<2>, tensor<1xf16>) -> tensor<4xf16>
  return %0 : tensor<4xf16>
}
