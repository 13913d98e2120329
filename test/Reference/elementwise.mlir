// Elementwise layers: rules E1 to E15 and K1 of docs/numerics.md.
// RUN: lacuna-compiler reference %s --print | FileCheck %s

func.func @main() -> (tensor<3xi32>, tensor<3xi32>, tensor<2x3xi32>,
    tensor<3xi32>, tensor<3xi32>, tensor<3xi32>, tensor<3xi32>,
    tensor<3xi32>, tensor<3xi32>, tensor<3xi16>, tensor<3xi32>,
    tensor<3xi32>, tensor<3xi8>, tensor<3xi32>, tensor<3xi32>, tensor<3xi32>,
    tensor<3xi32>, tensor<3xi1>, tensor<3xi1>, tensor<3xi1>, tensor<3xi8>,
    tensor<3xi32>, tensor<3xi32>, tensor<3xi32>, tensor<3xi1>, tensor<3xi1>,
    tensor<3xi1>, tensor<3xi1>, tensor<3xi32>, tensor<3xi32>, tensor<3xi8>,
    tensor<3xi1>, tensor<3xi8>) {
  %a = nn.constant dense<[-2147483648, -3, 2147483647]> : tensor<3xi32>
  %b = nn.constant dense<[-1, 2, 1]> : tensor<3xi32>
  %c = nn.constant dense<[33, 1, 31]> : tensor<3xi32>
  %col = nn.constant dense<[[1], [2]]> : tensor<2x1xi32>
  %row = nn.constant dense<[[10, 20, 30]]> : tensor<1x3xi32>
  %bytes = nn.constant dense<[-128, -1, 127]> : tensor<3xi8>
  %bytes32 = nn.constant dense<[-128, 2, 127]> : tensor<3xi32>
  %shift16 = nn.constant dense<[128, 1, 4]> : tensor<3xi16>
  %halves = nn.constant dense<[-128, -3, 9]> : tensor<3xi16>
  %truth = nn.constant dense<[true, false, true]> : tensor<3xi1>
  %truth2 = nn.constant dense<[true, true, false]> : tensor<3xi1>

  // E1: sums and differences wrap.
  // CHECK: output0: i32 [2147483647, -1, -2147483648]
  %0 = nn.elementwise add %a, %b
    : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>

  // E1
  // CHECK: output1: i32 [-2147483647, -5, 2147483646]
  %1 = nn.elementwise sub %a, %b
    : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>

  // An axis of length 1 is repeated.
  // CHECK: output2: i32 {{\[\[}}11, 21, 31], [12, 22, 32]]
  %2 = nn.elementwise add %col, %row
    : (tensor<2x1xi32>, tensor<1x3xi32>) -> tensor<2x3xi32>

  // E2: the low 32 bits.
  // CHECK: output3: i32 [-2147483648, -6, 2147483647]
  %3 = nn.elementwise mul %a, %b
    : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>

  // E2: 8-bit operands give 32 bits.
  // CHECK: output4: i32 [16384, 1, 16129]
  %4 = nn.elementwise mul %bytes, %bytes
    : (tensor<3xi8>, tensor<3xi8>) -> tensor<3xi32>

  // E3: 2^30, -3 (of -6 / 2) and 2^30 (of 2^30 - 1/2).
  // CHECK: output5: i32 [1073741824, -3, 1073741824]
  %5 = nn.elementwise mul %a, %b shift = 1
    : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>

  // E4: amount 33 is 1 (E7).
  // CHECK: output6: i32 [-1073741824, -2, 0]
  %6 = nn.elementwise arithmetic_right_shift %a, %c
    : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>

  // E4: -1.5 rounds to -1, 2^31 - 1 over 2^31 to 1.
  // CHECK: output7: i32 [-1073741824, -1, 1]
  %7 = nn.elementwise arithmetic_right_shift %a, %c round
    : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>

  // E5
  // CHECK: output8: i32 [0, -6, -2147483648]
  %8 = nn.elementwise logical_left_shift %a, %c
    : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>

  // E6: zeros come in at 16 bits, not at 32; an amount of 128 is 0.
  // CHECK: output9: i16 [-128, 32766, 0]
  %9 = nn.elementwise logical_right_shift %halves, %shift16
    : (tensor<3xi16>, tensor<3xi16>) -> tensor<3xi16>

  // E8: towards zero; -2^31 / -1 wraps.
  // CHECK: output10: i32 [-2147483648, -1, 2147483647]
  %10 = nn.elementwise intdiv %a, %b
    : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>

  // E9
  // CHECK: output11: i32 [-2147483648, 3, 2147483647]
  %11 = nn.elementwise abs %a
    : (tensor<3xi32>) -> tensor<3xi32>

  // E10: 8 bits saturate.
  // CHECK: output12: i8 [127, 3, -125]
  %12 = nn.elementwise negate %bytes input_zp = -5 output_zp = 7
    : (tensor<3xi8>) -> tensor<3xi8>

  // E10: 32 bits wrap.
  // CHECK: output13: i32 [-2147483648, 3, -2147483647]
  %13 = nn.elementwise negate %a
    : (tensor<3xi32>) -> tensor<3xi32>

  // E11
  // CHECK: output14: i32 [0, 30, 31]
  %14 = nn.elementwise clz %b
    : (tensor<3xi32>) -> tensor<3xi32>

  // E12
  // CHECK: output15: i32 [-1, 2, 2147483647]
  %15 = nn.elementwise max %a, %b
    : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>

  // E12
  // CHECK: output16: i32 [-2147483648, -3, 1]
  %16 = nn.elementwise min %a, %b
    : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>

  // E12
  // CHECK: output17: i1 [0, 1, 0]
  %17 = nn.elementwise equal %bytes32, %b
    : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>

  // E12
  // CHECK: output18: i1 [0, 0, 1]
  %18 = nn.elementwise greater %a, %b
    : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>

  // E12
  // CHECK: output19: i1 [1, 1, 1]
  %19 = nn.elementwise greater_equal %a, %a
    : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>

  // E13
  // CHECK: output20: i8 [127, 0, -128]
  %20 = nn.elementwise bitwise_not %bytes
    : (tensor<3xi8>) -> tensor<3xi8>

  // E13
  // CHECK: output21: i32 [-2147483648, 0, 1]
  %21 = nn.elementwise bitwise_and %a, %b
    : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>

  // E13
  // CHECK: output22: i32 [-1, -1, 2147483647]
  %22 = nn.elementwise bitwise_or %a, %b
    : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>

  // E13
  // CHECK: output23: i32 [2147483647, -1, 2147483646]
  %23 = nn.elementwise bitwise_xor %a, %b
    : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>

  // E14
  // CHECK: output24: i1 [0, 1, 0]
  %24 = nn.elementwise logical_not %truth
    : (tensor<3xi1>) -> tensor<3xi1>

  // E14
  // CHECK: output25: i1 [1, 0, 0]
  %25 = nn.elementwise logical_and %truth, %truth2
    : (tensor<3xi1>, tensor<3xi1>) -> tensor<3xi1>

  // E14
  // CHECK: output26: i1 [1, 1, 1]
  %26 = nn.elementwise logical_or %truth, %truth2
    : (tensor<3xi1>, tensor<3xi1>) -> tensor<3xi1>

  // E14
  // CHECK: output27: i1 [0, 1, 1]
  %27 = nn.elementwise logical_xor %truth, %truth2
    : (tensor<3xi1>, tensor<3xi1>) -> tensor<3xi1>

  // E15
  // CHECK: output28: i32 [-2147483648, 2, 2147483647]
  %28 = nn.elementwise select %truth, %a, %b
    : (tensor<3xi1>, tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>

  // K1: wider is sign-extended.
  // CHECK: output29: i32 [-128, -1, 127]
  %29 = nn.elementwise cast %bytes
    : (tensor<3xi8>) -> tensor<3xi32>

  // K1: narrower wraps.
  // CHECK: output30: i8 [0, -3, -1]
  %30 = nn.elementwise cast %a
    : (tensor<3xi32>) -> tensor<3xi8>

  // K1: to a boolean, and back.
  // CHECK: output31: i1 [1, 1, 1]
  %31 = nn.elementwise cast %a
    : (tensor<3xi32>) -> tensor<3xi1>

  // K1
  // CHECK: output32: i8 [1, 0, 1]
  %32 = nn.elementwise cast %truth
    : (tensor<3xi1>) -> tensor<3xi8>

  return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14,
    %15, %16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28,
    %29, %30, %31, %32 :
    tensor<3xi32>, tensor<3xi32>, tensor<2x3xi32>, tensor<3xi32>,
    tensor<3xi32>, tensor<3xi32>, tensor<3xi32>, tensor<3xi32>,
    tensor<3xi32>, tensor<3xi16>, tensor<3xi32>, tensor<3xi32>, tensor<3xi8>,
    tensor<3xi32>, tensor<3xi32>, tensor<3xi32>, tensor<3xi32>, tensor<3xi1>,
    tensor<3xi1>, tensor<3xi1>, tensor<3xi8>, tensor<3xi32>, tensor<3xi32>,
    tensor<3xi32>, tensor<3xi1>, tensor<3xi1>, tensor<3xi1>, tensor<3xi1>,
    tensor<3xi32>, tensor<3xi32>, tensor<3xi8>, tensor<3xi1>, tensor<3xi8>
}
