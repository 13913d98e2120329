# Errors in a machine's text are located in the program that contains it.
#
# RUN: not lacuna asm %s -o %t.elf 2>&1 | FileCheck %s
# RUN: echo "# empty" > %t.s
# RUN: not lacuna asm %t.s -o %t.elf 2>&1 | FileCheck %s --check-prefix=NONE
# RUN: echo '.machine "edgy"' > %t.s
# RUN: not lacuna asm %t.s -o %t.elf 2>&1 | FileCheck %s --check-prefix=UNKNOWN

# CHECK: assembly-machine-errors.s:[[#@LINE+3]]:3: error: {{.*}}no_such_key
.machine
| schema: 1
| no_such_key: 2

# NONE: error: the program names no machine
# NONE: note: add .machine "edge"

# UNKNOWN: :1:10: error: {{.*}}edgy
