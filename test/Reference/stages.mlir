// Rescale and clamp: rules R1 to R6 and C1 of docs/numerics.md.
// RUN: lacuna-compiler reference %s --print | FileCheck %s

func.func @main() -> (tensor<7xi32>, tensor<7xi32>, tensor<7xi32>,
    tensor<7xi32>, tensor<2x2xi32>, tensor<4xi8>, tensor<4xi8>, tensor<4xi8>,
    tensor<7xi8>, tensor<7xi8>, tensor<2xi16>, tensor<2xi32>, tensor<7xi32>,
    tensor<7xi8>, tensor<4xi16>, tensor<4xi32>) {
  %x = nn.constant dense<[-100, -3, -1, 0, 1, 3, 100]> : tensor<7xi32>
  %pair = nn.constant dense<[[5, 5], [-6, -6]]> : tensor<2x2xi32>
  %bytes = nn.constant dense<[-1, -128, 0, 127]> : tensor<4xi8>
  %halves = nn.constant dense<[-1, -32768, 0, 32767]> : tensor<4xi16>
  %big = nn.constant dense<[-140737488355328, 140737488355327]> : tensor<2xi48>
  %most = nn.constant dense<[2147483647, -2147483648]> : tensor<2xi32>

  // R3: halves round up: -12.5 to -12, 12.5 to 13.
  // CHECK: output0: i32 [-12, 0, 0, 0, 0, 0, 13]
  %0 = nn.elementwise identity %x
    epilogue [#nn.rescale<i32 -> i32, multiplier = [1073741824], shift = [33],
      zp = 0 -> 0, rounding = single>]
    : (tensor<7xi32>) -> tensor<7xi32>

  // R4: the high multiply rounds first, away from zero: -12.5 to -13, 0.375 to 1.
  // CHECK: output1: i32 [-13, 0, 0, 0, 0, 1, 13]
  %1 = nn.elementwise identity %x
    epilogue [#nn.rescale<i32 -> i32, multiplier = [1073741824], shift = [33],
      zp = 0 -> 0, rounding = double>]
    : (tensor<7xi32>) -> tensor<7xi32>

  // R4: at a shift of 31 or less, double is single.
  // CHECK: output2: i32 [-50, -1, 0, 0, 1, 2, 50]
  %2 = nn.elementwise identity %x
    epilogue [#nn.rescale<i32 -> i32, multiplier = [1073741824], shift = [31],
      zp = 0 -> 0, rounding = double>]
    : (tensor<7xi32>) -> tensor<7xi32>

  // R5: inexact is single.
  // CHECK: output3: i32 [-12, 0, 0, 0, 0, 0, 13]
  %3 = nn.elementwise identity %x
    epilogue [#nn.rescale<i32 -> i32, multiplier = [1073741824], shift = [33],
      zp = 0 -> 0, rounding = inexact>]
    : (tensor<7xi32>) -> tensor<7xi32>

  // R1: a multiplier and shift for each index of the last axis.
  // CHECK: output4: i32 {{\[\[}}5, 3], [-6, -3]]
  %4 = nn.elementwise identity %pair
    epilogue [#nn.rescale<i32 -> i32, multiplier = [1073741824, 1073741824], shift = [30, 31],
      zp = 0 -> 0, rounding = single>]
    : (tensor<2x2xi32>) -> tensor<2x2xi32>

  // R1: unsigned bytes in: 255, 128, 0 and 127, less 128.
  // CHECK: output5: i8 [127, 0, -128, -1]
  %5 = nn.elementwise identity %bytes
    epilogue [#nn.rescale<i8 -> i8, multiplier = [1073741824], shift = [30],
      zp = 128 -> 0, rounding = single, unsigned_input>]
    : (tensor<4xi8>) -> tensor<4xi8>

  // R1: unsigned bytes out: 127, 0, 128 and 255, as signed bits.
  // CHECK: output6: i8 [127, 0, -128, -1]
  %6 = nn.elementwise identity %bytes
    epilogue [#nn.rescale<i8 -> i8, multiplier = [1073741824], shift = [30],
      zp = 0 -> 128, rounding = single, unsigned_output>]
    : (tensor<4xi8>) -> tensor<4xi8>

  // R1: out of 0 to 255 saturates: -1 to 0, 32767 to 255.
  // CHECK: output7: i8 [0, 0, 0, -1]
  %7 = nn.elementwise identity %halves
    epilogue [#nn.rescale<i16 -> i8, multiplier = [1073741824], shift = [30],
      zp = 0 -> 0, rounding = single, unsigned_output>]
    : (tensor<4xi16>) -> tensor<4xi8>

  // R1: signed saturation after the zero point.
  // CHECK: output8: i8 [-100, -3, -1, 0, 1, 3, 100]
  %8 = nn.elementwise identity %x
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [30],
      zp = 0 -> 0, rounding = single>]
    : (tensor<7xi32>) -> tensor<7xi8>

  // R1
  // CHECK: output9: i8 [-1, 96, 98, 99, 100, 102, 127]
  %9 = nn.elementwise identity %x
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [30],
      zp = 0 -> 99, rounding = single>]
    : (tensor<7xi32>) -> tensor<7xi8>

  // R3: 48 bits times 16.
  // CHECK: output10: i16 [-32768, 32767]
  %10 = nn.elementwise identity %big
    epilogue [#nn.rescale<i48 -> i16, multiplier = [16384], shift = [46],
      zp = 0 -> 0, rounding = single, scale16>]
    : (tensor<2xi48>) -> tensor<2xi16>

  // R6: beyond the specification's range the exact value saturates.
  // CHECK: output11: i32 [2147483647, -2147483648]
  %11 = nn.elementwise identity %most
    epilogue [#nn.rescale<i32 -> i32, multiplier = [2147483647], shift = [2],
      zp = 0 -> 0, rounding = single>]
    : (tensor<2xi32>) -> tensor<2xi32>

  // C1
  // CHECK: output12: i32 [-2, -2, -1, 0, 1, 3, 3]
  %12 = nn.elementwise identity %x
    epilogue [#nn.clamp<min = -2 : i32, max = 3 : i32>]
    : (tensor<7xi32>) -> tensor<7xi32>

  // Stages follow each other, each result in its own type: 100 * 2 saturates to 127
  // before it is halved.
  // CHECK: output13: i8 [-64, -3, -1, 0, 1, 3, 64]
  %13 = nn.elementwise identity %x
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [29],
      zp = 0 -> 0, rounding = single>,
      #nn.rescale<i8 -> i8, multiplier = [1073741824], shift = [31],
      zp = 0 -> 0, rounding = single>]
    : (tensor<7xi32>) -> tensor<7xi8>

  // B1: 256 entries of any type.
  // CHECK: output14: i16 [300, 300, 300, 300]
  %14 = nn.elementwise identity %bytes
    epilogue [#nn.table<i8 -> i16, dense<300> : tensor<256xi16>>]
    : (tensor<4xi8>) -> tensor<4xi16>

  // B2: 513 entries, the result with seven fraction bits.
  // CHECK: output15: i32 [896, 896, 896, 896]
  %15 = nn.elementwise identity %halves
    epilogue [#nn.table<i16 -> i32, dense<7> : tensor<513xi16>>]
    : (tensor<4xi16>) -> tensor<4xi32>

  return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15 :
    tensor<7xi32>, tensor<7xi32>, tensor<7xi32>, tensor<7xi32>,
    tensor<2x2xi32>, tensor<4xi8>, tensor<4xi8>, tensor<4xi8>, tensor<7xi8>,
    tensor<7xi8>, tensor<2xi16>, tensor<2xi32>, tensor<7xi32>, tensor<7xi8>, tensor<4xi16>, tensor<4xi32>
}
