// Layers have names: the model's own, else operator and ordinal; all different.
// RUN: lacuna-opt %s --convert-tosa-to-nn --mlir-print-debuginfo --mlir-use-nameloc-as-prefix | FileCheck %s

// CHECK: %[[X:[a-z0-9]+]]: tensor<4xi32>
func.func @main(%x: tensor<4xi32>) -> tensor<4xi32> {
  // CHECK: %abs_0 = nn.elementwise abs %[[X]]
  %0 = tosa.abs %x : (tensor<4xi32>) -> tensor<4xi32>
  // CHECK: %stem = nn.elementwise clz %abs_0
  %1 = tosa.clz %0 : (tensor<4xi32>) -> tensor<4xi32> loc("stem")
  // CHECK: %abs_1 = nn.elementwise abs %stem
  %2 = tosa.abs %1 : (tensor<4xi32>) -> tensor<4xi32>
  // CHECK: %stem_1 = nn.elementwise abs %abs_1
  %3 = tosa.abs %2 : (tensor<4xi32>) -> tensor<4xi32> loc("stem")
  // A model may take the name that we would have given.
  // CHECK: %abs_2 = nn.elementwise abs %stem_1
  %4 = tosa.abs %3 : (tensor<4xi32>) -> tensor<4xi32> loc("abs_2")
  // CHECK: %abs_2_1 = nn.elementwise abs %abs_2
  %5 = tosa.abs %4 : (tensor<4xi32>) -> tensor<4xi32>
  return %5 : tensor<4xi32>
}
