// VECTOR makes a ring and reads it, too: a residual addition inside a cascade.
// RUN: lacuna machine show nano | sed '/^scratchpad:/,/bytes:/s/bytes: .*/bytes: 8192/' > %t.yaml
// RUN: lacuna compile %s --machine %t.yaml --emit asm -o - | FileCheck %s --check-prefix=RESIDUAL
// RESIDUAL-NOT: .tensor spill
// RUN: lacuna check %s --machine %t.yaml | FileCheck %s --check-prefix=AGREES
// AGREES: counted as predicted
func.func @main(%x: tensor<1x32x32x4xi8>) -> tensor<1x32x32x16xi8> {
  %w0 = nn.constant dense<3> : tensor<16x3x3x4xi8>
  %w1 = nn.constant dense<2> : tensor<16x3x3x16xi8>
  %0 = nn.conv2d %x, %w0 stride = [1, 1] padding = [1, 1, 1, 1] acc = i32
         epilogue [#nn.rescale<i32 -> i8, multiplier = [1518500250], shift = [38], zp = 0 -> -3, rounding = single>]
     : (tensor<1x32x32x4xi8>, tensor<16x3x3x4xi8>) -> tensor<1x32x32x16xi8>
  %1 = nn.conv2d %0, %w1 stride = [1, 1] padding = [1, 1, 1, 1] input_zp = -3 acc = i32
         epilogue [#nn.rescale<i32 -> i8, multiplier = [1518500250], shift = [39], zp = 0 -> 1, rounding = single>]
     : (tensor<1x32x32x16xi8>, tensor<16x3x3x16xi8>) -> tensor<1x32x32x16xi8>
  %2 = nn.elementwise max %0, %1 : (tensor<1x32x32x16xi8>, tensor<1x32x32x16xi8>) -> tensor<1x32x32x16xi8>
  return %2 : tensor<1x32x32x16xi8>
}
