// A layer that fits in no tile, and a model that fits in no memory.
// RUN: rm -f %t.elf
// RUN: not lacuna compile %s --machine nano -o %t.elf 2>&1 | FileCheck %s --check-prefix=PAD
// RUN: not ls %t.elf
// RUN: lacuna machine show nano > %t.base.yaml
// RUN: sed -e 's/^  bytes: 16777216/  bytes: 4096/' %t.base.yaml > %t.dram.yaml
// RUN: not lacuna compile %s --machine %t.dram.yaml -o %t.elf 2>&1 | FileCheck %s --check-prefix=DRAM
// DRAM: error: the model takes {{[0-9]+}} bytes of off-chip memory; machine 'nano' has 4096
// DRAM-NEXT: note: choose a machine with a larger dram.bytes
func.func @main(%x: tensor<1x20000xi32>) -> tensor<1x1xi32> {
  // PAD: too-small.mlir:[[#@LINE+1]]:8: error: layer 'reduce_0' fits in no tile: the smallest one lacks {{[0-9]+}} bytes of scratchpad on machine 'nano'
  %0 = nn.reduce sum %x axis = 1 : (tensor<1x20000xi32>) -> tensor<1x1xi32>
  return %0 : tensor<1x1xi32>
}
