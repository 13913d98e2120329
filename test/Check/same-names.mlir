// Layers are told apart by their order in the program, not by their names alone: two
// have one name here, and one has none.
// RUN: lacuna check %s --machine edge | FileCheck %s --check-prefix=EQUAL
// EQUAL: equal on edge: 4 layers, 1 sample (random); counted as predicted

// DEFINE: %{from} = this
// DEFINE: %{to} = that
// DEFINE: %{break} = lacuna compile %s --machine edge --emit asm -o %t.s && \
// DEFINE:   sed 's/%{from}/%{to}/' %t.s > %t.broken.s && not diff %t.s %t.broken.s && \
// DEFINE:   lacuna asm %t.broken.s -o %t.elf && not lacuna check %s --program %t.elf 2>&1

// REDEFINE: %{from} = operation=or
// REDEFINE: %{to} = operation=and
// RUN: %{break} | FileCheck %s --check-prefix=SECOND
// SECOND: error: layer 'same' differs in sample 0
// SECOND: note: computed by the instruction at byte {{[0-9]+}}: map operation=and

// REDEFINE: %{from} = operation=not
// RUN: %{break} | FileCheck %s --check-prefix=UNNAMED
// UNNAMED: same-names.mlir:[[#@LINE+4]]:8: error: layer 'elementwise_0' differs in sample 0
func.func @main(%x: tensor<2x3xi8>, %y: tensor<2x3xi8>) -> tensor<2x3xi8> {
  %0 = nn.elementwise bitwise_xor %x, %y : (tensor<2x3xi8>, tensor<2x3xi8>) -> tensor<2x3xi8> loc("same")
  %1 = nn.elementwise bitwise_or %0, %y : (tensor<2x3xi8>, tensor<2x3xi8>) -> tensor<2x3xi8> loc("same")
  %2 = nn.elementwise bitwise_not %1 : (tensor<2x3xi8>) -> tensor<2x3xi8>
  %3 = nn.elementwise bitwise_xor %2, %x : (tensor<2x3xi8>, tensor<2x3xi8>) -> tensor<2x3xi8> loc("last")
  return %3 : tensor<2x3xi8>
}
