# Two sums of ten products whose weights have at most two nonzeros in four.
.machine "edge-nm"
.tensor input "x", type=i8, shape=[10], address=576
.tensor output "y", type=i8, shape=[2], address=640

.region text
  load dram=512, pad=pad[0], run=20
  load dram=576, pad=pad[32], run=10
  signal engine=load, semaphore=0
  wait engine=matrix, semaphore=0
  conv dst=acc[0], dst_strides=[1, 1, 1], src=pad[32], src_strides=[1, 1, 1], weights=pad[0], src_type=i8, weight_type=i8, dst_type=i32, channels=2, depth=10, weight_strides=[10, 10, 10, 1], nonzeros=2, group=4
  signal engine=matrix, semaphore=1
  wait engine=vector, semaphore=1
  rescale dims=[2], dst=pad[64], dst_strides=[1], src=acc[0], src_strides=[1], src_type=i32, dst_type=i8
  signal engine=vector, semaphore=2
  wait engine=store, semaphore=2
  store dram=640, pad=pad[64], run=2
  halt

.region constants ".constants.w", address=512
.i8 1, 0, 2, 0,  3, 0, 0, 4,  -2, 0
.i8 0, 0, 0, 0,  0, -1, 0, 0,  1, 2
.region input address=576, size=10
.region output address=640, size=2
