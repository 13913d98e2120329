// Stages after a layer, packed into as few instructions as hold them.
// REQUIRES: numpy
// DEFINE: %{agree} = %python %S/Inputs/agree.py %s --entry
// DEFINE: %{count} = lacuna compile %s --machine edge --emit asm -o - --entry

// Bias, scale, clamp and an 8-bit table are one rescale.
// RUN: %{agree} one
// RUN: %{count} one | FileCheck %s --check-prefix=ONE
// ONE: conv
// ONE: rescale
// ONE-NOT: rescale
// ONE-NOT: map operation
// ONE: halt
func.func @one(%x: tensor<1x4x4x8xi8>, %w: tensor<8x1x1x8xi8>, %b: tensor<8xi32>) -> tensor<1x4x4x8xi8> {
  %0 = nn.conv2d %x, %w bias %b stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1518500250], shift = [41], zp = 0 -> -3, rounding = double>,
              #nn.clamp<min = -120 : i8, max = 7 : i8>,
              #nn.table<i8 -> i8, dense<9> : tensor<256xi8>>]
    : (tensor<1x4x4x8xi8>, tensor<8x1x1x8xi8>, tensor<8xi32>) -> tensor<1x4x4x8xi8>
  return %0 : tensor<1x4x4x8xi8>
}

// What does not fit goes on in further instructions, on the chip.
// RUN: %{agree} many --machine edge server
// RUN: %{count} many | FileCheck %s --check-prefix=MANY
// MANY: conv
// MANY-COUNT-3: rescale
// MANY: map operation=table
// MANY-NOT: load
// MANY: store
func.func @many(%x: tensor<1x4x4x8xi8>, %w: tensor<3x1x1x8xi8>) -> tensor<1x4x4x3xi8> {
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1518500250, 1073741824, 0], shift = [41, 38, 31], zp = 0 -> -3, rounding = double>,
              #nn.rescale<i8 -> i32, multiplier = [1073741824], shift = [11], zp = -3 -> 0, rounding = single>,
              #nn.rescale<i32 -> i16, multiplier = [1073741824], shift = [35], zp = 0 -> 0, rounding = single>,
              #nn.table<i16 -> i32, dense<77> : tensor<513xi16>>,
              #nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [37], zp = 0 -> -128, rounding = single>]
    : (tensor<1x4x4x8xi8>, tensor<3x1x1x8xi8>) -> tensor<1x4x4x3xi8>
  return %0 : tensor<1x4x4x3xi8>
}

// A multiplier of 0 gives the zero point; unsigned bytes are not clamped as
// such; entries of a table are as wide as its result.
// RUN: %{agree} odd
func.func @odd(%x: tensor<5x7xi8>, %y: tensor<5x7xi32>) -> (tensor<5x7xi8>, tensor<5x7xi8>, tensor<5x7xi32>) {
  %0 = nn.elementwise identity %y
    epilogue [#nn.rescale<i32 -> i8, multiplier = [0], shift = [30], zp = 0 -> 11, rounding = single>]
    : (tensor<5x7xi32>) -> tensor<5x7xi8>
  %1 = nn.elementwise identity %x
    epilogue [#nn.rescale<i8 -> i8, multiplier = [1073741824], shift = [30], zp = -128 -> 0, rounding = single, unsigned_output>,
              #nn.clamp<min = -10 : i8, max = 100 : i8>,
              #nn.rescale<i8 -> i8, multiplier = [1073741824], shift = [30], zp = 9 -> -128, rounding = single, unsigned_input>]
    : (tensor<5x7xi8>) -> tensor<5x7xi8>
  %2 = nn.elementwise identity %x epilogue [#nn.table<i8 -> i32, dense<100000> : tensor<256xi32>>]
    : (tensor<5x7xi8>) -> tensor<5x7xi32>
  return %0, %1, %2 : tensor<5x7xi8>, tensor<5x7xi8>, tensor<5x7xi32>
}
