# A program runs on machines of the structure it was compiled for.
#
# RUN: lacuna asm %s -o %t.elf
# RUN: sed -e 's/clock_mhz: .*/clock_mhz: 7/' -e 's/^name: nano/name: slower/' %machines/nano.yaml > %t.slower.yaml
# RUN: lacuna verify %t.elf --machine %t.slower.yaml
# RUN: sed -e 's/lanes: 8/lanes: 16/' -e 's/^name: nano/name: wider/' %machines/nano.yaml > %t.wider.yaml
# RUN: not lacuna verify %t.elf --machine %t.wider.yaml 2>&1 | FileCheck %s
#
# CHECK: error: the program was compiled for another machine than 'wider', 'nano', which differs in vector.lanes (8, 16) (rule machine)
# CHECK-NEXT: note: compile it for this machine, or run it on its own

.machine "nano"
.region text
halt
