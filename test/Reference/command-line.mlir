// Inputs and outputs of `lacuna-compiler reference`: how files are matched, and
// what is refused. The tool makes its own input files first.
// RUN: rm -rf %t && mkdir %t
// RUN: lacuna-compiler reference %s --entry=make --output samples=%t/samples.npy \
// RUN:   --output %t/one.npy --output %t/bytes.npy

// By name, the rest by position; bytes are unsigned where the function says so.
// RUN: lacuna-compiler reference %s --entry=sub --print --input right=%t/bytes.npy \
// RUN:   --input %t/one.npy --output %t/result.npy | FileCheck %s --check-prefix=NAMED
// NAMED: output0: u8 [201, 1]

// Each sample for itself, stacked again.
// RUN: lacuna-compiler reference %s --entry=twice --each --print \
// RUN:   --input %t/samples.npy --output %t/out.npy | FileCheck %s --check-prefix=EACH
// EACH: output0: i32 [2, 4]
// EACH: output0: i32 [6, 8]
// EACH: output0: i32 [10, 12]
// RUN: lacuna-compiler reference %s --entry=triple --each --print \
// RUN:   --input %t/out.npy | FileCheck %s --check-prefix=AGAIN
// AGAIN: output0: i32 [30, 36]

// Each layer's result in a file of its own, numbered, its name made safe.
// RUN: lacuna-compiler reference %s --entry=layers --dump-layers %t/layers
// RUN: ls %t/layers | FileCheck %s --check-prefix=LAYERS
// LAYERS: 0000-sum.npy
// LAYERS-NEXT: 0001-.._a_b.npy

// RUN: not lacuna-compiler reference %s --entry=sub --input %t/one.npy 2>&1 | FileCheck %s --check-prefix=FEW
// FEW: error: --input: a file for right is missing
// FEW-NEXT: note: the model has input0 i8[2], right u8[2]
// RUN: not lacuna-compiler reference %s --entry=twice --input %t/one.npy --input %t/one.npy 2>&1 | FileCheck %s --check-prefix=MANY
// MANY: error: --input: '{{.*}}one.npy' is one file too many
// RUN: not lacuna-compiler reference %s --entry=sub --input wrong=%t/one.npy 2>&1 | FileCheck %s --check-prefix=NAME
// NAME: error: --input: nothing is called 'wrong'
// RUN: not lacuna-compiler reference %s --entry=sub --input right=%t/one.npy --input right=%t/one.npy 2>&1 | FileCheck %s --check-prefix=DOUBLE
// DOUBLE: error: --input: 'right' is given twice
// RUN: not lacuna-compiler reference %s --entry=twice --input %t/samples.npy 2>&1 | FileCheck %s --check-prefix=SHAPE
// SHAPE: samples.npy: error: has shape [3, 2]
// SHAPE-NEXT: note: the input is input0 i32[2]; with --each, the first axis counts samples
// RUN: not lacuna-compiler reference %s --entry=twice --input %t/one.npy 2>&1 | FileCheck %s --check-prefix=TYPE
// TYPE: one.npy: error: holds elements of type 'i1' where 'i4' is needed
// RUN: not lacuna-compiler reference %s --entry=sub --input %t/one.npy --input %t/one.npy 2>&1 | FileCheck %s --check-prefix=SIGN
// SIGN: one.npy: error: holds elements of type 'i1' where 'u1' is needed
// RUN: not lacuna-compiler reference %s --entry=make --each 2>&1 | FileCheck %s --check-prefix=NOINPUT
// NOINPUT: error: --each: the model has no input to count samples in
// RUN: not lacuna-compiler reference %s --entry=twice --each --input %t/samples.npy --dump-layers %t/x 2>&1 | FileCheck %s --check-prefix=DUMP
// DUMP: error: --dump-layers writes the layers of one run
// RUN: not lacuna-compiler reference %s --entry=twice --each --input %t/samples.npy --output %t/samples.npy 2>&1 | FileCheck %s --check-prefix=OVER
// OVER: error: {{.*}}samples.npy
// RUN: not lacuna-compiler reference %s --entry=make --output /dev/full 2>&1 | FileCheck %s --check-prefix=FULL
// FULL: /dev/full: error: can't write
// RUN: not lacuna-compiler reference %s --entry=gone 2>&1 | FileCheck %s --check-prefix=ENTRY
// ENTRY: command-line.mlir: error: no function is called 'gone'; there are 'make', 'sub', 'twice', 'triple', 'layers'

func.func @make() -> (tensor<2xi8>, tensor<2xi8> {nn.unsigned},
                      tensor<3x2xi32> {tosa.tensor_name = "samples"}) {
  %0 = nn.constant dense<1> : tensor<2xi8>
  %1 = nn.constant dense<[-56, 0]> : tensor<2xi8>
  %2 = nn.constant dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi32>
  return %0, %1, %2 : tensor<2xi8>, tensor<2xi8>, tensor<3x2xi32>
}

// 200 ^ 1 = 201 and 0 ^ 1 = 1.
func.func @sub(%a: tensor<2xi8>,
    %b: tensor<2xi8> {nn.unsigned, tosa.tensor_name = "right"})
    -> (tensor<2xi8> {nn.unsigned}) {
  %0 = nn.elementwise bitwise_xor %a, %b : (tensor<2xi8>, tensor<2xi8>) -> tensor<2xi8>
  return %0 : tensor<2xi8>
}

func.func @twice(%a: tensor<2xi32>) -> tensor<2xi32> {
  %0 = nn.elementwise add %a, %a : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  return %0 : tensor<2xi32>
}

func.func @triple(%a: tensor<2xi32>) -> tensor<2xi32> {
  %0 = nn.elementwise add %a, %a : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  %1 = nn.elementwise add %0, %a : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  return %1 : tensor<2xi32>
}

func.func @layers() -> tensor<2xi32> {
  %a = nn.constant dense<1> : tensor<2xi32>
  %0 = nn.elementwise add %a, %a : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32> loc("sum")
  %1 = nn.elementwise add %0, %a : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32> loc("../a/b")
  return %1 : tensor<2xi32>
}
