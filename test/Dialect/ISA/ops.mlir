// Ops are written as in assembly, and survive both their forms.
//
// RUN: lacuna-opt %s | lacuna-opt | FileCheck %s
// RUN: lacuna-opt %s --mlir-print-op-generic | lacuna-opt | FileCheck %s
// RUN: lacuna-opt %s --mlir-print-op-generic | FileCheck %s --check-prefix=GENERIC

// CHECK: isa.loop count=4 {
isa.loop count=4 {
  // CHECK-NEXT: isa.loop count=2 attributes {unrolled} {
  isa.loop count=2 attributes {unrolled} {
    // CHECK-NEXT: isa.load dram=1024 + 16*i0 - i1, pad=pad[0 ring 64 at 16*i0], run=4, dims=[2, (-1 + 4*i0 : 4 of 7)], dram_strides=[8, 4], pad_strides=[8, -4]
    isa.load dram=1024 + 16*i0 - i1, pad=pad[0 ring 64 at 16*i0], run=4, dims=[2, (4*i0 - 1 : 4 of 7)], dram_strides=[8, 4], pad_strides=[8, -4]
  }
  // CHECK: isa.fill pad=pad[256], run=16, value=255 {note = "padding"}
  isa.fill pad=pad[256], run=16, value=255 {note = "padding"}
}
// CHECK: isa.signal engine=load, semaphore=0, count=2
isa.signal engine=load, semaphore=0, count=2
// CHECK-NEXT: isa.wait engine=matrix, semaphore=0
isa.wait engine=matrix, semaphore=0
// CHECK-NEXT: isa.conv dst=acc[0], dst_strides=[8, 4, 1], src=pad[0], src_strides=[16, 4, 1], weights=pad[512], src_type=i8, weight_type=i4, dst_type=i32, channels=4, depth=4, weight_strides=[36, 12, 4, 1], padding_top=1, src_zero_point=-3, accumulate=first
isa.conv dst=acc[0], dst_strides=[8, 4, 1], src=pad[0], src_strides=[16, 4, 1], weights=pad[512], src_type=i8, weight_type=i4, dst_type=i32, channels=4, depth=4, weight_strides=[36, 12, 4, 1], padding_top=1, src_zero_point=-3, accumulate=first
// CHECK-NEXT: isa.depthwise dst=acc[0],
isa.depthwise dst=acc[0], dst_strides=[8, 4, 1], src=pad[0], src_strides=[16, 4, 1], weights=pad[512], src_type=i8, weight_type=i8, dst_type=i32, channels=4, weight_strides=[9, 3, 1], multiplier=2
// CHECK-NEXT: isa.rescale dims=[4, 8], dst=pad[768], {{.*}}, clamp_min=-100, table=pad[1024], use_table
isa.rescale dims=[4, 8], dst=pad[768], dst_strides=[8, 1], src=acc[0], src_strides=[8, 1], src_type=i32, dst_type=i8, clamp_min=-100, table=pad[1024], use_table
// CHECK-NEXT: isa.map operation=and,
isa.map operation=and, dims=[8], dst=pad[0], dst_strides=[1], dst_type=i8, a=pad[64], a_strides=[1], a_type=i8
// CHECK-NEXT: isa.pool operation=maximum,
isa.pool operation=maximum, dst=pad[0], dst_strides=[8, 4, 1], src=pad[64], src_strides=[16, 4, 1], type=i8, channels=4, kernel_rows=2, stride_rows=2, src_rows=4
// CHECK-NEXT: isa.reduce operation=argmax,
isa.reduce operation=argmax, dims=[2], dst=pad[0], dst_strides=[1], dst_type=i32, src=pad[64], src_strides=[10, 1], src_type=i8, reduced=10
// CHECK-NEXT: isa.store dram=1088, pad=pad[0], run=64
isa.store dram=1088, pad=pad[0], run=64
// CHECK-NEXT: isa.halt
isa.halt

// GENERIC: "isa.loop"() <{count = 4 : i64}> ({
// GENERIC: "isa.load"() <{dims = #isa.extents<[2, (-1 + 4*i0 : 4 of 7)]>, dram = #isa.address<1024 + 16*i0 - i1>, dram_strides = array<i64: 8, 4>, pad = #isa.ring<pad[0 ring 64 at 16*i0]>,
// GENERIC: "isa.conv"() <{accumulate = #isa.accumulation<first>, channels = #isa.extent<4>,
// GENERIC: src_type = #isa.type<i8>
