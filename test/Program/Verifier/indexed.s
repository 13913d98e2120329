# Indexed transfers without data: any row may be meant. Bounds and races take all
# rows, and a scatter is sure of none.
#
# RUN: split-file %s %t
# RUN: lacuna asm %t/bounds.s -o %t/bounds.elf
# RUN: not lacuna verify %t/bounds.elf 2>&1 | FileCheck %s --check-prefix=BOUNDS
# RUN: lacuna asm %t/unwritten.s -o %t/unwritten.elf
# RUN: not lacuna verify %t/unwritten.elf 2>&1 | FileCheck %s --check-prefix=UNWRITTEN
# RUN: lacuna asm %t/indices.s -o %t/indices.elf
# RUN: not lacuna verify %t/indices.elf 2>&1 | FileCheck %s --check-prefix=INDICES
# RUN: lacuna asm %t/race.s -o %t/race.elf
# RUN: not lacuna verify %t/race.elf 2>&1 | FileCheck %s --check-prefix=RACE

# The fifth row would end 16 bytes beyond the region.
# BOUNDS: error: gather: operand 'dram' reaches dram bytes 4096 to 4175, which are not inside one region (rule region)
#--- bounds.s
.machine "nano"
.region text
load dram=4096, pad=pad[0], run=4
gather dram=4096, pad=pad[64], run=16, indices=pad[0], rows=5, dims=[1], dram_strides=[0, 16], pad_strides=[16], index_strides=[1]
halt
.region input address=4096, size=64

# UNWRITTEN: error: the program ends without writing byte 0 of output 0 'y' (rule outputs-written)
#--- unwritten.s
.machine "nano"
.tensor output "y", type=i8, shape=[64], address=8192
.region text
load dram=4096, pad=pad[0], run=64
signal engine=load, semaphore=0
wait engine=store, semaphore=0
scatter dram=8192, pad=pad[0], run=16, indices=pad[0], rows=4, dims=[4], dram_strides=[0, 16], pad_strides=[16], index_strides=[1]
halt
.region input address=4096, size=64
.region output address=8192, size=64

# INDICES: error: gather: operand 'indices' reads scratchpad byte 4, which nothing has written by then (rule unwritten)
#--- indices.s
.machine "nano"
.region text
load dram=4096, pad=pad[0], run=4
gather dram=4096, pad=pad[64], run=16, indices=pad[0], rows=4, dims=[2], dram_strides=[0, 16], pad_strides=[16], index_strides=[1]
halt
.region input address=4096, size=64

# RACE: error: load: operand 'dram' reads dram bytes 8240 to 8255, which STORE writes, and no semaphore orders the two (rule race)
#--- race.s
.machine "nano"
.region text
load dram=4096, pad=pad[0], run=64
signal engine=load, semaphore=0
wait engine=store, semaphore=0
store dram=8192, pad=pad[0], run=64
signal engine=store, semaphore=1
scatter dram=8192, pad=pad[0], run=16, indices=pad[0], rows=4, dims=[1], dram_strides=[0, 16], pad_strides=[16], index_strides=[1]
wait engine=load, semaphore=1
load dram=8240, pad=pad[64], run=16
halt
.region input address=4096, size=64
.region spill address=8192, size=64
