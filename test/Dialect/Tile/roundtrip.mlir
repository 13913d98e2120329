// RUN: lacuna-opt %s | lacuna-opt | FileCheck %s

// CHECK-LABEL: tile.program "edge" {
tile.program "edge" {
  // CHECK: tile.tensor @x input i8 [1, 8, 8, 1] bytes = 64 at = 4096
  tile.tensor @x input i8 [1, 8, 8, 1] bytes = 64 at = 4096
  // CHECK: tile.group "conv2d_0" layer = 0 {
  tile.group "conv2d_0" layer = 0 {
    // CHECK: %[[SRC:.*]] = tile.buffer "src" at = 0 level = 1 slots = 2 scope = 0 load -> ["matrix"] : memref<96xi8, "scratchpad">
    %src = tile.buffer "src" at = 0 level = 1 slots = 2 scope = 0 load -> ["matrix"] : memref<96xi8, "scratchpad">
    // CHECK: isa.loop count=4 {
    isa.loop count=4 {
      // CHECK: tile.step layer = 0 @x (%[[SRC]] as "pad" : memref<96xi8, "scratchpad">) {
      // CHECK-NEXT: isa.load dram=4096 + 16*i0, pad=pad[0 ring 96 at 48*i0], run=16
      tile.step layer = 0 @x (%src as "pad" : memref<96xi8, "scratchpad">) {
        isa.load dram=4096 + 16*i0, pad=pad[0 ring 96 at 48*i0], run=16
      }
      // CHECK: isa.signal engine=load, semaphore=0
      isa.signal engine=load, semaphore=0
    }
  }
}
