// Layers of floats: rules X3 to X18 of docs/numerics.md where a rule has an
// edge. Elements print as the shortest decimals that read back.
// RUN: lacuna-compiler reference %s --print --entry elementwise | FileCheck %s --check-prefix=ELEMENTS
// RUN: lacuna-compiler reference %s --print --entry stages | FileCheck %s --check-prefix=STAGES
// RUN: lacuna-compiler reference %s --print --entry casts | FileCheck %s --check-prefix=CASTS
// RUN: lacuna-compiler reference %s --print --entry reductions | FileCheck %s --check-prefix=REDUCE
// RUN: lacuna-compiler reference %s --print --entry windows | FileCheck %s --check-prefix=WINDOWS

// ELEMENTS: output0: bf16 [1, nan, inf, -0.0078125]
// ELEMENTS: output1: fp32 [nan, 3, 0, 1]
// ELEMENTS: output2: fp32 [2, 3, 0, 1]
// ELEMENTS: output3: fp32 [nan, 1, 0, 1.5]
// ELEMENTS: output4: i1 [0, 0, 1, 0]
// ELEMENTS: output5: fp32 [nan, -1, -0, 2]
// ELEMENTS: output6: fp16 [inf, -1024]
func.func @elementwise() -> (tensor<4xbf16>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xi1>, tensor<4xf32>, tensor<2xf16>) {
  // X8: 1 + 2^-9 is 1 in bf16; infinities of both signs are NaN.
  %a = nn.constant dense<[1.0, 0x7F80, 3.0e38, -0.0078125]> : tensor<4xbf16>
  %b = nn.constant dense<[0.001953125, 0xFF80, 3.0e38, 0.0]> : tensor<4xbf16>
  %0 = nn.elementwise add %a, %b : (tensor<4xbf16>, tensor<4xbf16>) -> tensor<4xbf16>
  // X14: -0 is below +0; a NaN, canonical or not, stays or passes.
  %x = nn.constant dense<[0xFFC00001, -1.0, -0.0, 1.0]> : tensor<4xf32>
  %y = nn.constant dense<[2.0, 3.0, 0.0, -1.5]> : tensor<4xf32>
  %1 = nn.elementwise max %x, %y : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %z = nn.elementwise min %x, %y : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %2 = nn.elementwise max %x, %y ignore_nan : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  // X9.
  %3 = nn.elementwise negate %z : (tensor<4xf32>) -> tensor<4xf32>
  // X11: zeros are equal, NaN to nothing.
  %4 = nn.elementwise equal %x, %y : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
  // X10.
  %h = nn.constant dense<[0x7FC00000, -1.0, -0.25, 1.25]> : tensor<4xf32>
  %5 = nn.elementwise ceil %h : (tensor<4xf32>) -> tensor<4xf32>
  // X12.
  %r = nn.constant dense<[0.0, -0.0009765625]> : tensor<2xf16>
  %6 = nn.elementwise reciprocal %r : (tensor<2xf16>) -> tensor<2xf16>
  return %0, %1, %2, %3, %4, %5, %6 : tensor<4xbf16>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xi1>, tensor<4xf32>, tensor<2xf16>
}

// A sum, scaled by channel, rounded once and then limited: 1.5 * 0.7 is 1.05 as
// fp8 1, and NaN the least limit.
// STAGES: output0: fp8e4m3 {{\[\[}}1, -2, 4{{\]\]}}
// STAGES: output1: fp8e4m3 [448, nan, nan]
// STAGES: output2: fp8e5m2 [448, 512, inf]
func.func @stages() -> (tensor<1x3xf8E4M3FN>, tensor<3xf8E4M3FN>, tensor<3xf8E5M2>) {
  %x = nn.constant dense<[[1.5, 0x7FC00000, 3.0]]> : tensor<1x3xf32>
  %0 = nn.elementwise identity %x epilogue [#nn.scale<[0.7, 1.0, 100.0]>, #nn.cast<f32 -> f8E4M3FN>,
       #nn.clamp<min = -2.0 : f8E4M3FN, max = 4.0 : f8E4M3FN, ignore_nan = true>] : (tensor<1x3xf32>) -> tensor<1x3xf8E4M3FN>
  // X3: 464 is the last that rounds to 448; what overflows is NaN, or infinity.
  %y = nn.constant dense<[464.0, 465.0, 0x7F800000]> : tensor<3xf32>
  %1 = nn.elementwise cast %y : (tensor<3xf32>) -> tensor<3xf8E4M3FN>
  %w = nn.constant dense<[448.0, 500.0, 61440.0]> : tensor<3xf32>
  %2 = nn.elementwise cast %w : (tensor<3xf32>) -> tensor<3xf8E5M2>
  return %0, %1, %2 : tensor<1x3xf8E4M3FN>, tensor<3xf8E4M3FN>, tensor<3xf8E5M2>
}

// X18: halves to even, saturated, NaN to 0; integers rounded once.
// CASTS: output0: i8 [0, 2, -2, 127, -128, 0]
// CASTS: output1: i32 [0, 2, -2, 2147483647, -2147483648, 0]
// CASTS: output2: i1 [1, 1, 1, 1, 1, 1]
// CASTS: output3: fp16 [2048, 2052, inf]
// CASTS: output4: bf16 [1, 0]
func.func @casts() -> (tensor<6xi8>, tensor<6xi32>, tensor<6xi1>, tensor<3xf16>, tensor<2xbf16>) {
  %x = nn.constant dense<[0.5, 1.5, -2.5, 3.0e9, 0xFF800000, 0x7FC00000]> : tensor<6xf32>
  %0 = nn.elementwise cast %x : (tensor<6xf32>) -> tensor<6xi8>
  %1 = nn.elementwise cast %x : (tensor<6xf32>) -> tensor<6xi32>
  %2 = nn.elementwise cast %x : (tensor<6xf32>) -> tensor<6xi1>
  %i = nn.constant dense<[2049, 2051, 65520]> : tensor<3xi32>
  %3 = nn.elementwise cast %i : (tensor<3xi32>) -> tensor<3xf16>
  %t = nn.constant dense<[true, false]> : tensor<2xi1>
  %4 = nn.elementwise cast %t : (tensor<2xi1>) -> tensor<2xbf16>
  return %0, %1, %2, %3, %4 : tensor<6xi8>, tensor<6xi32>, tensor<6xi1>, tensor<3xf16>, tensor<2xbf16>
}

// X15, X16: sums go left to right in fp32 and are rounded at the end.
// REDUCE: output0: fp16 {{\[\[}}65504], [0{{\]\]}}
// REDUCE: output1: i32 [1, 0]
// REDUCE: output2: i32 [2, 0]
// REDUCE: output3: fp32 {{\[\[}}inf], [nan{{\]\]}}
// REDUCE: output4: fp32 {{\[\[}}5], [0{{\]\]}}
func.func @reductions() -> (tensor<2x1xf16>, tensor<2xi32>, tensor<2xi32>, tensor<2x1xf32>, tensor<2x1xf32>) {
  %x = nn.constant dense<[[65504.0, 65504.0, -65504.0], [-0.0, 0.0, -0.0]]> : tensor<2x3xf16>
  %0 = nn.reduce sum %x axis = 1 epilogue [#nn.cast<f32 -> f16>] : (tensor<2x3xf16>) -> tensor<2x1xf16>
  %y = nn.constant dense<[[1.0, 0x7FC00000, 5.0], [-0.0, 0.0, -1.0]]> : tensor<2x3xf32>
  %1 = nn.reduce argmax %y axis = 1 : (tensor<2x3xf32>) -> tensor<2xi32>
  %2 = nn.reduce argmax %y axis = 1 ignore_nan : (tensor<2x3xf32>) -> tensor<2xi32>
  %z = nn.constant dense<[[1.0e30, 1.0e30, 1.0e-30], [0.0, 0x7F800000, 1.0]]> : tensor<2x3xf32>
  %3 = nn.reduce product %z axis = 1 : (tensor<2x3xf32>) -> tensor<2x1xf32>
  %4 = nn.reduce max %y axis = 1 ignore_nan : (tensor<2x3xf32>) -> tensor<2x1xf32>
  return %0, %1, %2, %3, %4 : tensor<2x1xf16>, tensor<2xi32>, tensor<2xi32>, tensor<2x1xf32>, tensor<2x1xf32>
}

// X16: an average divides the sum; X17 interpolates between 1 and 2.
// WINDOWS: output0: fp32 {{\[\[\[\[}}1.3333334]]]]
// WINDOWS: output1: fp32 {{\[\[\[\[}}nan]]]]
// WINDOWS: output2: bf16 {{\[\[\[\[}}2]]]]
// WINDOWS: output3: fp32 {{\[\[\[\[}}1], [1.3333333], [1.6666667], [2]]]]
func.func @windows() -> (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xbf16>, tensor<1x1x4x1xf32>) {
  %x = nn.constant dense<[[[[1.0], [2.0], [1.0]]]]> : tensor<1x1x3x1xf32>
  %0 = nn.pool avg %x kernel = [1, 3] stride = [1, 1] padding = [0, 0, 0, 0] acc = f32 : (tensor<1x1x3x1xf32>) -> tensor<1x1x1x1xf32>
  %y = nn.constant dense<[[[[1.0], [0x7FC0], [2.0]]]]> : tensor<1x1x3x1xbf16>
  %1 = nn.pool avg %y kernel = [1, 3] stride = [1, 1] padding = [0, 0, 0, 0] acc = f32 : (tensor<1x1x3x1xbf16>) -> tensor<1x1x1x1xf32>
  %2 = nn.pool max %y kernel = [1, 3] stride = [1, 1] padding = [0, 0, 0, 0] ignore_nan : (tensor<1x1x3x1xbf16>) -> tensor<1x1x1x1xbf16>
  %z = nn.constant dense<[[[[1.0], [2.0]]]]> : tensor<1x1x2x1xf32>
  %3 = nn.resize bilinear %z scale = [3, 3, 3, 1] offset = [0, 0] border = [0, 0] : (tensor<1x1x2x1xf32>) -> tensor<1x1x4x1xf32>
  return %0, %1, %2, %3 : tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xbf16>, tensor<1x1x4x1xf32>
}
