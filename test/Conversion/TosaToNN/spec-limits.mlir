// What TOSA forbids and its verifiers let pass.
// RUN: not lacuna-opt %s -split-input-file -lacuna-tosa-to-nn 2>&1 | FileCheck %s

// CHECK: spec-limits.mlir:[[#@LINE+1]]:17: error: input 0 of type 'tensor<1x1x1x1x1x1x2xi8>' has rank 7; TOSA's tensors have at most 6
func.func @rank(%x: tensor<1x1x1x1x1x1x2xi8>) -> tensor<1x1x1x1x1x1x2xi8> {
  return %x : tensor<1x1x1x1x1x1x2xi8>
}

// -----
func.func @multiples(%x: tensor<2x3xi8>) -> tensor<4x5xi8> {
  %m = tosa.const_shape {values = dense<[2, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  // CHECK: spec-limits.mlir:[[#@LINE+1]]:8: error: 'tosa.tile' op result has 5 elements along axis 1, which the input's times the multiple are not
  %0 = tosa.tile %x, %m : (tensor<2x3xi8>, !tosa.shape<2>) -> tensor<4x5xi8>
  return %0 : tensor<4x5xi8>
}
