// Unsigned bytes at the boundary become signless, and an attribute remembers.
// RUN: lacuna-opt %s --lacuna-mark-unsigned | FileCheck %s --check-prefix=MARK
// RUN: lacuna-opt %s --lacuna-tosa-to-nn | FileCheck %s

// MARK: @main(%arg0: tensor<4xui8> {nn.unsigned}, %arg1: tensor<4xi8>) -> (tensor<4xui8> {nn.unsigned}, tensor<4xi8>)
// CHECK: @main(%arg0: tensor<4xi8> {nn.unsigned}, %arg1: tensor<4xi8>) -> (tensor<4xi8> {nn.unsigned}, tensor<4xi8>)
func.func @main(%u: tensor<4xui8>, %s: tensor<4xi8>) -> (tensor<4xui8>, tensor<4xi8>) {
  // CHECK: nn.elementwise identity %arg1 epilogue [#nn.rescale<i8 -> i8, {{.*}} zp = 0 -> 128, rounding = single, unsigned_output>]
  // CHECK: nn.elementwise identity %arg0 epilogue [#nn.rescale<i8 -> i8, {{.*}} zp = 128 -> 0, rounding = single, unsigned_input>]
  %m = "tosa.const"() <{values = dense<1073741824> : tensor<1xi32>}> : () -> tensor<1xi32>
  %h = "tosa.const"() <{values = dense<30> : tensor<1xi8>}> : () -> tensor<1xi8>
  %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zu = "tosa.const"() <{values = dense<128> : tensor<1xui8>}> : () -> tensor<1xui8>
  %0 = tosa.rescale %s, %m, %h, %z, %zu {input_unsigned = false, output_unsigned = true, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<4xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xui8>) -> tensor<4xui8>
  %1 = tosa.rescale %u, %m, %h, %zu, %z {input_unsigned = true, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<4xui8>, tensor<1xi32>, tensor<1xi8>, tensor<1xui8>, tensor<1xi8>) -> tensor<4xi8>
  return %0, %1 : tensor<4xui8>, tensor<4xi8>
}
