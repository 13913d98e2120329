# Other files are refused, and where is said.
#
# RUN: not lacuna verify %s 2>&1 | FileCheck %s --check-prefix=TEXT
# RUN: not lacuna verify %build/bin/lacuna 2>&1 | FileCheck %s --check-prefix=HOST
# RUN: not lacuna verify %t.none 2>&1 | FileCheck %s --check-prefix=NONE
#
# TEXT: not-a-program.s:byte 0: error: this is not an ELF file, so no program
# HOST: lacuna:byte 18: error: this ELF file is for machine number 0x
# NONE: error:

.machine "nano"
.region text
halt
