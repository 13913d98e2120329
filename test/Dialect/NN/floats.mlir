// Layers of floats: their syntax, and one layer of each kind that integers lack.
// RUN: lacuna-opt %s | lacuna-opt | FileCheck %s
// RUN: lacuna-opt %s --mlir-print-op-generic | lacuna-opt | FileCheck %s

// The sum is f32; scale, rounding and limits follow in this order.
// CHECK-LABEL: @matrix
func.func @matrix(%x: tensor<1x2x2x3xbf16>, %w: tensor<4x1x1x3xf8E4M3FN>, %b: tensor<4xf32>) -> tensor<1x2x2x4xbf16> {
  // CHECK: acc = f32 epilogue [#nn.scale<[5.000000e-01, 1.000000e+00, 2.000000e+00, -0.000000e+00]>, #nn.cast<f32 -> bf16>, #nn.clamp<min = 0.000000e+00 : bf16, max = 0x7F80 : bf16, ignore_nan = true>]
  %0 = nn.conv2d %x, %w bias %b stride = [1, 1] padding = [0, 0, 0, 0] acc = f32
    epilogue [#nn.scale<[0.5, 1.0, 2.0, -0.0]>, #nn.cast<f32 -> bf16>, #nn.clamp<min = 0.0 : bf16, max = 0x7F80 : bf16, ignore_nan = true>]
    : (tensor<1x2x2x3xbf16>, tensor<4x1x1x3xf8E4M3FN>, tensor<4xf32>) -> tensor<1x2x2x4xbf16>
  return %0 : tensor<1x2x2x4xbf16>
}

// CHECK-LABEL: @nan_modes
func.func @nan_modes(%x: tensor<1x4x4x3xf16>) {
  // CHECK: nn.pool max %{{.*}} padding = [0, 0, 0, 0] ignore_nan :
  %0 = nn.pool max %x kernel = [2, 2] stride = [2, 2] padding = [0, 0, 0, 0] ignore_nan : (tensor<1x4x4x3xf16>) -> tensor<1x2x2x3xf16>
  // CHECK: nn.pool avg %{{.*}} acc = f32 epilogue [#nn.cast<f32 -> f16>] :
  %1 = nn.pool avg %x kernel = [2, 2] stride = [2, 2] padding = [0, 0, 0, 0] acc = f32 epilogue [#nn.cast<f32 -> f16>] : (tensor<1x4x4x3xf16>) -> tensor<1x2x2x3xf16>
  // CHECK: nn.elementwise max %{{.*}}, %{{.*}} ignore_nan :
  %2 = nn.elementwise max %x, %x ignore_nan : (tensor<1x4x4x3xf16>, tensor<1x4x4x3xf16>) -> tensor<1x4x4x3xf16>
  // CHECK: nn.reduce argmax %{{.*}} axis = 3 ignore_nan :
  %3 = nn.reduce argmax %x axis = 3 ignore_nan : (tensor<1x4x4x3xf16>) -> tensor<1x4x4xi32>
  return
}

// Sums, averages and interpolations are f32, whatever the elements are.
// CHECK-LABEL: @wide
func.func @wide(%x: tensor<1x2x2x3xf8E5M2>) {
  // CHECK: nn.reduce sum
  %0 = nn.reduce sum %x axis = 1 : (tensor<1x2x2x3xf8E5M2>) -> tensor<1x1x2x3xf32>
  // CHECK: nn.resize bilinear
  %1 = nn.resize bilinear %x scale = [2, 1, 2, 1] offset = [0, 0] border = [0, 0] : (tensor<1x2x2x3xf8E5M2>) -> tensor<1x3x3x3xf32>
  return
}

// CHECK-LABEL: @elementwise
func.func @elementwise(%x: tensor<4xf32>, %i: tensor<4xi8>) {
  // CHECK-COUNT-11: nn.elementwise {{ceil|floor|reciprocal|rsqrt|exp|log|sigmoid|tanh|erf|sin|cos}}
  %0 = nn.elementwise ceil %x : (tensor<4xf32>) -> tensor<4xf32>
  %1 = nn.elementwise floor %x : (tensor<4xf32>) -> tensor<4xf32>
  %2 = nn.elementwise reciprocal %x : (tensor<4xf32>) -> tensor<4xf32>
  %3 = nn.elementwise rsqrt %x : (tensor<4xf32>) -> tensor<4xf32>
  %4 = nn.elementwise exp %x : (tensor<4xf32>) -> tensor<4xf32>
  %5 = nn.elementwise log %x : (tensor<4xf32>) -> tensor<4xf32>
  %6 = nn.elementwise sigmoid %x : (tensor<4xf32>) -> tensor<4xf32>
  %7 = nn.elementwise tanh %x : (tensor<4xf32>) -> tensor<4xf32>
  %8 = nn.elementwise erf %x : (tensor<4xf32>) -> tensor<4xf32>
  %9 = nn.elementwise sin %x : (tensor<4xf32>) -> tensor<4xf32>
  %10 = nn.elementwise cos %x : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK: nn.elementwise pow
  %11 = nn.elementwise pow %x, %x : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  // CHECK: nn.elementwise cast
  %12 = nn.elementwise cast %i : (tensor<4xi8>) -> tensor<4xbf16>
  // CHECK: nn.elementwise equal
  %13 = nn.elementwise equal %x, %x : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
  return
}

// Padding is bits: here of 1.0.
// CHECK-LABEL: @bits
func.func @bits(%x: tensor<2xbf16>) -> tensor<4xbf16> {
  // CHECK: nn.pad %{{.*}} low = [1] high = [1] value = 16256
  %0 = nn.pad %x low = [1] high = [1] value = 16256 : (tensor<2xbf16>) -> tensor<4xbf16>
  return %0 : tensor<4xbf16>
}
