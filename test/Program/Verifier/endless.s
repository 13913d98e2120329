# Loops that would run for centuries are refused at once.
#
# RUN: lacuna asm %s -o %t.elf
# RUN: not lacuna verify %t.elf 2>&1 | FileCheck %s
#
# CHECK: error: the program executes 2^64 or more instructions, more than the limit of 4000000 (rule steps)

.machine "nano"
.region text
loop count=4294967295
loop count=4294967295
loop count=4294967295
end_loop
end_loop
end_loop
halt
