// Layers that `nano`, as it is, must cut along each axis, with a smaller last
// tile: the loop and the clipped extent are in the program, and its outputs are
// the reference's.
// REQUIRES: numpy
// DEFINE: %{entry} =
// DEFINE: %{one} = lacuna compile %s --machine nano --entry %{entry} --emit asm -o %t.s && \
// DEFINE:   FileCheck %s --check-prefix=%{entry} --input-file %t.s && \
// DEFINE:   %python %S/../Compiler/Inputs/agree.py %s --machine nano --entry %{entry}

// 299 rows of results, 15 at a time, through a window that rolls.
// REDEFINE: %{entry} = rows
// RUN: %{one}
// rows: loop count=20
// rows: load {{.*}}dims=[(2 + 15*i0 : 15 of 301)]
// rows: conv {{.*}}rows=(15*i0 : 15 of 299)
func.func @rows(%x: tensor<1x301x7x16xi8>, %w: tensor<8x3x7x16xi8>) -> tensor<1x299x1x8xi8> {
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1518500250], shift = [42], zp = 0 -> -3, rounding = double>]
    : (tensor<1x301x7x16xi8>, tensor<8x3x7x16xi8>) -> tensor<1x299x1x8xi8>
  return %0 : tensor<1x299x1x8xi8>
}

// One row of 96,032 bytes, where the scratchpad has 65,536.
// REDEFINE: %{entry} = columns
// RUN: %{one}
// columns: loop count=27
// columns: load {{.*}}dims=[(2 + 112*i0 : 112 of 3001)]
// columns: conv {{.*}}columns=(112*i0 : 112 of 3001)
func.func @columns(%x: tensor<1x1x3001x32xi8>, %w: tensor<8x1x5x32xi8>) -> tensor<1x1x3001x8xi8> {
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 2, 2] acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1518500250], shift = [42], zp = 0 -> -3, rounding = double>]
    : (tensor<1x1x3001x32xi8>, tensor<8x1x5x32xi8>) -> tensor<1x1x3001x8xi8>
  return %0 : tensor<1x1x3001x8xi8>
}

// 142,303 bytes of weights; the last tile has 3 channels of 8.
// REDEFINE: %{entry} = channels
// RUN: %{one}
// channels: loop count=26
// channels: load {{.*}}dims=[(8*i0 : 8 of 203)]
// channels: conv {{.*}}channels=(8*i0 : 8 of 203)
func.func @channels(%x: tensor<1x1x1x701xi8>, %w: tensor<203x1x1x701xi8>) -> tensor<1x1x1x203xi8> {
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1518500250], shift = [42], zp = 0 -> -3, rounding = double>]
    : (tensor<1x1x1x701xi8>, tensor<203x1x1x701xi8>) -> tensor<1x1x1x203xi8>
  return %0 : tensor<1x1x1x203xi8>
}

// The weights of 8 channels alone are 160,024 bytes: their depth is cut, and the
// channels too.
// REDEFINE: %{entry} = depth
// RUN: %{one}
// depth: loop count=2
// depth: loop count=8
// depth: conv {{.*}}channels=(8*i0 : 8 of 9), depth=([[TILE:[0-9]+]]*i1 : [[TILE]] of 20003){{.*}}accumulate=first
func.func @depth(%x: tensor<1x1x1x20003xi8>, %w: tensor<9x1x1x20003xi8>) -> tensor<1x1x1x9xi8> {
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1518500250], shift = [44], zp = 0 -> -3, rounding = double>]
    : (tensor<1x1x1x20003xi8>, tensor<9x1x1x20003xi8>) -> tensor<1x1x1x9xi8>
  return %0 : tensor<1x1x1x9xi8>
}

// A kernel of 131 rows, larger than any tile of the input.
// REDEFINE: %{entry} = kernel
// RUN: %{one}
// kernel: loop count=6
// kernel: load {{.*}}dims=[(22*i0 : 22 of 131)]
// kernel: conv {{.*}}kernel_rows=(22*i0 : 22 of 131){{.*}}accumulate=first
func.func @kernel(%x: tensor<1x131x5x64xi8>, %w: tensor<8x131x5x64xi8>) -> tensor<1x1x1x8xi8> {
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1518500250], shift = [44], zp = 0 -> -3, rounding = double>]
    : (tensor<1x131x5x64xi8>, tensor<8x131x5x64xi8>) -> tensor<1x1x1x8xi8>
  return %0 : tensor<1x1x1x8xi8>
}

// A window of 61 x 61 for tiles of one row and 12 columns.
// REDEFINE: %{entry} = window
// RUN: %{one}
// window: loop count=4
// window: loop count=47
// window: depthwise {{.*}}rows=(i1 : 1 of 47), columns=(12*i0 : 12 of 47){{.*}}kernel_rows=61, kernel_columns=61
func.func @window(%x: tensor<1x75x75x8xi8>, %w: tensor<61x61x8x1xi8>) -> tensor<1x47x47x8xi8> {
  %0 = nn.depthwise_conv2d %x, %w stride = [1, 1] padding = [16, 16, 16, 16] acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1518500250], shift = [44], zp = 0 -> -3, rounding = double>]
    : (tensor<1x75x75x8xi8>, tensor<61x61x8x1xi8>) -> tensor<1x47x47x8xi8>
  return %0 : tensor<1x47x47x8xi8>
}
