# Every instruction with every field: text to program file to text.
#
# RUN: lacuna asm %s -o %t.elf
# RUN: lacuna disasm %t.elf -o %t.s
# RUN: FileCheck %s < %t.s
# RUN: lacuna asm %t.s -o %t.again.elf
# RUN: cmp %t.elf %t.again.elf
# RUN: lacuna disasm %t.again.elf | diff %t.s -

.machine "edge"

# CHECK:      .machine
# CHECK-NEXT: | schema: 1
# CHECK-NEXT: | name: "edge"
# CHECK-NOT:  .hashes

# CHECK:      .tensor input "x", type=i8, shape=[1, 4, 16], address=1024, scale=0.5, zero_point=-3
# CHECK-NEXT: .tensor output "y", type=i8, shape=[64], address=1088
# CHECK-NEXT: .tensor weights "conv weights", type=i4, shape=[4, 2], address=964, stored_bytes=4
.tensor input "x", type=i8, shape=[1, 4, 16], address=1024, scale=0.5, zero_point=-3
.tensor output "y", type=i8, address=1088, shape=[64]
.tensor weights "conv weights", type=i4, shape=[4, 2], address=964, stored_bytes=4

.region text
# CHECK:      .region text address=0
# CHECK-NEXT: .layer "first", "model.mlir:3:8"
# CHECK-NEXT:   loop count=4
# CHECK-NEXT:     load dram=1024 + 16*i0, pad=pad[0 ring 64 at 16*i0], run=4, dims=[2, (-1 + 4*i0 : 4 of 7)], dram_strides=[8, 4], pad_strides=[8, 4]
# CHECK-NEXT:     fill pad=pad[256], run=16, value=255, dims=[3], pad_strides=[16]
# CHECK-NEXT:     gather dram=1024, pad=pad[64], run=4, indices=pad[192 at 2*i0], rows=4, dims=[2], dram_strides=[0, 16], pad_strides=[4], index_strides=[1]
# CHECK-NEXT:     scatter dram=1088, pad=pad[64], run=4, indices=pad[192], rows=16, dims=[1], dram_strides=[0, 4], pad_strides=[4], index_strides=[0]
# CHECK-NEXT:     decode dram=968, stream_bytes=20, pad=pad[512 ring 128 at 64*i0], run=8, dims=[(2*i0 : 2 of 8), 3], pad_strides=[32, 8], header=pad[640], table_bytes=5, units=(i0 : 1 of 4), unit_rows=2, encoding=nm, type=i8, zero=-3, nonzeros=2, group=4
# CHECK-NEXT:     expand dram=1024, table=1064 + 4*i0, pad=pad[64], run=8, dims=[2, (i0 : 1 of 4)], dram_strides=[8, 16], table_strides=[1, 2], pad_strides=[8, 16], type=i8, zero=-3
# CHECK-NEXT:     compress dram=1088, table=1120, pad=pad[64], run=16, type=u16
# CHECK-NEXT:   end_loop
.layer "first", "model.mlir:3:8"
loop count=4
load dram=1024 + 16*i0, pad=pad[0 ring 64 at 16*i0], run=4, dims=[2, (4*i0 - 1 : 4 of 7)], dram_strides=[8, 4], pad_strides=[8, 4]
fill pad=pad[256], run=16, value=0xff, dims=[3], pad_strides=[16]   ; a comment
gather dram=1024, pad=pad[64], run=4, indices=pad[192 at 2*i0], rows=4, dims=[2], dram_strides=[0, 16], pad_strides=[4], index_strides=[1]
scatter dram=1088, pad=pad[64], run=4, indices=pad[192], rows=16, dims=[1], dram_strides=[0, 4], pad_strides=[4], index_strides=[0]
decode dram=968, stream_bytes=20, pad=pad[512 ring 128 at 64*i0], run=8, dims=[(2*i0 : 2 of 8), 3], pad_strides=[32, 8], header=pad[640], table_bytes=5, units=(i0 : 1 of 4), unit_rows=2, encoding=nm, type=i8, zero=-3, nonzeros=2, group=4
expand dram=1024, table=1064 + 4*i0, pad=pad[64], run=8, dims=[2, (i0 : 1 of 4)], dram_strides=[8, 16], table_strides=[1, 2], pad_strides=[8, 16], type=i8, zero=-3
compress dram=1088, table=1120, pad=pad[64], run=16, type=u16, zero=0
end_loop
# CHECK-NEXT: .layer
# CHECK-NEXT:   signal engine=load, semaphore=0, count=2
# CHECK-NEXT:   wait engine=matrix, semaphore=0
.layer
  signal engine=load, semaphore=0, count=2
  wait engine=matrix, semaphore=0, count=1
# CHECK-NEXT: .layer "second"
# CHECK-NEXT:   conv dst=acc[0], dst_strides=[8, 4, 1], src=pad[0], src_strides=[16, 4, 1], weights=pad[512], src_type=i8, weight_type=i4, dst_type=i32, rows=2, columns=2, channels=4, kernel_rows=3, kernel_columns=3, depth=4, weight_strides=[36, 12, 4, 1], stride_rows=2, stride_columns=2, dilation_rows=2, dilation_columns=2, padding_top=1, padding_left=1, src_rows=4, src_columns=4, src_zero_point=-3, weight_zero_point=1, accumulate=first
.layer "second"
  conv dst=acc[0], dst_strides=[8, 4, 1], src=pad[0], src_strides=[16, 4, 1], weights=pad[512], src_type=i8, weight_type=i4, dst_type=i32, rows=2, columns=2, channels=4, depth=4, kernel_rows=3, kernel_columns=3, weight_strides=[36, 12, 4, 1], stride_rows=2, stride_columns=2, dilation_rows=2, dilation_columns=2, padding_top=1, padding_left=1, src_rows=4, src_columns=4, src_zero_point=-3, weight_zero_point=1, accumulate=first
# Back in a layer that has been before.
# CHECK-NEXT: .layer "first", "model.mlir:3:8"
# CHECK-NEXT:   depthwise dst=acc[0], dst_strides=[8, 4, 1], src=pad[0], src_strides=[16, 4, 1], weights=pad[512], src_type=i8, weight_type=i8, dst_type=i32, channels=4, weight_strides=[9, 3, 1], multiplier=2, accumulate=add
.layer "first", "model.mlir:3:8"
  depthwise dst=acc[0], dst_strides=[8, 4, 1], src=pad[0], src_strides=[16, 4, 1], weights=pad[512], src_type=i8, weight_type=i8, dst_type=i32, channels=4, weight_strides=[9, 3, 1], multiplier=2, accumulate=add
.layer
# CHECK-NEXT: .layer
# CHECK-NEXT:   rescale dims=[4, 8], dst=pad[768], dst_strides=[8, 1], src=acc[0], src_strides=[8, 1], src_type=i32, dst_type=i8, parameter_format=bias_scale, parameters=pad[900], src_zero_point=2, multiplier=1073741824, shift=31, rounding=double, dst_zero_point=-1, clamp_min=-100, clamp_max=100, table=pad[1024], use_table
  rescale dims=[4, 8], dst=pad[768], dst_strides=[8, 1], src=acc[0], src_strides=[8, 1], src_type=i32, dst_type=i8, parameter_format=bias_scale, parameters=pad[900], src_zero_point=2, multiplier=1073741824, shift=31, rounding=double, dst_zero_point=-1, clamp_min=-100, clamp_max=100, table=pad[1024], use_table
# CHECK-NEXT:   map operation=add, dims=[8], dst=pad[0], dst_strides=[1], dst_type=i8, a=pad[64], a_strides=[1], a_type=i8, use_b, b=acc[0], b_strides=[0], b_type=i32,
  map operation=add, dims=[8], dst=pad[0], dst_strides=[1], dst_type=i8, a=pad[64], a_strides=[1], a_type=i8, use_b, b=acc[0], b_strides=[0], b_type=i32, a_multiplier=5, a_shift=3
# CHECK-NEXT:   pool operation=maximum,
  pool operation=maximum, dst=pad[0], dst_strides=[8, 4, 1], src=pad[64], src_strides=[16, 4, 1], type=i8, channels=4, kernel_rows=2, stride_rows=2, src_rows=4
# CHECK-NEXT:   reduce operation=argmax, dims=[2], dst=pad[0], dst_strides=[1], dst_type=i32, src=pad[64], src_strides=[10, 1], src_type=i8, reduced=10
  reduce operation=argmax, dims=[2], dst=pad[0], dst_strides=[1], dst_type=i32, src=pad[64], src_strides=[10, 1], src_type=i8, reduced=10
# CHECK-NEXT:   store dram=1088, pad=pad[0], run=64
  store dram=1088, pad=pad[0], run=64
# CHECK-NEXT:   halt
  halt

# CHECK:      .region constants ".constants.w", address=960
# CHECK-NEXT: .bytes 01 ff 02 00
# CHECK-NEXT: # "conv weights"
# CHECK-NEXT: .bytes f0 9a ff ff fe ff ff ff
.region constants ".constants.w", address=960
.i8 1, -1
.u16 2
.bytes f0 9A ff ff
.i32 -2
# CHECK: .region input address=1024, size=64
# CHECK: .region output address=1088, size=64
.region input address=1024, size=64
.region output size=64
