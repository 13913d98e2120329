// Gathers and scatters of booleans, which upstream's validator refuses, are layers
// before it runs; those of other types go its way.
// RUN: lacuna-opt %s --pass-pipeline='builtin.module(func.func(lacuna-convert-boolean-rows))' | FileCheck %s
// RUN: lacuna-opt %s --lacuna-tosa-to-nn | FileCheck %s --check-prefix=ALL

// CHECK-LABEL: @main
// CHECK: nn.gather %arg0 at %arg1
// CHECK: nn.scatter %{{.*}} into %arg0 at %arg1
// CHECK: tosa.gather
// ALL: nn.gather
// ALL: nn.scatter
// ALL: nn.gather
func.func @main(%b: tensor<1x3x4xi1>, %i: tensor<1x2xi32>, %x: tensor<1x3x4xi8>)
    -> (tensor<1x3x4xi1>, tensor<1x2x4xi8>) {
  %0 = tosa.gather %b, %i : (tensor<1x3x4xi1>, tensor<1x2xi32>) -> tensor<1x2x4xi1>
  %1 = tosa.scatter %b, %i, %0 : (tensor<1x3x4xi1>, tensor<1x2xi32>, tensor<1x2x4xi1>) -> tensor<1x3x4xi1>
  %2 = tosa.gather %x, %i : (tensor<1x3x4xi8>, tensor<1x2xi32>) -> tensor<1x2x4xi8>
  return %1, %2 : tensor<1x3x4xi1>, tensor<1x2x4xi8>
}
