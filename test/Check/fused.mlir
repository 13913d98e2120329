// A layer with stages after it is one layer: its result is compared when all of them
// are done, and the instruction that is named is the last of them.
// RUN: lacuna compile %s --machine edge --emit asm -o %t.s
// RUN: sed 's/dst_zero_point=-3/dst_zero_point=-4/' %t.s > %t.broken.s
// RUN: not diff %t.s %t.broken.s
// RUN: lacuna asm %t.broken.s -o %t.elf
// RUN: not lacuna check %s --program %t.elf 2>&1 | FileCheck %s
// CHECK: error: layer 'pixels' differs in sample 0:
// CHECK-SAME: by 1 at most
// CHECK: note: computed by the instruction at byte {{[0-9]+}}: rescale {{.*}}dst_zero_point=-4
func.func @main(%x: tensor<1x4x4x8xi8>, %w: tensor<8x1x1x8xi8>) -> tensor<1x4x4x8xi8> {
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1518500250], shift = [41], zp = 0 -> -3, rounding = double>]
    : (tensor<1x4x4x8xi8>, tensor<8x1x1x8xi8>) -> tensor<1x4x4x8xi8> loc("pixels")
  %1 = nn.elementwise max %0, %x : (tensor<1x4x4x8xi8>, tensor<1x4x4x8xi8>) -> tensor<1x4x4x8xi8> loc("most")
  return %1 : tensor<1x4x4x8xi8>
}
