// Convolutions and matrix products as programs: weights and biases as constants
// and as arguments, batches, and memories too small for a whole layer.
// REQUIRES: numpy
// DEFINE: %{agree} = %python %S/Inputs/agree.py %s --entry
// DEFINE: %{tight} = --machine nano --set scratchpad.bytes=2048 accumulators.bytes=512

// RUN: %{agree} conv
// RUN: %{agree} conv %{tight}
func.func @conv(%x: tensor<2x9x11x6xi8>, %w: tensor<20x3x3x6xi8>, %b: tensor<20xi32>)
    -> tensor<2x5x4x20xi8> {
  %0 = nn.conv2d %x, %w bias %b stride = [2, 3] padding = [1, 2, 0, 2] input_zp = -7
    weight_zp = 3 acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1518500250], shift = [42], zp = 0 -> -3, rounding = double>,
              #nn.clamp<min = -100 : i8, max = 90 : i8>]
    : (tensor<2x9x11x6xi8>, tensor<20x3x3x6xi8>, tensor<20xi32>) -> tensor<2x5x4x20xi8>
  return %0 : tensor<2x5x4x20xi8>
}

// Constants have records of bias, multiplier and shift; the dilated window
// reaches over padding only at the corner.
// RUN: %{agree} per_channel
func.func @per_channel(%x: tensor<1x6x6x3xi8>) -> tensor<1x4x4x2xi8> {
  %w = nn.constant dense<[[[[1, -2, 3], [4, 5, -6]], [[-7, 8, 9], [10, 11, 12]]],
                          [[[-1, 2, 3], [-4, 5, 6]], [[7, -8, 9], [10, -11, 127]]]]> : tensor<2x2x2x3xi8>
  %b = nn.constant dense<[-1000, 77777]> : tensor<2xi32>
  %0 = nn.conv2d %x, %w bias %b stride = [1, 1] padding = [1, 0, 0, 1] dilation = [3, 3] acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824, 2000000000], shift = [36, 40], zp = 0 -> 5, rounding = single>]
    : (tensor<1x6x6x3xi8>, tensor<2x2x2x3xi8>, tensor<2xi32>) -> tensor<1x4x4x2xi8>
  return %0 : tensor<1x4x4x2xi8>
}

// i4 weights of odd depth lie packed, each row from a byte of its own on.
// RUN: %{agree} packed
func.func @packed(%x: tensor<1x3x3x3xi8>) -> tensor<1x2x2x2xi32> {
  %w = nn.constant dense<[[[[1, -2, 3], [4, 5, -6]], [[-7, 7, 6], [5, 4, 3]]],
                          [[[-1, 2, 3], [-4, 5, 6]], [[7, -7, 0], [1, -1, 2]]]]> : tensor<2x2x2x3xi4>
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x3x3x3xi8>, tensor<2x2x2x3xi4>) -> tensor<1x2x2x2xi32>
  return %0 : tensor<1x2x2x2xi32>
}

// A bias for all channels is added before scales of each.
// RUN: %{agree} one_bias
func.func @one_bias(%x: tensor<3x1x1x40xi8>, %w: tensor<2x1x1x40xi8>, %b: tensor<1xi32>)
    -> tensor<3x1x1x2xi16> {
  %0 = nn.conv2d %x, %w bias %b stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    epilogue [#nn.rescale<i32 -> i16, multiplier = [1073741824, 1500000000], shift = [36, 38], zp = 0 -> 0, rounding = single>]
    : (tensor<3x1x1x40xi8>, tensor<2x1x1x40xi8>, tensor<1xi32>) -> tensor<3x1x1x2xi16>
  return %0 : tensor<3x1x1x2xi16>
}

// Sums of 48 bits, with a bias of 8 bytes in memory and 6 in a record.
// RUN: %{agree} wide --machine edge
// RUN: %{agree} wide --machine edge --set scratchpad.bytes=1024 accumulators.bytes=256
func.func @wide(%x: tensor<1x4x4x5xi16>, %w: tensor<3x3x3x5xi8>, %b: tensor<3xi48>)
    -> (tensor<1x4x4x3xi48>, tensor<1x4x4x3xi16>) {
  %0 = nn.conv2d %x, %w bias %b stride = [1, 1] padding = [1, 1, 1, 1] acc = i48
    : (tensor<1x4x4x5xi16>, tensor<3x3x3x5xi8>, tensor<3xi48>) -> tensor<1x4x4x3xi48>
  %1 = nn.conv2d %x, %w bias %b stride = [1, 1] padding = [1, 1, 1, 1] acc = i48
    epilogue [#nn.rescale<i48 -> i16, multiplier = [17000], shift = [40], zp = 0 -> 0, rounding = single, scale16>]
    : (tensor<1x4x4x5xi16>, tensor<3x3x3x5xi8>, tensor<3xi48>) -> tensor<1x4x4x3xi16>
  return %0, %1 : tensor<1x4x4x3xi48>, tensor<1x4x4x3xi16>
}

// RUN: %{agree} depthwise
// RUN: %{agree} depthwise %{tight}
func.func @depthwise(%x: tensor<2x7x8x9xi8>, %w: tensor<3x2x9x3xi8>) -> tensor<2x7x8x27xi8> {
  %0 = nn.depthwise_conv2d %x, %w stride = [1, 1] padding = [1, 1, 0, 1] input_zp = 4 acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [38], zp = 0 -> 0, rounding = single>]
    : (tensor<2x7x8x9xi8>, tensor<3x2x9x3xi8>) -> tensor<2x7x8x27xi8>
  return %0 : tensor<2x7x8x27xi8>
}

// RUN: %{agree} matmul
// RUN: %{agree} matmul %{tight}
func.func @matmul(%a: tensor<3x10x70xi8>, %b: tensor<3x70x33xi8>) -> tensor<3x10x33xi32> {
  %0 = nn.matmul %a, %b input_zp = 2 weight_zp = -9 acc = i32
    : (tensor<3x10x70xi8>, tensor<3x70x33xi8>) -> tensor<3x10x33xi32>
  return %0 : tensor<3x10x33xi32>
}
