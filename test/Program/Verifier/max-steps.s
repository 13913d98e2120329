# The cap on steps is an option.
#
# RUN: lacuna asm %s -o %t.elf
# RUN: lacuna verify %t.elf --max-steps=102
# RUN: not lacuna verify %t.elf --max-steps=101 2>&1 | FileCheck %s
#
# CHECK: executes 102 instructions, more than the limit of 101

.machine "nano"
.region text
loop count=100
end_loop
halt
