# An address between two regions.
#
# RUN: lacuna asm %s -o %t.elf
# RUN: not lacuna verify %t.elf 2>&1 | FileCheck %s
#
# CHECK: error: load: operand 'dram' reaches dram bytes 4128 to 4191, which are not inside one region (rule region)

.machine "nano"
.region text
load dram=4128, pad=pad[0], run=64
halt
.region input address=4096, size=64
.region output address=4160, size=64
