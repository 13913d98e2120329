// A schedule that a person wrote is obeyed: rows two at a time.
// RUN: lacuna-opt %s --pass-pipeline='builtin.module(func.func(nn-schedule{machine=edge}),convert-nn-to-tile{machine=edge})' | FileCheck %s

func.func @main(%x: tensor<1x5x4x8xi8>) -> tensor<1x5x4x8xi8> {
  %y = nn.pool max %x kernel = [1, 1] stride = [1, 1] padding = [0, 0, 0, 0] {
      nn.schedule = [#nn.schedule<[output 0 by 2] [[level 1 slots 2, level 1 slots 2]]>]}
      : (tensor<1x5x4x8xi8>) -> tensor<1x5x4x8xi8>
  return %y : tensor<1x5x4x8xi8>
}

// Five rows in tiles of two: the last is clipped, not copied.
// CHECK: isa.loop count=3 {
// CHECK: isa.load
// CHECK-SAME: (2*i0 : 2 of 5)
// CHECK: isa.pool
// CHECK-SAME: rows=(2*i0 : 2 of 5)
