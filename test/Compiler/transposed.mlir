// Transposed convolutions as programs: phases with and without taps, results cut
// off and added, weights and biases as constants and as arguments, batches.
// REQUIRES: numpy
// DEFINE: %{agree} = %python %S/Inputs/agree.py %s --entry
// DEFINE: %{tight} = --machine nano --set scratchpad.bytes=1024 accumulators.bytes=256

// RUN: %{agree} arguments
// RUN: %{agree} arguments %{tight}
func.func @arguments(%x: tensor<2x4x5x6xi8>, %w: tensor<20x4x3x6xi8>, %b: tensor<20xi32>)
    -> tensor<2x8x12x20xi8> {
  %0 = nn.transpose_conv2d %x, %w bias %b stride = [2, 2] out_padding = [-1, -1, 0, 1] input_zp = -7
    weight_zp = 3 acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1518500250], shift = [42], zp = 0 -> -3, rounding = double>,
              #nn.clamp<min = -100 : i8, max = 90 : i8>]
    : (tensor<2x4x5x6xi8>, tensor<20x4x3x6xi8>, tensor<20xi32>) -> tensor<2x8x12x20xi8>
  return %0 : tensor<2x8x12x20xi8>
}

// A kernel as long as its stride: the columns of a pixel are channels of one
// convolution, with a scale and a bias of each; i4 weights of odd depth.
// RUN: %{agree} blocks
// RUN: %{agree} blocks %{tight}
// RUN: lacuna compile %s --entry blocks --machine edge --emit asm -o - | FileCheck %s --check-prefix=BLOCKS
// BLOCKS-COUNT-2: conv {{.*}} channels=6,
// BLOCKS-NOT: {{^ *}}conv
func.func @blocks(%x: tensor<1x3x3x3xi8>) -> tensor<1x6x9x2xi8> {
  %w = nn.constant dense<[[[[1, -2, 3], [4, 5, -6], [7, 0, -7]], [[2, 2, 3], [-5, -4, -3], [1, 0, 1]]],
                          [[[-1, 2, -3], [7, -7, 5], [3, 3, -2]], [[0, 1, 6], [-6, 6, 1], [2, -2, 2]]]]> : tensor<2x2x3x3xi4>
  %b = nn.constant dense<[-1000, 777]> : tensor<2xi32>
  %0 = nn.transpose_conv2d %x, %w bias %b stride = [2, 3] out_padding = [0, 0, 0, 0] acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824, 2000000000], shift = [36, 38], zp = 0 -> 5, rounding = single>]
    : (tensor<1x3x3x3xi8>, tensor<2x2x3x3xi4>, tensor<2xi32>) -> tensor<1x6x9x2xi8>
  return %0 : tensor<1x6x9x2xi8>
}

// Strides longer than the kernel leave results that are the bias alone, and so
// do rows that are added; one bias for all; 48 bits.
// RUN: %{agree} sparse --machine edge
// RUN: %{agree} sparse --machine edge --set scratchpad.bytes=1024 accumulators.bytes=256
func.func @sparse(%x: tensor<2x2x3x4xi16>, %w: tensor<3x2x1x4xi8>, %b: tensor<1xi48>)
    -> (tensor<2x12x9x3xi48>, tensor<2x12x9x3xi16>) {
  %0 = nn.transpose_conv2d %x, %w bias %b stride = [5, 4] out_padding = [3, 2, 0, 0] acc = i48
    : (tensor<2x2x3x4xi16>, tensor<3x2x1x4xi8>, tensor<1xi48>) -> tensor<2x12x9x3xi48>
  %1 = nn.transpose_conv2d %x, %w stride = [5, 4] out_padding = [3, 2, 0, 0] acc = i48
    epilogue [#nn.rescale<i48 -> i16, multiplier = [17000], shift = [40], zp = 0 -> 0, rounding = single, scale16>]
    : (tensor<2x2x3x4xi16>, tensor<3x2x1x4xi8>) -> tensor<2x12x9x3xi16>
  return %0, %1 : tensor<2x12x9x3xi48>, tensor<2x12x9x3xi16>
}

// So much is cut off that windows begin after the first row, or see nothing.
// RUN: %{agree} cut
func.func @cut(%x: tensor<1x2x1x2xi8>, %w: tensor<3x3x3x2xi8>) -> (tensor<1x3x2x3xi32>) {
  %0 = nn.transpose_conv2d %x, %w stride = [2, 2] out_padding = [-2, 0, -2, 1] acc = i32
    : (tensor<1x2x1x2xi8>, tensor<3x3x3x2xi8>) -> tensor<1x3x2x3xi32>
  return %0 : tensor<1x3x2x3xi32>
}

// No tap is spent on the zeros between inputs: 4 x 4 x 4 x 4 taps for four
// times as many results as inputs, by 8 x 8 channels.
// RUN: %{agree} double
// RUN: lacuna compile %s --entry double --machine edge -o %t.elf --predict %t.json
// RUN: %python -c "import json; t = json.load(open('%t.json'))['total']; \
// RUN:   print(t['macs'], t['weights_raw_bytes'], t['dram_bytes_by']['output'])" | FileCheck %s --check-prefix=DOUBLE
// DOUBLE: {{^}}16384 1024 512
func.func @double(%x: tensor<1x4x4x8xi8>) -> tensor<1x8x8x8xi8> {
  %w = nn.constant dense<3> : tensor<8x4x4x8xi8>
  %0 = nn.transpose_conv2d %x, %w stride = [2, 2] out_padding = [-1, -1, -1, -1] acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [38], zp = 0 -> 0, rounding = single>]
    : (tensor<1x4x4x8xi8>, tensor<8x4x4x8xi8>) -> tensor<1x8x8x8xi8>
  return %0 : tensor<1x8x8x8xi8>
}

// RUN: not lacuna compile %s --entry phases --machine edge -o %t.none 2>&1 | FileCheck %s --check-prefix=PHASES
// PHASES: transposed.mlir:[[#@LINE+2]]:{{.*}} error: {{.*}} falls into 80 x 80 phases; at most 4096 are programmed
func.func @phases(%x: tensor<1x2x2x1xi8>, %w: tensor<1x80x80x1xi8>) -> tensor<1x160x160x1xi32> {
  %0 = nn.transpose_conv2d %x, %w stride = [80, 80] out_padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x2x2x1xi8>, tensor<1x80x80x1xi8>) -> tensor<1x160x160x1xi32>
  return %0 : tensor<1x160x160x1xi32>
}
