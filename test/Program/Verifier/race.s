# STORE reads what LOAD writes, and nothing orders the two.
#
# RUN: lacuna asm %s -o %t.elf
# RUN: not lacuna verify %t.elf 2>&1 | FileCheck %s
#
# CHECK: .elf(.text):byte 6: error: store of layer 'second': operand 'pad' reads scratchpad bytes 32 to 63, which LOAD writes, and no semaphore orders the two (rule race)
# CHECK-NEXT: note: the instruction is 'store dram=8192, pad=pad[32], run=64'
# CHECK-NEXT: .elf(.text):byte 0: note: the other is 'pad' of 'load dram=4096, pad=pad[0], run=64' of layer 'first'

.machine "nano"
.region text
.layer "first"
load dram=4096, pad=pad[0], run=64
.layer "second"
store dram=8192, pad=pad[32], run=64
halt
.region input address=4096, size=64
.region output address=8192, size=64
