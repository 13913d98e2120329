// A layer that uses each byte of its weights once is marked, and a remark says
// why; one with many pixels is not. The option moves the limit.
// RUN: lacuna-opt %s --load-pass-plugin=%plugin \
// RUN:   --pass-pipeline='builtin.module(func.func(example-mark-memory-bound))' \
// RUN:   --remarks-filter=example-mark-memory-bound --remark-format=emitRemark 2>&1 | FileCheck %s
// RUN: lacuna-opt %s --load-pass-plugin=%plugin \
// RUN:   --pass-pipeline='builtin.module(func.func(example-mark-memory-bound{macs-per-byte=1}))' \
// RUN:   | FileCheck %s --check-prefix=ONE

// CHECK: remark: {{.*}}dense has 0.9 MACs a byte
// CHECK-NOT: remark:
// CHECK-LABEL: func.func @dense
// CHECK: nn.conv2d {{.*}} {example.memory_bound}
// ONE-COUNT-1: {example.memory_bound}
// ONE-NOT: {example.memory_bound}
func.func @dense(%x: tensor<1x1x1x64xi8>, %w: tensor<32x1x1x64xi8>)
    -> tensor<1x1x1x32xi32> {
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x1x1x64xi8>, tensor<32x1x1x64xi8>) -> tensor<1x1x1x32xi32> loc("dense")
  return %0 : tensor<1x1x1x32xi32>
}

// CHECK-LABEL: func.func @many_pixels
// CHECK-NOT: example.memory_bound
func.func @many_pixels(%x: tensor<1x32x32x64xi8>, %w: tensor<64x3x3x64xi8>)
    -> tensor<1x32x32x64xi32> {
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [1, 1, 1, 1] acc = i32
    : (tensor<1x32x32x64xi8>, tensor<64x3x3x64xi8>) -> tensor<1x32x32x64xi32> loc("many_pixels")
  return %0 : tensor<1x32x32x64xi32>
}
