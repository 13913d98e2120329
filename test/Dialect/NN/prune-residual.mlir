// Channels of results that are added leave together, with the layers between.
// REQUIRES: numpy
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: lacuna-opt %s --nn-prune="structure=channel:0.5 min-weights=1 first=true" --remarks-filter=nn-prune --remark-format=emitRemark -o out.mlir 2>remarks
// RUN: FileCheck %s --input-file=out.mlir
// RUN: FileCheck %s --check-prefix=REMARK --input-file=remarks

// Rows of "a" have 81, 9, 9 and 1 % of its score, those of "b" a quarter each, row 1 by
// its multiplier a little more than row 2: 0 and 1 have most together.
// REMARK: a: channel:0.5 by magnitude, 2 of 4 channels stay
// REMARK: b: loses the channels of a, with which its own are joined
// REMARK: c: channel:0.5 by magnitude, 1 of 2 channels stay
// REMARK: d: left alone: channel:0.5 doesn't fit its 1 rows of 4 terms

// CHECK: %[[A:.*]] = nn.constant dense<{{.*}}9{{.*}}3{{.*}}> : tensor<2x1x1x1xi8>
// CHECK: nn.conv2d %arg0, %[[A]] {{.*}}-> tensor<1x2x2x2xi8>
// CHECK: %[[B:.*]] = nn.constant dense<1> : tensor<2x1x1x1xi8>
// CHECK: nn.conv2d %arg0, %[[B]] {{.*}}multiplier = [1073741825, 1073741827]{{.*}}-> tensor<1x2x2x2xi8>
// CHECK: nn.elementwise add {{.*}} -> tensor<1x2x2x2xi8>
// CHECK: nn.elementwise mul {{.*}} (tensor<1x2x2x2xi8>, tensor<1x1x1x1xi8>) -> tensor<1x2x2x2xi8>
// CHECK: %[[C:.*]] = nn.constant dense<{{.*}}25, 27{{.*}}> : tensor<1x1x1x2xi8>
// CHECK: nn.conv2d %{{.*}}, %[[C]] {{.*}}-> tensor<1x2x2x1xi8>
// CHECK: %[[D:.*]] = nn.constant dense<{{.*}}31, 33{{.*}}> : tensor<1x1x1x2xi8>
// CHECK: nn.conv2d %{{.*}}, %[[D]] {{.*}}-> tensor<1x2x2x1xi32>

// Statistics of the layers that read the sum go along.
// RUN: %python -c "import numpy as n; n.save('x.npy', n.random.default_rng(1).integers(-128, 128, (4, 1, 2, 2, 1), dtype=n.int8))"
// RUN: lacuna-opt %s --nn-calibrate="inputs=x.npy" --nn-prune="criterion=wanda structure=channel:0.5 min-weights=1 first=true" --nn-prune="criterion=wanda structure=1:2 min-weights=1 first=true" -o /dev/null

// One that keeps its channels keeps those that are added to them.
// RUN: echo 'prune: {b: none}' > keep.yaml
// RUN: lacuna-opt %s --nn-prune="structure=channel:0.5 min-weights=1 first=true policy=keep.yaml" --remarks-filter=nn-prune --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=KEEP
// KEEP: a: left alone: its channels are joined with those of 'b', which keeps its own
// KEEP: b: left alone: the policy says so
// RUN: echo 'prune: {b: none, a: "channel:0.25"}' > both.yaml
// RUN: not lacuna-opt %s --nn-prune="structure=channel:0.5 min-weights=1 first=true policy=both.yaml" 2>&1 | FileCheck %s --check-prefix=BOTH
// BOTH: both.yaml:1:18: error: layer 'a' can't be pruned: its channels are joined with those of 'b'
// RUN: sed 's/"x"})/"x"}, %%y: tensor<1x2x2x4xi8>)/; s/add %%a, %%b$/add %%a, %%y/' %s > input.mlir
// RUN: lacuna-opt input.mlir --nn-prune="structure=channel:0.5 min-weights=1 first=true" --remarks-filter=nn-prune --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=INPUT
// INPUT: a: left alone: its channels are joined with those of what is no convolution

func.func @main(%x: tensor<1x2x2x1xi8> {tosa.tensor_name = "x"}) -> tensor<1x2x2x1xi32> {
  %aw = nn.constant dense<[[[[9]]], [[[3]]], [[[3]]], [[[1]]]]> : tensor<4x1x1x1xi8>
  %bw = nn.constant dense<1> : tensor<4x1x1x1xi8>
  %cw = nn.constant dense<[[[[21, 22, 23, 24]]], [[[25, 27, 26, 28]]]]> : tensor<2x1x1x4xi8>
  %dw = nn.constant dense<[[[[31, 33, 32, 34]]]]> : tensor<1x1x1x4xi8>
  %two = nn.constant dense<2> : tensor<1x1x1x1xi8>
  %a = nn.conv2d %x, %aw stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
         epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [30], zp = 0 -> 0, rounding = single>]
    : (tensor<1x2x2x1xi8>, tensor<4x1x1x1xi8>) -> tensor<1x2x2x4xi8> loc("a")
  %b = nn.conv2d %x, %bw stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
         epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741825, 1073741827, 1073741826, 1073741828],
                   shift = [30, 30, 30, 30], zp = 0 -> 0, rounding = single>]
    : (tensor<1x2x2x1xi8>, tensor<4x1x1x1xi8>) -> tensor<1x2x2x4xi8> loc("b")
  %sum = nn.elementwise add %a, %b
         prologue [[#nn.rescale<i8 -> i32, multiplier = [1073741824], shift = [30], zp = 0 -> 0, rounding = single>],
                   [#nn.rescale<i8 -> i32, multiplier = [1073741824], shift = [30], zp = 0 -> 0, rounding = single>]]
         epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [30], zp = 0 -> 0, rounding = single>]
    : (tensor<1x2x2x4xi8>, tensor<1x2x2x4xi8>) -> tensor<1x2x2x4xi8> loc("sum")
  %twice = nn.elementwise mul %sum, %two
         epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [30], zp = 0 -> 0, rounding = single>]
    : (tensor<1x2x2x4xi8>, tensor<1x1x1x1xi8>) -> tensor<1x2x2x4xi8> loc("twice")
  %c = nn.conv2d %sum, %cw stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
         epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [38], zp = 0 -> 0, rounding = single>]
    : (tensor<1x2x2x4xi8>, tensor<2x1x1x4xi8>) -> tensor<1x2x2x2xi8> loc("c")
  %d = nn.conv2d %twice, %dw stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x2x2x4xi8>, tensor<1x1x1x4xi8>) -> tensor<1x2x2x1xi32> loc("d")
  %ew = nn.constant dense<[[[[41, 42]]]]> : tensor<1x1x1x2xi8>
  %e = nn.conv2d %c, %ew stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x2x2x2xi8>, tensor<1x1x1x2xi8>) -> tensor<1x2x2x1xi32> loc("e")
  %r = nn.elementwise add %d, %e : (tensor<1x2x2x1xi32>, tensor<1x2x2x1xi32>) -> tensor<1x2x2x1xi32> loc("r")
  return %r : tensor<1x2x2x1xi32>
}
