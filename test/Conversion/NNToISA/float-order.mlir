// A schedule that a person wrote keeps the order in which floats add up, or is
// refused.
// RUN: lacuna-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(func.func(nn-schedule{machine=float}),convert-nn-to-tile{machine=float})' | FileCheck %s

// Row after row of the kernel: the next one goes on where the last one stopped.
// CHECK: isa.conv
// CHECK-SAME: kernel_rows=(2*i0 : 2 of 3)
// CHECK-SAME: accumulate=first
func.func @rows(%x: tensor<1x5x4x8xf32>, %w: tensor<2x3x1x8xf32>) -> tensor<1x3x4x2xf32> {
  %y = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = f32 {
      nn.schedule = [#nn.schedule<[reduction kernel_rows by 2] [[level 1 slots 2, level 1 slots 2, level 0 slots 1], [level 0 slots 1, level 0 slots 1]]>]}
      : (tensor<1x5x4x8xf32>, tensor<2x3x1x8xf32>) -> tensor<1x3x4x2xf32>
  return %y : tensor<1x3x4x2xf32>
}

// -----

func.func @depth(%x: tensor<1x5x4x8xf32>, %w: tensor<2x3x1x8xf32>) -> tensor<1x3x4x2xf32> {
  // expected-error @+1 {{schedule of layer 'conv2d_0': splits 'depth', and floats add up in the order kernel_rows, kernel_columns, depth: a loop outside it must split 'kernel_rows' by 1}}
  %y = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = f32 {
      nn.schedule = [#nn.schedule<[reduction depth by 4] [[level 1 slots 2, level 1 slots 2, level 0 slots 1], [level 0 slots 1, level 0 slots 1]]>]}
      : (tensor<1x5x4x8xf32>, tensor<2x3x1x8xf32>) -> tensor<1x3x4x2xf32>
  return %y : tensor<1x3x4x2xf32>
}
