# Every error says where it is; a wrong line hides none below it.
#
# RUN: not lacuna asm %s -o %t.elf 2>&1 | FileCheck %s
# RUN: not test -e %t.elf

# CHECK: assembly-errors.s:[[#@LINE+1]]:10: error: name a machine that 'lacuna machine list' lists
.machine "/etc/passwd"
# CHECK: assembly-errors.s:[[#@LINE+1]]:1: error: the machine is given twice
.machine
# CHECK: assembly-errors.s:[[#@LINE+1]]:1: error: there is no directive '.tenser'; did you mean '.tensor'?
.tenser
# CHECK: assembly-errors.s:[[#@LINE+1]]:1: error: expected an instruction or a directive
= 5
# CHECK: assembly-errors.s:[[#@LINE+1]]:1: error: instructions come after '.region text'
halt
# CHECK: assembly-errors.s:[[#@LINE+1]]:9: error: expected what the region holds
.region code
# CHECK: assembly-errors.s:[[#@LINE+1]]:1: error: 'size' is missing
.region input
# CHECK: assembly-errors.s:[[#@LINE+1]]:8: error: this region is empty before a run
.bytes 00
# CHECK: assembly-errors.s:[[#@LINE+1]]:29: error: expected one of address
.region constants address=0,size=4
# CHECK: assembly-errors.s:[[#@LINE+1]]:11: error: expected bytes of two hexadecimal digits
.bytes 00 1 02
# CHECK: assembly-errors.s:[[#@LINE+1]]:8: error: 128 is not a value of i8
.i8 1, 128
# CHECK: assembly-errors.s:[[#@LINE+1]]:15: error: this string is not closed on its line
.tensor input "x
# CHECK: assembly-errors.s:[[#@LINE+1]]:17: error: after a backslash comes one of
.tensor input "x\q"
# CHECK: assembly-errors.s:[[#@LINE+1]]:1: error: 'address' is missing
.tensor input "x", type=i8, shape=[]
# CHECK: assembly-errors.s:[[#@LINE+1]]:25: error: expected a type
.tensor input "x", type=i9, shape=[], address=0
# CHECK: assembly-errors.s:[[#@LINE+1]]:60: error: expected a number
.tensor input "x", type=i8, shape=[1], address=0, scale=   x
# CHECK: assembly-errors.s:[[#@LINE+1]]:1: error: layers come after '.region text'
.layer "a"
# CHECK: assembly-errors.s:[[#@LINE+1]]:20: error: a hash is 16 hexadecimal digits
.hashes structure= "12", cost="34"
# CHECK: assembly-errors.s:[[#@LINE+1]]:6: error: loop has no field 'cuont'; did you mean 'count'?
loop cuont=5
# CHECK: assembly-errors.s:[[#@LINE+1]]:1: error: lines behind '|' belong to .machine or .predicted
| name: x
# Twenty are enough.
# CHECK: assembly-errors.s: error: nothing behind line 46 was read: there were 20 errors
# CHECK-NOT: error
loop cuont=6
