// Shares and blocks, and channels' scales. The rescale's multipliers make the
// second row's weights worth four times the first's.
// RUN: lacuna-opt %s --nn-prune="structure=sparsity:0.5 min-weights=1 first=true" | FileCheck %s --check-prefix=SHARE
// RUN: lacuna-opt %s --nn-prune="structure=block:1x2 min-weights=1 first=true" | FileCheck %s --check-prefix=BLOCK
// RUN: lacuna-opt %s --nn-prune="structure=none" | FileCheck %s --check-prefix=NONE
// RUN: lacuna-opt %s --nn-prune="structure=sparsity:0.75 min-weights=1 first=true" --remarks-filter=nn-prune --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// SHARE{LITERAL}: dense<[[[[6, 0, 0, 7]]], [[[3, 0, 0, 2]]]]> : tensor<2x1x1x4xi8>
// BLOCK{LITERAL}: dense<[[[[0, 0, 0, 0]]], [[[3, 1, 1, 2]]]]> : tensor<2x1x1x4xi8>
// NONE{LITERAL}: dense<[[[[6, 5, 4, 7]]], [[[3, 1, 1, 2]]]]> : tensor<2x1x1x4xi8>
// REMARK: remark: {{.*}}conv: sparsity:0.75 by magnitude, zeros 0 -> 6 of 8
func.func @main(%x: tensor<1x1x1x4xi8>) -> tensor<1x1x1x2xi8> {
  %w = nn.constant dense<[[[[6, 5, 4, 7]]], [[[3, 1, 1, 2]]]]> : tensor<2x1x1x4xi8>
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
         epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824, 2147483647],
                   shift = [38, 37], zp = 0 -> -3, rounding = double>]
    : (tensor<1x1x1x4xi8>, tensor<2x1x1x4xi8>) -> tensor<1x1x1x2xi8> loc("conv")
  return %0 : tensor<1x1x1x2xi8>
}
