// The same at the level of layers.
func.func @main(%x: tensor<1x5x5x3xi8>, %i: tensor<4xi8>) -> (tensor<1x3x3x4xi8>, tensor<4xi8>) {
  %w = nn.constant dense<[[[[1, -2, 3]]], [[[4, 5, -6]]], [[[7, 8, 9]]], [[[-1, 0, 1]]]]> : tensor<4x1x1x3xi8>
  %b = nn.constant dense<[1, 2, 3, 4]> : tensor<4xi32>
  %0 = nn.conv2d %x, %w bias %b stride = [2, 2] padding = [0, 0, 0, 0] acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [36], zp = 0 -> -3, rounding = single>]
    : (tensor<1x5x5x3xi8>, tensor<4x1x1x3xi8>, tensor<4xi32>) -> tensor<1x3x3x4xi8>
  %1 = nn.elementwise bitwise_xor %i, %i : (tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8>
  return %0, %1 : tensor<1x3x3x4xi8>, tensor<4xi8>
}
