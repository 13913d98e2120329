// Moving elements: rules M1 to M3 of docs/numerics.md.
// RUN: lacuna-compiler reference %s --print | FileCheck %s

func.func @main() -> (tensor<3x2xi8>, tensor<3x2xi8>, tensor<3x1x2xi8>,
    tensor<3x2x1xi8>, tensor<2x3xi8>, tensor<1x2xi8>, tensor<2x4xi8>,
    tensor<4x3xi8>, tensor<3x5xi8>, tensor<1x2x2xi16>, tensor<1x3x2xi16>) {
  %x = nn.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi8>
  %y = nn.constant dense<[[7], [8]]> : tensor<2x1xi8>
  %v = nn.constant dense<[[[1, 2], [3, 4], [5, 6]]]> : tensor<1x3x2xi16>
  %new = nn.constant dense<[[[7, 8], [9, 10]]]> : tensor<1x2x2xi16>
  %i = nn.constant dense<[[2, 0]]> : tensor<1x2xi32>
  %cube = nn.constant dense<[[[1, 2], [3, 4], [5, 6]]]> : tensor<1x3x2xi8>

  // M1
  // CHECK: output0: i8 {{\[\[}}1, 2], [3, 4], [5, 6]]
  %0 = nn.reshape %x
    : (tensor<2x3xi8>) -> tensor<3x2xi8>

  // M1: element [i, j] is the input's [j, i].
  // CHECK: output1: i8 {{\[\[}}1, 4], [2, 5], [3, 6]]
  %1 = nn.transpose %x perms = [1, 0]
    : (tensor<2x3xi8>) -> tensor<3x2xi8>

  // M1: the inner axis stays.
  // CHECK: output2: i8 {{\[\[\[}}1, 2]], {{\[\[}}3, 4]], {{\[\[}}5, 6]]]
  %2 = nn.transpose %cube perms = [1, 0, 2]
    : (tensor<1x3x2xi8>) -> tensor<3x1x2xi8>

  // M1: axis 0 is axis 1, 1 is 2, 2 is 0.
  // CHECK: output3: i8 {{\[\[\[}}1], [2]], {{\[\[}}3], [4]], {{\[\[}}5], [6]]]
  %3 = nn.transpose %cube perms = [1, 2, 0]
    : (tensor<1x3x2xi8>) -> tensor<3x2x1xi8>

  // M1
  // CHECK: output4: i8 {{\[\[}}3, 2, 1], [6, 5, 4]]
  %4 = nn.reverse %x axis = 1
    : (tensor<2x3xi8>) -> tensor<2x3xi8>

  // M1
  // CHECK: output5: i8 {{\[\[}}5, 6]]
  %5 = nn.slice %x start = [1, 1]
    : (tensor<2x3xi8>) -> tensor<1x2xi8>

  // M1
  // CHECK: output6: i8 {{\[\[}}1, 2, 3, 7], [4, 5, 6, 8]]
  %6 = nn.concat %x, %y axis = 1
    : (tensor<2x3xi8>, tensor<2x1xi8>) -> tensor<2x4xi8>

  // M1
  // CHECK: output7: i8 {{\[\[}}7, 7, 7], [8, 8, 8], [7, 7, 7], [8, 8, 8]]
  %7 = nn.tile %y
    : (tensor<2x1xi8>) -> tensor<4x3xi8>

  // M2
  // CHECK: output8: i8 {{\[\[}}9, 9, 9, 9, 9], [9, 1, 2, 3, 9], [9, 4, 5, 6, 9]]
  %8 = nn.pad %x low = [1, 1] high = [0, 1] value = 9
    : (tensor<2x3xi8>) -> tensor<3x5xi8>

  // M3
  // CHECK: output9: i16 {{\[\[\[}}5, 6], [1, 2]]]
  %9 = nn.gather %v at %i
    : (tensor<1x3x2xi16>, tensor<1x2xi32>) -> tensor<1x2x2xi16>

  // M3
  // CHECK: output10: i16 {{\[\[\[}}9, 10], [3, 4], [7, 8]]]
  %10 = nn.scatter %new into %v at %i
    : (tensor<1x3x2xi16>, tensor<1x2xi32>, tensor<1x2x2xi16>) -> tensor<1x3x2xi16>

  return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10 :
    tensor<3x2xi8>, tensor<3x2xi8>, tensor<3x1x2xi8>, tensor<3x2x1xi8>,
    tensor<2x3xi8>, tensor<1x2xi8>, tensor<2x4xi8>, tensor<4x3xi8>,
    tensor<3x5xi8>, tensor<1x2x2xi16>, tensor<1x3x2xi16>
}
