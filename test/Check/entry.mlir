// --entry picks the function; a program of another one, or inputs that are not its
// own, are refused.
// RUN: lacuna check %s --entry two --machine edge | FileCheck %s --check-prefix=TWO
// RUN: not lacuna check %s --entry three --machine edge 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: lacuna compile %s --entry one --machine edge -o %t.elf
// RUN: not lacuna check %s --entry two --program %t.elf 2>&1 | FileCheck %s --check-prefix=OTHER
// RUN: not lacuna check %s --entry two --machine edge --input one.npy 2>&1 | FileCheck %s --check-prefix=FEW
// RUN: not lacuna check %s --entry one --machine edge --input one.npy --input two.npy 2>&1 | FileCheck %s --check-prefix=MANY

// TWO: equal on edge: 1 layer, 1 sample (random); counted as predicted
// UNKNOWN: entry.mlir{{.*}}: error: {{.*}}three
// OTHER: .elf: error: the program has 1 input and the model 2
// FEW: error: --input: a file for input1 is missing
// MANY: error: --input: 'two.npy' is one file too many

func.func @one(%x: tensor<2x3xi8>) -> tensor<2x3xi8> {
  %0 = nn.elementwise bitwise_not %x : (tensor<2x3xi8>) -> tensor<2x3xi8>
  return %0 : tensor<2x3xi8>
}

func.func @two(%x: tensor<2x3xi8>, %y: tensor<2x3xi8>) -> tensor<2x3xi8> {
  %0 = nn.elementwise bitwise_xor %x, %y : (tensor<2x3xi8>, tensor<2x3xi8>) -> tensor<2x3xi8>
  return %0 : tensor<2x3xi8>
}
