# Semaphores that never meet: each engine waits for the other.
#
# RUN: lacuna asm %s -o %t.elf
# RUN: not lacuna verify %t.elf 2>&1 | FileCheck %s
#
# CHECK: .elf(.text):byte 0: error: wait: deadlock: LOAD waits for semaphore 0, which has 0 of 1 units (rule deadlock)
# CHECK-NEXT: note: the instruction is 'wait engine=load, semaphore=0'
# CHECK-NEXT: .elf(.text):byte 8: note: STORE waits for semaphore 1, which has 0 of 1 units, at 'wait engine=store, semaphore=1'
# CHECK-NEXT: note: the sequencer is at halt

.machine "nano"
.region text
wait engine=load, semaphore=0
signal engine=load, semaphore=1
wait engine=store, semaphore=1
signal engine=store, semaphore=0
halt
