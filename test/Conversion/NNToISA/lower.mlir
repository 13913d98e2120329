// A layer on its way down: a schedule, tiles, waits, instructions.
// RUN: lacuna-opt %s --pass-pipeline='builtin.module(func.func(nn-schedule{machine=edge}))' | FileCheck %s --check-prefix=SCHEDULE
// RUN: lacuna-opt %s --pass-pipeline='builtin.module(func.func(nn-schedule{machine=edge}),convert-nn-to-tile{machine=edge})' | FileCheck %s --check-prefix=TILE
// RUN: lacuna-opt %s --pass-pipeline='builtin.module(func.func(nn-schedule{machine=edge}),convert-nn-to-tile{machine=edge},tile.program(tile-synchronize))' | FileCheck %s --check-prefix=SYNC
// RUN: lacuna-opt %s --pass-pipeline='builtin.module(lacuna-nn-to-isa{machine=edge})' | FileCheck %s --check-prefix=ISA

func.func @main(%x: tensor<1x4x4x8xi32>) -> tensor<1x4x4x8xi32> {
  %y = nn.elementwise add %x, %x : (tensor<1x4x4x8xi32>, tensor<1x4x4x8xi32>) -> tensor<1x4x4x8xi32>
  return %y : tensor<1x4x4x8xi32>
}

// SCHEDULE: nn.elementwise add
// SCHEDULE-SAME: nn.predicted = {dram_read_bytes = {{[0-9]+}} : i64, dram_written_bytes = 512 : i64
// SCHEDULE-SAME: nn.schedule = [#nn.schedule<

// TILE: tile.program "edge" {
// TILE: tile.tensor @input0 input i32 [1, 4, 4, 8] bytes = 512 at = [[IN:[0-9]+]]
// TILE: tile.tensor @output0 output i32 [1, 4, 4, 8] bytes = 512 at = [[OUT:[0-9]+]]
// TILE: tile.group
// TILE: %[[A:.*]] = tile.buffer "a"
// TILE: tile.step layer = 0 @input0 (%[[A]] as "pad"
// TILE-NEXT: isa.load dram=[[IN]]
// TILE: isa.map operation=add
// TILE: tile.step layer = 0 @output0
// TILE-NEXT: isa.store dram=[[OUT]]
// TILE-NOT: isa.wait

// SYNC: isa.load
// SYNC: isa.signal engine=load, semaphore=[[READY:[0-9]+]]
// SYNC: isa.wait engine=vector, semaphore=[[READY]]
// SYNC: isa.map

// ISA-NOT: tile.
// ISA: module @text
// ISA: isa.load
// ISA: isa.map operation=add
// ISA: isa.store
// ISA: isa.halt
