// What a machine cannot run is said at once, each at its place.
// RUN: rm -f %t.elf
// RUN: not lacuna compile %s --machine nano -o %t.elf 2>&1 | FileCheck %s
// RUN: not ls %t.elf

func.func @main(%x: tensor<1x4x4x8xi16>, %w: tensor<8x1x1x8xi8>)
    -> (tensor<1x4x4x8xi48>, tensor<1x4x4x8xi8>) {
  // CHECK: errors.mlir:[[#@LINE+2]]:8: error: nn.conv2d: machine 'nano' does not multiply i16 by i8 into i48
  // CHECK-NEXT: note: machine 'edge' can (--machine edge)
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i48
    : (tensor<1x4x4x8xi16>, tensor<8x1x1x8xi8>) -> tensor<1x4x4x8xi48>
  // CHECK: errors.mlir:[[#@LINE+2]]:8: error: nn.elementwise: machine 'nano' cannot run it: rescale-types: VECTOR converts between these types
  // CHECK-NEXT: note: machine 'edge' can (--machine edge)
  %1 = nn.elementwise identity %0
    epilogue [#nn.rescale<i48 -> i8, multiplier = [17000], shift = [40], zp = 0 -> 0, rounding = single, scale16>]
    : (tensor<1x4x4x8xi48>) -> tensor<1x4x4x8xi8>
  return %0, %1 : tensor<1x4x4x8xi48>, tensor<1x4x4x8xi8>
}
