// Reductions: rules D1 and D2 of docs/numerics.md.
// RUN: lacuna-compiler reference %s --print | FileCheck %s

func.func @main() -> (tensor<2x1xi32>, tensor<1x3xi32>, tensor<1x3xi32>,
    tensor<2x1xi8>, tensor<2x1xi8>, tensor<3x1xi1>, tensor<3x1xi1>,
    tensor<2xi32>, tensor<3xi32>) {
  %x = nn.constant dense<[[3, 2147483647, 5], [-4, 1, 5]]> : tensor<2x3xi32>
  %h = nn.constant dense<[[3, 7, 7], [-4, -4, -5]]> : tensor<2x3xi8>
  %t = nn.constant dense<[[true, true], [false, true], [false, false]]> : tensor<3x2xi1>

  // D1: 3 + 2^31 - 1 + 5 wraps.
  // CHECK: output0: i32 {{\[\[}}-2147483641], [2]]
  %0 = nn.reduce sum %x axis = 1
    : (tensor<2x3xi32>) -> tensor<2x1xi32>

  // D1: along another axis.
  // CHECK: output1: i32 {{\[\[}}-1, -2147483648, 10]]
  %1 = nn.reduce sum %x axis = 0
    : (tensor<2x3xi32>) -> tensor<1x3xi32>

  // D1
  // CHECK: output2: i32 {{\[\[}}-12, 2147483647, 25]]
  %2 = nn.reduce product %x axis = 0
    : (tensor<2x3xi32>) -> tensor<1x3xi32>

  // D1
  // CHECK: output3: i8 {{\[\[}}7], [-4]]
  %3 = nn.reduce max %h axis = 1
    : (tensor<2x3xi8>) -> tensor<2x1xi8>

  // D1
  // CHECK: output4: i8 {{\[\[}}3], [-5]]
  %4 = nn.reduce min %h axis = 1
    : (tensor<2x3xi8>) -> tensor<2x1xi8>

  // D1
  // CHECK: output5: i1 {{\[\[}}1], [0], [0]]
  %5 = nn.reduce all %t axis = 1
    : (tensor<3x2xi1>) -> tensor<3x1xi1>

  // D1
  // CHECK: output6: i1 {{\[\[}}1], [1], [0]]
  %6 = nn.reduce any %t axis = 1
    : (tensor<3x2xi1>) -> tensor<3x1xi1>

  // D2: of equal ones the first; the axis goes.
  // CHECK: output7: i32 [1, 0]
  %7 = nn.reduce argmax %h axis = 1
    : (tensor<2x3xi8>) -> tensor<2xi32>

  // D2
  // CHECK: output8: i32 [0, 0, 0]
  %8 = nn.reduce argmax %h axis = 0
    : (tensor<2x3xi8>) -> tensor<3xi32>

  return %0, %1, %2, %3, %4, %5, %6, %7, %8 :
    tensor<2x1xi32>, tensor<1x3xi32>, tensor<1x3xi32>, tensor<2x1xi8>,
    tensor<2x1xi8>, tensor<3x1xi1>, tensor<3x1xi1>, tensor<2xi32>,
    tensor<3xi32>
}
