# An address that leaves the scratchpad in the third iteration.
#
# RUN: lacuna asm %s -o %t.elf
# RUN: not lacuna verify %t.elf 2>&1 | FileCheck %s
#
# CHECK: .elf(.text):byte 2: error: load of layer 'first' at i0=2:
# CHECK-SAME: operand 'pad' reaches bytes 65536 to 65599, but the scratchpad memory has 65536 (rule bounds)
# CHECK-NEXT: note: the instruction is 'load dram=4096, pad=pad[65408 at 64*i0], run=64'

.machine "nano"
.region text
.layer "first"
loop count=4
load dram=4096, pad=pad[65408 at 64*i0], run=64
end_loop
halt
.region input address=4096, size=64
