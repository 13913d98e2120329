// Convolutions in three dimensions as programs: batches, padding on every side,
// weights as constants and as arguments, memories too small for a whole layer.
// REQUIRES: numpy
// DEFINE: %{agree} = %python %S/Inputs/agree.py %s --entry
// DEFINE: %{tight} = --machine nano --set scratchpad.bytes=1024 accumulators.bytes=256

// RUN: %{agree} conv
// RUN: %{agree} conv %{tight}
func.func @conv(%x: tensor<2x5x6x7x6xi8>, %w: tensor<20x3x3x2x6xi8>, %b: tensor<20xi32>)
    -> tensor<2x4x3x3x20xi8> {
  %0 = nn.conv3d %x, %w bias %b stride = [1, 2, 3] padding = [1, 0, 1, 0, 1, 0] input_zp = -7
    weight_zp = 3 acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1518500250], shift = [42], zp = 0 -> -3, rounding = double>,
              #nn.clamp<min = -100 : i8, max = 90 : i8>]
    : (tensor<2x5x6x7x6xi8>, tensor<20x3x3x2x6xi8>, tensor<20xi32>) -> tensor<2x4x3x3x20xi8>
  return %0 : tensor<2x4x3x3x20xi8>
}

// i4 weights of odd depth, dilation in depth, a scale of each channel.
// RUN: %{agree} packed
// RUN: %{agree} packed %{tight}
func.func @packed(%x: tensor<1x6x2x2x3xi8>) -> tensor<1x4x2x2x2xi8> {
  %w = nn.constant dense<[[[[[1, -2, 3]]], [[[4, 5, -6]]]], [[[[-1, 2, -3]]], [[[7, -7, 5]]]]]> : tensor<2x2x1x1x3xi4>
  %b = nn.constant dense<[-1000, 777]> : tensor<2xi32>
  %0 = nn.conv3d %x, %w bias %b stride = [2, 1, 1] padding = [3, 0, 0, 0, 0, 0] dilation = [2, 1, 1] acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824, 2000000000], shift = [36, 38], zp = 0 -> 5, rounding = single>]
    : (tensor<1x6x2x2x3xi8>, tensor<2x2x1x1x3xi4>, tensor<2xi32>) -> tensor<1x4x2x2x2xi8>
  return %0 : tensor<1x4x2x2x2xi8>
}

// Results whose windows lie wholly in the padding are the bias; 48 bits.
// RUN: %{agree} far --machine edge
// RUN: %{agree} far --machine edge --set scratchpad.bytes=1024 accumulators.bytes=256
func.func @far(%x: tensor<1x2x3x3x4xi16>, %w: tensor<5x2x2x2x4xi8>, %b: tensor<1xi48>)
    -> tensor<1x8x2x2x5xi48> {
  %0 = nn.conv3d %x, %w bias %b stride = [1, 1, 1] padding = [4, 3, 0, 0, 0, 0] acc = i48
    : (tensor<1x2x3x3x4xi16>, tensor<5x2x2x2x4xi8>, tensor<1xi48>) -> tensor<1x8x2x2x5xi48>
  return %0 : tensor<1x8x2x2x5xi48>
}

// One instruction does it; what the layer moves off-chip is its operands, once.
// RUN: lacuna compile %s --entry conv --machine edge --emit asm -o - | FileCheck %s --check-prefix=ASM
// ASM: conv3d {{.*}} slices=4,
// ASM-NOT: {{^ *}}conv
// RUN: lacuna compile %s --entry conv --machine edge -o %t.elf --predict %t.json
// RUN: %python -c "import json; t = json.load(open('%t.json'))['total']['dram_bytes_by']; \
// RUN:   print(t['input'], t['output'], t['weights'])" | FileCheck %s --check-prefix=MOVED
// MOVED: {{^}}4760 1440 0
