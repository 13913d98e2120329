# Layers in an order that `.layer` can't give back are written as tables, and
# hashes that don't follow from the machine are kept.
#
# RUN: lacuna asm %s -o %t.elf
# RUN: lacuna disasm %t.elf --offsets | FileCheck %s
# RUN: lacuna disasm %t.elf -o %t.s
# RUN: lacuna asm %t.s -o %t.again.elf
# RUN: cmp %t.elf %t.again.elf

# CHECK: .machine_text "none\n\x01"
# CHECK: .hashes structure="00000000000000aa", cost="00000000000000bb"
.machine_text "none\n\x01"
.hashes structure="00000000000000aa", cost="00000000000000bb"

# CHECK:      .define_layer "a", "m:1:1"
# CHECK-NEXT: .define_layer "b \"quoted\""
# CHECK-NEXT: .layer_range begin=1, end=3, layer=1
.define_layer "a", "m:1:1"
.define_layer "b \"quoted\""
.layer_range begin=1, end=3, layer=1

# CHECK: .region text
# CHECK-NEXT: loop count=2  # 0
# CHECK-NEXT:   wait engine=load, semaphore=1  # 2
# CHECK-NEXT: end_loop  # 6
# CHECK-NEXT: # text:byte 7: no instruction has the opcode 0xee
# CHECK-NEXT: .bytes ee 00
.region text
loop count=2
wait engine=load, semaphore=1
end_loop
.bytes ee 00

# CHECK: .predicted
# CHECK-NEXT: | {"schema": 1}
.predicted
| {"schema": 1}
