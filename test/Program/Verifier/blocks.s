# Blocks of activations without data: a slot may be written in part, its entry is written
# for sure.
#
# RUN: split-file %s %t
# RUN: lacuna asm %t/good.s -o %t/good.elf
# RUN: lacuna verify %t/good.elf
# RUN: lacuna asm %t/never.s -o %t/never.elf
# RUN: not lacuna verify %t/never.elf 2>&1 | FileCheck %s --check-prefix=NEVER
# RUN: lacuna asm %t/slot.s -o %t/slot.elf
# RUN: not lacuna verify %t/slot.elf 2>&1 | FileCheck %s --check-prefix=SLOT
# RUN: lacuna asm %t/race.s -o %t/race.elf
# RUN: not lacuna verify %t/race.elf 2>&1 | FileCheck %s --check-prefix=RACE
# RUN: lacuna asm %t/bounds.s -o %t/bounds.elf
# RUN: not lacuna verify %t/bounds.elf 2>&1 | FileCheck %s --check-prefix=BOUNDS
# RUN: lacuna asm %t/machine.s -o %t/machine.elf
# RUN: not lacuna verify %t/machine.elf 2>&1 | FileCheck %s --check-prefix=MACHINE
# RUN: lacuna asm %t/elements.s -o %t/elements.elf
# RUN: not lacuna verify %t/elements.elf 2>&1 | FileCheck %s --check-prefix=ELEMENTS

#--- good.s
.machine "edge-zip"
.region text
load dram=4096, pad=pad[0], run=128
signal engine=load, semaphore=0
wait engine=store, semaphore=0
compress dram=8192, table=8320, pad=pad[0], run=64, dims=[2], dram_strides=[64], table_strides=[1], pad_strides=[64], type=i8
signal engine=store, semaphore=1
wait engine=load, semaphore=1
expand dram=8256, table=8322, pad=pad[128], run=64, type=i8
halt
.region input address=4096, size=128
.region spill address=8192, size=132

# NEVER: error: expand: operand 'table' reads dram byte 8320, which nothing has written by then (rule unwritten)
#--- never.s
.machine "edge-zip"
.region text
expand dram=8192, table=8320, pad=pad[128], run=64, type=i8
halt
.region spill address=8192, size=132

# SLOT: error: load: operand 'dram' reads dram byte 8192, which nothing has written by then (rule unwritten)
#--- slot.s
.machine "edge-zip"
.region text
load dram=4096, pad=pad[0], run=64
signal engine=load, semaphore=0
wait engine=store, semaphore=0
compress dram=8192, table=8320, pad=pad[0], run=64, type=i8
signal engine=store, semaphore=1
wait engine=load, semaphore=1
load dram=8192, pad=pad[64], run=1
halt
.region input address=4096, size=64
.region spill address=8192, size=132

# RACE: error: {{expand|compress}}: operand 'dram' {{reads|writes}} dram bytes 8192 to 8255, which {{STORE writes|LOAD reads}}, and no semaphore orders the two (rule race)
#--- race.s
.machine "edge-zip"
.region text
load dram=4096, pad=pad[0], run=64
signal engine=load, semaphore=0
wait engine=store, semaphore=0
compress dram=8192, table=8320, pad=pad[0], run=64, type=i8
signal engine=store, semaphore=1
wait engine=load, semaphore=1
expand dram=8192, table=8320, pad=pad[64], run=64, type=i8
compress dram=8192, table=8322, pad=pad[0], run=64, type=i8
halt
.region input address=4096, size=64
.region spill address=8192, size=132

# Room for a payload is not enough: a slot must hold the block.
# BOUNDS: error: compress: operand 'dram' reaches dram bytes 8192 to 8255, which are not inside one region (rule region)
#--- bounds.s
.machine "edge-zip"
.region text
load dram=4096, pad=pad[0], run=64
signal engine=load, semaphore=0
wait engine=store, semaphore=0
compress dram=8192, table=8192, pad=pad[0], run=64, type=i8
halt
.region input address=4096, size=64
.region spill address=8192, size=40

# MACHINE: error: expand: the machine's compressor holds a block of so many bytes (rule block-bytes)
#--- machine.s
.machine "edge-skip"
.region text
expand dram=8192, table=8320, pad=pad[128], run=64, type=i8
halt
.region spill address=8192, size=132

# ELEMENTS: error: expand: a block is a whole number of elements of 8 or 16 bits, of which zero is one (rule block-elements)
#--- elements.s
.machine "edge-zip"
.region text
expand dram=8192, table=8320, pad=pad[128], run=63, type=i16
halt
.region spill address=8192, size=132
