// All results of a function are compared: one that is a view of a layer's result, one
// that is given a second time, and an argument that is passed on, too.
// RUN: lacuna check %s --machine edge | FileCheck %s --check-prefix=EQUAL
// EQUAL: equal on edge: 1 layer, 1 sample (random); counted as predicted

// The copy of %y takes %x in its place.
// RUN: lacuna compile %s --machine edge --emit asm -o %t.s
// RUN: sed 's/load dram=8, pad=pad\[\(......\)\]/load dram=0, pad=pad[\1]/' %t.s > %t.copy.s
// RUN: not diff %t.s %t.copy.s
// RUN: lacuna asm %t.copy.s -o %t.elf
// RUN: not lacuna check %s --program %t.elf 2>&1 | FileCheck %s --check-prefix=COPY
// COPY: error: layer 'copy_to_output1' differs in sample 0: element [0, 0] of tensor 'output1' is
// COPY: note: computed by the instruction at byte {{[0-9]+}}: load dram=0,
// COPY: note: stored by the instruction at byte {{[0-9]+}}: store

// So does the second copy of the sum.
// RUN: sed 's/load dram=64,/load dram=0,/' %t.s > %t.again.s
// RUN: not diff %t.s %t.again.s
// RUN: lacuna asm %t.again.s -o %t.again.elf
// RUN: not lacuna check %s --program %t.again.elf 2>&1 | FileCheck %s --check-prefix=AGAIN
// AGAIN: error: layer 'copy_to_output2' differs in sample 0: element [0, 0] of tensor 'output2' is
func.func @main(%x: tensor<2x3xi8>, %y: tensor<2x3xi8>)
    -> (tensor<6xi8>, tensor<2x3xi8>, tensor<2x3xi8>) {
  %0 = nn.elementwise bitwise_xor %x, %y : (tensor<2x3xi8>, tensor<2x3xi8>) -> tensor<2x3xi8>
  %1 = nn.reshape %0 : (tensor<2x3xi8>) -> tensor<6xi8>
  return %1, %y, %0 : tensor<6xi8>, tensor<2x3xi8>, tensor<2x3xi8>
}
