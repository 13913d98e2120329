# A program that parses but breaks a rule of program files.
#
# RUN: not lacuna asm %s -o %t.elf 2>&1 | FileCheck %s

# CHECK: assembly-program-rules.s: error: region '.input' at 0{{.*}}overlaps
# CHECK: rule region-order
.machine "edge"
.region text
  halt
.region input address=0, size=64
