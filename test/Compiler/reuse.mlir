// Where the memory has no room for every tensor, places serve again, and the
// program still has no race; reports then know the place alone.
// REQUIRES: numpy
// RUN: %python %S/Inputs/agree.py %s --machine nano --set dram.bytes=17920 -O0
// RUN: lacuna machine show nano | sed -e 's/^  bytes: 16777216/  bytes: 17920/' > %t.yaml
// RUN: lacuna compile %s --machine %t.yaml -O0 -o - --emit asm | FileCheck %s
// The passes plan as the compiler does, also where it is the text that leaves no
// room for every tensor.
// RUN: lacuna machine show nano | sed -e 's/^  bytes: 16777216/  bytes: 20352/' > %t.yaml
// RUN: lacuna compile %s --machine %t.yaml -O0 -o - --emit isa | grep -E 'isa.(load|store)' | sed 's/^ *isa.//' > %t.passes
// RUN: lacuna compile %s --machine %t.yaml -O0 -o - --emit asm | sed 's/^ *//' | grep -E '^(load|store)' > %t.program
// RUN: diff %t.passes %t.program
// CHECK: max_0, {{.*}}max_2
func.func @main(%x: tensor<1x4000xi8>) -> tensor<1x4000xi8> {
  %0 = nn.elementwise max %x, %x : (tensor<1x4000xi8>, tensor<1x4000xi8>) -> tensor<1x4000xi8> loc("max_0")
  %1 = nn.elementwise min %0, %x : (tensor<1x4000xi8>, tensor<1x4000xi8>) -> tensor<1x4000xi8> loc("min_1")
  %2 = nn.elementwise max %1, %1 : (tensor<1x4000xi8>, tensor<1x4000xi8>) -> tensor<1x4000xi8> loc("max_2")
  %3 = nn.elementwise min %2, %1 : (tensor<1x4000xi8>, tensor<1x4000xi8>) -> tensor<1x4000xi8> loc("min_3")
  return %3 : tensor<1x4000xi8>
}
