// One set of statistics serves a chain of passes that change weights: the
// function carries the hashes of the models it has been.
// REQUIRES: numpy
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %python -c "import numpy as n; n.save('x.npy', n.random.default_rng(1).integers(-128, 128, (6, 1, 4, 4, 4), dtype=n.int8))"
// RUN: lacuna-opt %s --nn-calibrate="inputs=x.npy stats=a.stats second-order=true" -o same.mlir
// RUN: not grep nn.origin same.mlir

// By file: pruned in two steps, with statistics of the model as it was.
// RUN: lacuna-opt %s --nn-prune="stats=a.stats criterion=wanda structure=4:8 min-weights=1 first=true" --mlir-print-debuginfo -o once.mlir
// RUN: FileCheck %s --input-file=once.mlir --check-prefix=ONCE
// ONCE: func.func @main({{.*}}attributes {nn.origin = ["{{[0-9a-f]+}}"]}
// RUN: lacuna-opt once.mlir --nn-prune="stats=a.stats criterion=hessian structure=2:8 min-weights=1 first=true" --mlir-print-debuginfo -o twice.mlir
// RUN: FileCheck %s --input-file=twice.mlir --check-prefix=TWICE
// TWICE: func.func @main({{.*}}attributes {nn.origin = ["[[FIRST:[0-9a-f]+]]", "{{[0-9a-f]+}}"]}
// In one go, by file or in memory: the same model.
// RUN: lacuna-opt %s --nn-calibrate="inputs=x.npy second-order=true" --nn-prune="criterion=wanda structure=4:8 min-weights=1 first=true" --nn-prune="criterion=hessian structure=2:8 min-weights=1 first=true" --mlir-print-debuginfo -o memory.mlir
// RUN: lacuna-opt twice.mlir -o by-file.mlir
// RUN: lacuna-opt memory.mlir -o in-memory.mlir
// RUN: cmp by-file.mlir in-memory.mlir
// Statistics of the model in between serve, too.
// RUN: lacuna-opt once.mlir --nn-calibrate="inputs=x.npy stats=once.stats" -o same.mlir
// RUN: lacuna-opt twice.mlir --nn-prune="stats=once.stats criterion=wanda structure=1:8 min-weights=1 first=true" -o thrice.mlir

// Channels that leave take their statistics along in memory; those of a file
// are of other extents then.
// RUN: lacuna-opt %s --nn-calibrate="inputs=x.npy" --nn-prune="criterion=wanda structure=channel:0.5 min-weights=1 first=true" --nn-prune="criterion=wanda structure=1:2 min-weights=1 first=true" -o narrow.mlir
// RUN: lacuna-opt %s --nn-prune="stats=a.stats criterion=wanda structure=channel:0.5 min-weights=1 first=true" --mlir-print-debuginfo -o fewer.mlir
// RUN: not lacuna-opt fewer.mlir --nn-prune="stats=a.stats criterion=wanda structure=1:2 min-weights=1 first=true" 2>&1 | FileCheck %s --check-prefix=NARROW
// NARROW: error: {{.*}}the statistics have no layer 'b' of 1 groups and 2 terms
// NARROW: note: {{.*}}channels have left since they were made: calibrate again

// Those of other models are refused, with what differs.
// RUN: sed 's/loc("b")/loc("c")/' %s > name.mlir
// RUN: not lacuna-opt name.mlir --nn-prune="stats=a.stats" 2>&1 | FileCheck %s --check-prefix=NAME
// NAME: a.stats:{{.*}} error: the statistics are of another model: they have no layer 'c'
// RUN: not lacuna-opt fewer.mlir --nn-prune="stats=narrow.stats" 2>&1 | FileCheck %s --check-prefix=ABSENT
// ABSENT: narrow.stats:{{.*}} error: can't read this file
// RUN: sed 's/nn.origin = [^]]*\]/nn.origin = []/' fewer.mlir > cut.mlir
// RUN: not lacuna-opt cut.mlir --nn-prune="stats=a.stats" 2>&1 | FileCheck %s --check-prefix=EXTENT
// EXTENT: error: the statistics are of another model: layer 'b' has 1 x 2 inputs a sum, in the statistics 1 x 4
// RUN: sed 's/nn.origin = [^]]*\]/nn.origin = []/' twice.mlir > weights.mlir
// RUN: not lacuna-opt weights.mlir --nn-prune="stats=a.stats" 2>&1 | FileCheck %s --check-prefix=WEIGHTS
// WEIGHTS: error: the statistics are of another model: its matrix operations have the same names and extents, but weights, attributes or other layers differ
// RUN: sed 's/nn.origin = [^]]*\]/nn.origin = 7/' once.mlir > wrong.mlir
// RUN: not lacuna-opt wrong.mlir 2>&1 | FileCheck %s --check-prefix=WRONG
// WRONG: attribute "nn.origin" is a list of hashes

func.func @main(%x: tensor<1x4x4x4xi8> {tosa.tensor_name = "x"}) -> tensor<1x4x4x2xi32> {
  %aw = nn.constant dense<[[[[1, -2, 9, 4]], [[5, 6, -7, 8]]], [[[9, -8, 7, 2]], [[5, 4, 3, -2]]],
                           [[[3, 1, -4, 1]], [[5, 9, 2, -6]]], [[[2, 7, 1, 8]], [[-2, 8, 1, 8]]]]> : tensor<4x2x1x4xi8>
  %bw = nn.constant dense<[[[[3, 5, -8, 9]]], [[[7, -9, 3, 2]]]]> : tensor<2x1x1x4xi8>
  %a = nn.conv2d %x, %aw stride = [1, 1] padding = [0, 1, 0, 0] acc = i32
         epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [36], zp = 0 -> 0, rounding = double>]
    : (tensor<1x4x4x4xi8>, tensor<4x2x1x4xi8>) -> tensor<1x4x4x4xi8> loc("a")
  %b = nn.conv2d %a, %bw stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x4x4x4xi8>, tensor<2x1x1x4xi8>) -> tensor<1x4x4x2xi32> loc("b")
  return %b : tensor<1x4x4x2xi32>
}
