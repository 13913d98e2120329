// What fits in no tile is an error at the layer, with the bytes that are lacking;
// so are semaphores that count too little.
// RUN: rm -f %t.elf
// RUN: not lacuna compile %s --machine nano --entry wide -o %t.elf 2>&1 | FileCheck %s --check-prefix=WIDE
// RUN: lacuna machine show nano | sed -e 's/^  semaphore_max: .*/  semaphore_max: 1/' > %t.yaml
// RUN: not lacuna compile %s --machine %t.yaml --entry small -o %t.elf 2>&1 | FileCheck %s --check-prefix=UNITS
// RUN: not ls %t.elf

// A window of 90,000 bytes, which VECTOR keeps whole.
func.func @wide(%x: tensor<1x300x300x1xi8>) -> tensor<1x1x1x1xi8> {
  // WIDE: too-small.mlir:[[#@LINE+1]]:8: error: layer 'pool_0' fits in no tile: the smallest one lacks {{[0-9]+}} bytes of scratchpad on machine 'nano'
  %0 = nn.pool max %x kernel = [300, 300] stride = [1, 1] padding = [0, 0, 0, 0] : (tensor<1x300x300x1xi8>) -> tensor<1x1x1x1xi8>
  return %0 : tensor<1x1x1x1xi8>
}

// UNITS: error: the program needs semaphores that count to {{[0-9]+}} and those of the machine count to 1; let them count further (sequencer.semaphore_max)
func.func @small(%x: tensor<1x8x8x4xi8>) -> tensor<1x4x4x4xi8> {
  %0 = nn.pool max %x kernel = [2, 2] stride = [2, 2] padding = [0, 0, 0, 0] : (tensor<1x8x8x4xi8>) -> tensor<1x4x4x4xi8>
  return %0 : tensor<1x4x4x4xi8>
}
