// The entry: main, the only function, or the one that the option names.
// RUN: lacuna-opt %s --lacuna-select-entry | FileCheck %s
// RUN: lacuna-opt %s --lacuna-select-entry=entry=double | FileCheck %s --check-prefix=DOUBLE

// CHECK-NOT: @double
// CHECK: func.func @main(%arg0: tensor<4xi32>) -> (tensor<4xi32>, tensor<4xi32>)
// CHECK-NEXT: %[[A:.*]] = tosa.add %arg0, %arg0
// CHECK-NEXT: %[[B:.*]] = tosa.add %[[A]], %[[A]]
// CHECK-NEXT: return %[[A]], %[[B]]
// CHECK-NOT: func.func

// DOUBLE-NOT: @main
// DOUBLE: func.func private @double
// DOUBLE-NOT: func.func

func.func private @double(%x: tensor<4xi32>) -> tensor<4xi32> {
  %0 = tosa.add %x, %x : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  return %0 : tensor<4xi32>
}

func.func private @twice(%x: tensor<4xi32>) -> (tensor<4xi32>, tensor<4xi32>) {
  %0 = call @double(%x) : (tensor<4xi32>) -> tensor<4xi32>
  %1 = call @double(%0) : (tensor<4xi32>) -> tensor<4xi32>
  return %0, %1 : tensor<4xi32>, tensor<4xi32>
}

func.func @main(%x: tensor<4xi32>) -> (tensor<4xi32>, tensor<4xi32>) {
  %0:2 = call @twice(%x) : (tensor<4xi32>) -> (tensor<4xi32>, tensor<4xi32>)
  return %0#0, %0#1 : tensor<4xi32>, tensor<4xi32>
}
