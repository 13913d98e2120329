# All four engines on double-buffered tiles; it passes, stripped or not.
#
# RUN: lacuna asm %s -o %t.elf
# RUN: lacuna verify %t.elf | FileCheck %s
# RUN: llvm-strip %t.elf -o %t.stripped.elf
# RUN: lacuna verify %t.stripped.elf | FileCheck %s
# RUN: llvm-objcopy --remove-section .lacuna.layers %t.elf %t.nomap.elf
# RUN: lacuna verify %t.nomap.elf | FileCheck %s
#
# CHECK: in order on nano; executes 111 instructions and fetches {{[0-9]+}} bytes
#
# The file is one that LLVM's tools read without a complaint.
# RUN: llvm-readelf --all %t.elf 2>&1 | FileCheck %s --check-prefix=ELF
#
# ELF-NOT: warning
# ELF:     .text{{ +}}PROGBITS{{.*}}AX
# ELF:     .lacuna.layers
# ELF-NOT: warning
# ELF:     OBJECT{{.*}}the input
# ELF-NOT: warning

.machine "nano"
.tensor input "the input", type=i8, shape=[6, 8, 8], address=8192
.tensor output "y", type=i8, shape=[6, 8, 8], address=16384
.tensor weights "w", type=i8, shape=[8, 8], address=4096
.region text
.layer "dense"
signal engine=matrix, semaphore=1, count=2
signal engine=vector, semaphore=3, count=2
signal engine=store, semaphore=5, count=2
load dram=4096, pad=pad[2048], run=64
loop count=6
wait engine=load, semaphore=1
load dram=8192 + 64*i0, pad=pad[0 ring 128 at 64*i0], run=64
signal engine=load, semaphore=0
wait engine=matrix, semaphore=0
wait engine=matrix, semaphore=3
conv dst=acc[0 ring 512 at 64*i0], dst_strides=[0, 8, 1], src=pad[0 ring 128 at 64*i0], src_strides=[0, 8, 1], weights=pad[2048], src_type=i8, weight_type=i8, dst_type=i32, columns=8, channels=8, depth=8, weight_strides=[8, 0, 0, 1], src_columns=8
signal engine=matrix, semaphore=1
signal engine=matrix, semaphore=2
wait engine=vector, semaphore=2
wait engine=vector, semaphore=5
rescale dims=[8, 8], dst=pad[1024 ring 128 at 64*i0], dst_strides=[8, 1], src=acc[0 ring 512 at 64*i0], src_strides=[8, 1], src_type=i32, dst_type=i8
signal engine=vector, semaphore=3
signal engine=vector, semaphore=4
wait engine=store, semaphore=4
store dram=16384 + 64*i0, pad=pad[1024 ring 128 at 64*i0], run=64
signal engine=store, semaphore=5
end_loop
wait engine=load, semaphore=1, count=2
wait engine=matrix, semaphore=3, count=2
wait engine=vector, semaphore=5, count=2
halt
.region constants address=4096
.bytes 01 02 03 04 05 06 07 08 01 02 03 04 05 06 07 08 01 02 03 04 05 06 07 08 01 02 03 04 05 06 07 08
.bytes 01 02 03 04 05 06 07 08 01 02 03 04 05 06 07 08 01 02 03 04 05 06 07 08 01 02 03 04 05 06 07 08
.region input address=8192, size=384
.region output address=16384, size=384
