// Where tensors take turns at a place, each is looked at while it is there.
// RUN: lacuna machine show edge | sed -e '/^dram:/,/bytes:/s/bytes: .*/bytes: 13824/' > %t.yaml
// RUN: lacuna compile %s --machine %t.yaml -O0 --emit asm -o %t.s
// RUN: FileCheck %s --check-prefix=PLACES --input-file %t.s
// PLACES: .tensor spill "first, third"
// RUN: lacuna check %s --machine %t.yaml -O0 | FileCheck %s --check-prefix=EQUAL
// EQUAL: 4 layers, 1 sample (random); counted as predicted

// RUN: sed 's/operation=not/operation=and/' %t.s > %t.broken.s
// RUN: not diff %t.s %t.broken.s
// RUN: lacuna asm %t.broken.s -o %t.elf
// RUN: not lacuna check %s --program %t.elf 2>&1 | FileCheck %s
// CHECK: error: layer 'first' differs in sample 0: element [0, 0] of tensor 'first' is
// CHECK: note: computed by the instruction at byte {{[0-9]+}}: map operation=and
// CHECK: note: stored by the instruction at byte {{[0-9]+}}: store
func.func @main(%x: tensor<1x3000xi8>) -> tensor<1x3000xi8> {
  %0 = nn.elementwise bitwise_not %x : (tensor<1x3000xi8>) -> tensor<1x3000xi8> loc("first")
  %1 = nn.elementwise max %0, %x : (tensor<1x3000xi8>, tensor<1x3000xi8>) -> tensor<1x3000xi8> loc("second")
  %2 = nn.elementwise bitwise_xor %1, %x : (tensor<1x3000xi8>, tensor<1x3000xi8>) -> tensor<1x3000xi8> loc("third")
  %3 = nn.elementwise min %2, %1 : (tensor<1x3000xi8>, tensor<1x3000xi8>) -> tensor<1x3000xi8> loc("fourth")
  return %3 : tensor<1x3000xi8>
}
