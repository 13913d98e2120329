// Pooling and resizing: rules P1 to P3 and Z1 to Z3 of docs/numerics.md.
// RUN: lacuna-compiler reference %s --print | FileCheck %s

func.func @main() -> (tensor<1x2x2x1xi8>, tensor<1x2x2x1xi8>,
    tensor<1x2x2x1xi8>, tensor<1x1x1x1xi8>, tensor<1x3x3x1xi8>,
    tensor<1x3x3x1xi32>, tensor<1x1x1x1xi48>) {
  %x = nn.constant dense<[[[[1], [2], [3]], [[4], [5], [6]], [[7], [8], [9]]]]> : tensor<1x3x3x1xi8>
  %n = nn.constant dense<[[[[-1], [-2]], [[-3], [-4]]]]> : tensor<1x2x2x1xi8>
  %q = nn.constant dense<[[[[0], [8]], [[16], [-24]]]]> : tensor<1x2x2x1xi8>
  %h = nn.constant dense<32767> : tensor<1x1x1x1xi16>

  // P1: padding takes no part, even where all elements are negative.
  // CHECK: output0: i8 {{\[\[\[\[}}-1], [-2]], {{\[\[}}-3], [-4]]]]
  %0 = nn.pool max %n kernel = [2, 2] stride = [1, 1] padding = [0, 1, 0, 1]
    : (tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi8>

  // P2: the corner divides by 1, the edges by 2 (-1.5 and -2: ties below zero
  // round away from it), the inside by 4 (-2.5).
  // CHECK: output1: i8 {{\[\[\[\[}}-1], [-2]], {{\[\[}}-2], [-3]]]]
  %1 = nn.pool avg %n kernel = [2, 2] stride = [1, 1] padding = [1, 0, 1, 0] acc = i32
    : (tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi8>

  // P2: zero points: (1+2+4+5 - 4*2)/4 = 1, + 100; and so on.
  // CHECK: output2: i8 {{\[\[\[\[}}101], [102]], {{\[\[}}104], [105]]]]
  %2 = nn.pool avg %x kernel = [2, 2] stride = [1, 1] padding = [0, 0, 0, 0]
    input_zp = 2 output_zp = 100 acc = i32
    : (tensor<1x3x3x1xi8>) -> tensor<1x2x2x1xi8>

  // P2: the sum saturates after the zero point: -2.5 - 127.
  // CHECK: output3: i8 {{\[\[\[\[}}-128]]]]
  %3 = nn.pool avg %n kernel = [2, 2] stride = [2, 2] padding = [0, 0, 0, 0]
    output_zp = -127 acc = i32
    : (tensor<1x2x2x1xi8>) -> tensor<1x1x1x1xi8>

  // Z2: halves take the upper neighbour.
  // CHECK: output4: i8 {{\[\[\[\[}}0], [8], [8]], {{\[\[}}16], [-24], [-24]], {{\[\[}}16], [-24], [-24]]]]
  %4 = nn.resize nearest %q scale = [4, 2, 4, 2] offset = [0, 0] border = [0, 0]
    : (tensor<1x2x2x1xi8>) -> tensor<1x3x3x1xi8>

  // Z3: weights in quarters of 16, the sum unscaled.
  // CHECK: output5: i32 {{\[\[\[\[}}0], [64], [128]], {{\[\[}}128], [0], [-128]], {{\[\[}}256], [-64], [-384]]]]
  %5 = nn.resize bilinear %q scale = [4, 2, 4, 2] offset = [0, 0] border = [0, 0]
    : (tensor<1x2x2x1xi8>) -> tensor<1x3x3x1xi32>

  // Z1: a negative position clamps to the first element; i16 gives i48.
  // CHECK: output6: i48 {{\[\[\[\[}}131068]]]]
  %6 = nn.resize bilinear %h scale = [2, 2, 2, 2] offset = [-1, -1] border = [-1, -1]
    : (tensor<1x1x1x1xi16>) -> tensor<1x1x1x1xi48>

  return %0, %1, %2, %3, %4, %5, %6 :
    tensor<1x2x2x1xi8>, tensor<1x2x2x1xi8>, tensor<1x2x2x1xi8>,
    tensor<1x1x1x1xi8>, tensor<1x3x3x1xi8>, tensor<1x3x3x1xi32>,
    tensor<1x1x1x1xi48>
}
