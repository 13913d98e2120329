// A program whose output has another element type is not the model's: nothing of
// it may be called equal.
// RUN: lacuna compile %s --entry wide --machine edge -o %t.elf
// RUN: lacuna check %s --entry wide --program %t.elf | FileCheck %s --check-prefix=SAME
// RUN: not lacuna check %s --entry narrow --program %t.elf 2>&1 | FileCheck %s

// SAME: equal on edge: 1 layer, 1 sample (random); counted as predicted
// CHECK: .elf: error: output 'output0' has not the shape and element type that the model gives it

func.func @wide(%x: tensor<2x3xi32>) -> tensor<2x3xi32> {
  %0 = nn.elementwise bitwise_xor %x, %x : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}

func.func @narrow(%x: tensor<2x3xi32>) -> tensor<2x3xi8> {
  %0 = nn.elementwise cast %x : (tensor<2x3xi32>) -> tensor<2x3xi8>
  return %0 : tensor<2x3xi8>
}
