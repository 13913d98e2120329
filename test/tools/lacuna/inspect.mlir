// Zeros of weights and activations, and what encodings would store.
// REQUIRES: numpy
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %python -c "import numpy as n; n.save('x.npy', n.array([[[[[5, 0, 5, 7]]]], [[[[1, 2, 3, 4]]]]], n.int8))"
// RUN: lacuna inspect %s | FileCheck %s
// RUN: lacuna inspect %s --each --input x.npy | FileCheck %s --check-prefix=INPUT
// RUN: lacuna inspect %s --json | FileCheck %s --check-prefix=JSON
// RUN: lacuna inspect %s --prune "structure=1:4 min-weights=1 first=true" | FileCheck %s --check-prefix=PRUNED
// RUN: not lacuna inspect %s --input x.npy 2>&1 | FileCheck %s --check-prefix=SHAPE

// Of 8 weights 4 are zero; 2 is at most 1/32 of 64.
// CHECK: layer {{ *}}weights   zero   near  N:M   bits/w     dense        nm    bitmap  zero_run   entropy   palette
// CHECK-NEXT: conv {{ *}}8  50.0%  12.5%  2:4 {{ *}}1.75         8 {{ *}}[[NM:[0-9]+]] {{ *}}[[MAP:[0-9]+]]
// CHECK-NEXT: 8 weights, 50.0% zero; 8 bytes dense, 8 in the best encoding of each layer, 2 by entropy
// The input's zero point is 5: two of eight elements.
// INPUT: input zero
// INPUT: conv {{.*}} 25.0%
// JSON: "bytes": {
// JSON: "dense": 8
// JSON: "entropy_bits": 1.75
// JSON: "name": "conv"
// JSON: "near_zeros": 1
// JSON: "structure": "2:4"
// JSON: "zeros": 4
// PRUNED: conv {{ *}}8  75.0%
// SHAPE: x.npy: error: has shape [2, 1, 1, 1, 4]
func.func @main(%x: tensor<1x1x1x4xi8>) -> tensor<1x1x1x2xi32> {
  %w = nn.constant dense<[[[[64, 2, 0, 0]]], [[[0, 3, 0, 64]]]]> : tensor<2x1x1x4xi8>
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] input_zp = 5 acc = i32
    : (tensor<1x1x1x4xi8>, tensor<2x1x1x4xi8>) -> tensor<1x1x1x2xi32> loc("conv")
  return %0 : tensor<1x1x1x2xi32>
}
