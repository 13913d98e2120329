// What constant weights have of the machine's patterns goes into the instruction, in the
// order in which it adds up; where the machine lacks it, a remark says so.
// REQUIRES: numpy
// DEFINE: %{agree} = %python %S/Inputs/agree.py %s --machine edge-nm edge-skip --entry
// DEFINE: %{asm} = lacuna compile %s --emit asm -o - --entry
// DEFINE: %{remarks} = lacuna-opt %s --remarks-filter=nn-schedule --remark-format=emitRemark --pass-pipeline

// RUN: %{asm} two --machine edge-nm | FileCheck %s --check-prefix=TWO
// RUN: %{asm} two --machine edge | FileCheck %s --check-prefix=PLAIN
// RUN: %{agree} two
// RUN: %{remarks}='builtin.module(func.func(nn-schedule{machine=edge}))' 2>&1 | FileCheck %s --check-prefix=LACKS
// RUN: %{remarks}='builtin.module(func.func(nn-schedule{machine=edge-nm}))' 2>&1 | FileCheck %s --check-prefix=HAS
// Two of each four along the channels.
// TWO: conv {{.*}}nonzeros=2, group=4
// PLAIN: conv
// PLAIN-NOT: nonzeros=
// LACKS: remark: {{.*}}Remark=two, {{.*}}62.5 % of the weights are zero; they have the pattern 2:4, which machine 'edge' lacks (matrix.sparsity)
// LACKS: remark: {{.*}}Remark=anywhere, {{.*}}50.0 % of the weights are zero; machine 'edge' multiplies by them: it does not skip weights (matrix.skip)
// HAS-NOT: Remark=two, {{.*}} of the weights are zero
// HAS: remark: {{.*}}Remark=anywhere, {{.*}}50.0 % of the weights are zero; machine 'edge-nm' multiplies by them
func.func @two(%x: tensor<1x3x3x4xi8>) -> tensor<1x3x3x2xi8> {
  %w = nn.constant dense<[[[[1, 0, 2, 0]], [[0, 0, 3, 4]]], [[[0, 0, 0, 0]], [[0, 5, 0, 6]]]]> : tensor<2x2x1x4xi8>
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 1, 0, 0] acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [33], zp = 0 -> 0, rounding = single>]
    : (tensor<1x3x3x4xi8>, tensor<2x2x1x4xi8>) -> tensor<1x3x3x2xi8> loc("two")
  return %0 : tensor<1x3x3x2xi8>
}

// The cheapest pattern is taken. Depth 6 is no multiple of 4: groups straddle the taps,
// and the last one is short.
// RUN: %{asm} straddle --machine edge-nm | FileCheck %s --check-prefix=ONE
// RUN: %{agree} straddle
// ONE: conv {{.*}}nonzeros=1, group=4
func.func @straddle(%x: tensor<1x3x3x6xi8>) -> tensor<1x3x2x1xi8> {
  %w = nn.constant dense<[[[[0, 1, 0, 0, 2, 0], [0, 0, 0, 3, 0, 0]], [[4, 0, 0, 0, 0, 0], [5, 0, 0, 0, 6, 0]]]]> : tensor<1x2x2x6xi8>
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [1, 0, 0, 0] acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [33], zp = 0 -> 0, rounding = single>]
    : (tensor<1x3x3x6xi8>, tensor<1x2x2x6xi8>) -> tensor<1x3x2x1xi8>
  return %0 : tensor<1x3x2x1xi8>
}

// A weight is zero if it is the zero point.
// RUN: %{asm} anywhere --machine edge-nm | FileCheck %s --check-prefix=PLAIN
// RUN: %{agree} anywhere
func.func @anywhere(%x: tensor<1x2x2x16xi8>) -> tensor<1x2x2x1xi8> {
  %w = nn.constant dense<[[[[1, 7, 7, 7, 7, 7, 7, 7, 1, 2, 3, 4, 7, 5, 6, 8]]]]> : tensor<1x1x1x16xi8>
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] weight_zp = 7 acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [33], zp = 0 -> 0, rounding = single>]
    : (tensor<1x2x2x16xi8>, tensor<1x1x1x16xi8>) -> tensor<1x2x2x1xi8> loc("anywhere")
  return %0 : tensor<1x2x2x1xi8>
}

// A memory in which the depth must be cut: it is cut between groups.
// RUN: %{asm} cut --machine edge-nm | FileCheck %s --check-prefix=TWO
// RUN: %{agree} cut --set scratchpad.bytes=256
func.func @cut(%x: tensor<1x1x4x64xi8>) -> tensor<1x1x4x4xi8> {
  %w = nn.constant dense<"0x01000200010002000100020001000200010002000100020001000200010002000100020001000200010002000100020001000200010002000100020001000200010002000100020001000200010002000100020001000200010002000100020001000200010002000100020001000200010002000100020001000200010002000100020001000200010002000100020001000200010002000100020001000200010002000100020001000200010002000100020001000200010002000100020001000200010002000100020001000200010002000100020001000200010002000100020001000200010002000100020001000200010002000100020001000200"> : tensor<4x1x1x64xi8>
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [33], zp = 0 -> 0, rounding = single>]
    : (tensor<1x1x4x64xi8>, tensor<4x1x1x64xi8>) -> tensor<1x1x4x4xi8>
  return %0 : tensor<1x1x4x4xi8>
}
