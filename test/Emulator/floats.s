# Floats by hand: products of bf16 summed in fp32, with a bias and a lower limit,
# and their exponentials. 0 x infinity adds nothing.
# REQUIRES: numpy
# RUN: lacuna asm %s -o %t.elf
# RUN: lacuna disasm %t.elf -o %t.s
# RUN: FileCheck %s < %t.s
# RUN: lacuna asm %t.s -o %t.again.elf
# RUN: cmp %t.elf %t.again.elf
# RUN: %python -c "import numpy as n; n.save('%t.x.npy', n.array([0x3f80, 0x4000, 0x7f80], 'u2').view('i2'))"
# RUN: lacuna run %t.elf --input %t.x.npy --output %t.y.npy
# RUN: %python -c "import numpy as n; print(*n.load('%t.y.npy').view('f4'))" | FileCheck %s --check-prefix=VALUES
# VALUES: 0.5 4.25 1.6487212 70.105415

# What only integers have is refused.
# RUN: sed 's/^  conv .*/&, src_zero_point=1/' %s > %t.zero.s
# RUN: lacuna asm %t.zero.s -o %t.bad.elf
# RUN: not lacuna run %t.bad.elf --input %t.x.npy --output %t.bad.npy 2>&1 | FileCheck %s --check-prefix=ZERO
# ZERO: error: conv: floats have no zero points (rule matrix-zero-points)
# RUN: sed 's/dst_type=fp32, channels/dst_type=i32, channels/' %s > %t.sums.s
# RUN: lacuna asm %t.sums.s -o %t.bad.elf
# RUN: not lacuna run %t.bad.elf --input %t.x.npy --output %t.bad.npy 2>&1 | FileCheck %s --check-prefix=SUMS
# SUMS: error: conv: the array multiplies these types into this accumulator (rule matrix-types)
# RUN: sed 's/operation=exp/operation=table/' %s > %t.table.s
# RUN: lacuna asm %t.table.s -o %t.bad.elf
# RUN: not lacuna run %t.bad.elf --input %t.x.npy --output %t.bad.npy 2>&1 | FileCheck %s --check-prefix=TABLE
# TABLE: error: map: the operation takes these types together (rule map-floats)
# RUN: sed 's/^\.machine "float"/.machine "edge"/' %s > %t.edge.s
# RUN: lacuna asm %t.edge.s -o %t.bad.elf
# RUN: not lacuna run %t.bad.elf --input %t.x.npy --output %t.bad.npy 2>&1 | FileCheck %s --check-prefix=EDGE
# EDGE: error: conv: the array multiplies these types into this accumulator (rule matrix-types)
.machine "float"
.tensor input "x", type=i16, shape=[3], address=1024
.tensor output "y", type=i32, shape=[4], address=1088

.region text
  load dram=960, pad=pad[0], run=20
  load dram=1024, pad=pad[32], run=6
  signal engine=load, semaphore=0
  wait engine=matrix, semaphore=0
# CHECK: conv dst=acc[0], dst_strides=[0, 0, 1], src=pad[32], src_strides=[0, 0, 1], weights=pad[0], src_type=bf16, weight_type=bf16, dst_type=fp32, channels=2, depth=3, weight_strides=[3, 0, 0, 1]
  conv dst=acc[0], dst_strides=[0, 0, 1], src=pad[32], src_strides=[0, 0, 1], weights=pad[0], src_type=bf16, weight_type=bf16, dst_type=fp32, channels=2, depth=3, weight_strides=[3, 0, 0, 1]
  signal engine=matrix, semaphore=1
  wait engine=vector, semaphore=1
# CHECK: rescale dims=[2], dst=pad[64], dst_strides=[1], src=acc[0], src_strides=[1], src_type=fp32, dst_type=fp32, parameter_format=bias, parameters=pad[12], clamp_min=1056964608, ignore_nan
  rescale dims=[2], dst=pad[64], dst_strides=[1], src=acc[0], src_strides=[1], src_type=fp32, dst_type=fp32, parameter_format=bias, parameters=pad[12], clamp_min=1056964608, ignore_nan
# CHECK: map operation=exp, dims=[2], dst=pad[72], dst_strides=[1], dst_type=fp32, a=pad[64], a_strides=[1], a_type=fp32
  map operation=exp, dims=[2], dst=pad[72], dst_strides=[1], dst_type=fp32, a=pad[64], a_strides=[1], a_type=fp32
  signal engine=vector, semaphore=2
  wait engine=store, semaphore=2
  store dram=1088, pad=pad[64], run=16
  halt

# Weights 1, -2, 0 and 2, 1, -0 of bf16; biases -1 and 0.25.
.region constants ".constants.w", address=960
.i16 0x3f80, -0x4000, 0, 0x4000, 0x3f80, -0x8000
.i32 -0x40800000, 0x3e800000
.region input address=1024, size=6
.region output address=1088, size=16
