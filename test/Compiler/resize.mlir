// Resizing as programs: a pool of two taps a dimension, whose stride is a fraction.
// REQUIRES: numpy
// DEFINE: %{agree} = %python %S/Inputs/agree.py %s --entry
// DEFINE: %{tight} = --machine edge --set scratchpad.bytes=1024

// Twice as large, corners aligned by half a pixel: the input moves once.
// RUN: %{agree} twice
// RUN: %{agree} twice %{tight}
// RUN: lacuna compile %s --entry twice --machine edge --emit asm -o - | FileCheck %s --check-prefix=TWICE
// TWICE: pool operation=linear, {{.*}}kernel_rows=2, kernel_columns=2, stride_rows=2, stride_columns=2, padding_top=1, padding_left=1, src_rows=7, src_columns=6, divisor_rows=4, divisor_columns=4, phase_rows=3, phase_columns=3
func.func @twice(%x: tensor<1x7x6x5xi8>) -> tensor<1x14x12x5xi32> {
  %0 = nn.resize bilinear %x scale = [4, 2, 4, 2] offset = [-1, -1] border = [1, 1]
    : (tensor<1x7x6x5xi8>) -> tensor<1x14x12x5xi32>
  return %0 : tensor<1x14x12x5xi32>
}

// Numerators larger than the result: tiles do not begin at whole elements. An
// epilogue, a batch, and samples that begin beyond the first rows.
// RUN: %{agree} odd --machine edge server
// RUN: %{agree} odd --machine edge --set scratchpad.bytes=2048
func.func @odd(%x: tensor<3x20x23x9xi16>, %y: tensor<1x40x4x3xi8>) -> (tensor<3x49x58x9xi16>, tensor<1x9x4x3xi8>) {
  %0 = nn.resize bilinear %x scale = [48, 19, 57, 22] offset = [0, 0] border = [0, 0]
    epilogue [#nn.rescale<i48 -> i16, multiplier = [17000], shift = [26], zp = 0 -> 0, rounding = single, scale16>]
    : (tensor<3x20x23x9xi16>) -> tensor<3x49x58x9xi16>
  %1 = nn.resize nearest %y scale = [10, 37, 1, 1] offset = [61, 0] border = [-33, 0]
    : (tensor<1x40x4x3xi8>) -> tensor<1x9x4x3xi8>
  return %0, %1 : tensor<3x49x58x9xi16>, tensor<1x9x4x3xi8>
}
