# y = -x, saturated, for four i8.
.machine "nano"
.tensor input "x", type=i8, shape=[4], address=64
.tensor output "y", type=i8, shape=[4], address=128

.region text
.layer "read", "model.mlir:3:8"
  load dram=64, pad=pad[0], run=4
  signal engine=load, semaphore=0
.layer "negate"
  wait engine=vector, semaphore=0
  map operation=multiply, dims=[4], dst=pad[4], dst_strides=[1], dst_type=i8, a=pad[0], a_strides=[1], a_type=i8, immediate=-1
  signal engine=vector, semaphore=1
  wait engine=store, semaphore=1
  store dram=128, pad=pad[4], run=4
.layer
  halt

.region input address=64, size=4
.region output address=128, size=4
