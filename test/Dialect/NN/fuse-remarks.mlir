// nn-fuse says what went where.
// RUN: lacuna-opt %s --nn-fuse --remarks-filter=nn-fuse --remark-format=emitRemark 2>&1 | FileCheck %s

// CHECK: remark: {{.*}}scale is now in the epilogue of conv
func.func @main(%x: tensor<1x4x4x8xi8>, %w: tensor<8x1x1x8xi8>)
    -> tensor<1x4x4x8xi8> {
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x4x4x8xi8>, tensor<8x1x1x8xi8>) -> tensor<1x4x4x8xi32> loc("conv")
  %1 = nn.elementwise identity %0
         epilogue [#nn.rescale<i32 -> i8, multiplier = [1518500250],
                     shift = [40], zp = 0 -> -3, rounding = double>]
    : (tensor<1x4x4x8xi32>) -> tensor<1x4x4x8xi8> loc("scale")
  return %1 : tensor<1x4x4x8xi8>
}
