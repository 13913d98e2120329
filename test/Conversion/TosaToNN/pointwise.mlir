// convert-tosa-to-nn: elementwise operations, stages, reductions.
// RUN: lacuna-opt %s --convert-tosa-to-nn | FileCheck %s

// CHECK-LABEL: @stages
func.func @stages(%a: tensor<2x3xi32>, %b: tensor<2x3xi8>, %h: tensor<2x3xi16>) {
  // CHECK: nn.elementwise identity %arg0 epilogue [#nn.rescale<i32 -> i8, multiplier = [1, 2, 3], shift = [30, 31, 32], zp = 0 -> -5, rounding = double>] :
  %m = "tosa.const"() <{values = dense<[1, 2, 3]> : tensor<3xi32>}> : () -> tensor<3xi32>
  %s = "tosa.const"() <{values = dense<[30, 31, 32]> : tensor<3xi8>}> : () -> tensor<3xi8>
  %z32 = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %z8 = "tosa.const"() <{values = dense<-5> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.rescale %a, %m, %s, %z32, %z8 {input_unsigned = false, output_unsigned = false, per_channel = true, rounding_mode = DOUBLE_ROUND, scale32 = true}
    : (tensor<2x3xi32>, tensor<3xi32>, tensor<3xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<2x3xi8>

  // Zero points of unsigned bytes are read as unsigned: 251, not -5.
  // CHECK: #nn.rescale<i8 -> i16, multiplier = [16384], shift = [15], zp = 251 -> 0, rounding = inexact, scale16, unsigned_input>
  %m16 = "tosa.const"() <{values = dense<16384> : tensor<1xi16>}> : () -> tensor<1xi16>
  %s15 = "tosa.const"() <{values = dense<15> : tensor<1xi8>}> : () -> tensor<1xi8>
  %z16 = "tosa.const"() <{values = dense<0> : tensor<1xi16>}> : () -> tensor<1xi16>
  %1 = tosa.rescale %b, %m16, %s15, %z8, %z16 {input_unsigned = true, output_unsigned = false, per_channel = false, rounding_mode = INEXACT_ROUND, scale32 = false}
    : (tensor<2x3xi8>, tensor<1xi16>, tensor<1xi8>, tensor<1xi8>, tensor<1xi16>) -> tensor<2x3xi16>

  // CHECK: nn.elementwise identity %arg1 epilogue [#nn.clamp<min = -3 : i8, max = 4 : i8>] :
  %2 = tosa.clamp %b {min_val = -3 : i8, max_val = 4 : i8} : (tensor<2x3xi8>) -> tensor<2x3xi8>

  // CHECK: nn.elementwise identity %arg1 epilogue [#nn.table<i8 -> i8, dense<4> : tensor<256xi8>>] :
  %t8 = "tosa.const"() <{values = dense<4> : tensor<256xi8>}> : () -> tensor<256xi8>
  %3 = tosa.table %b, %t8 : (tensor<2x3xi8>, tensor<256xi8>) -> tensor<2x3xi8>

  // CHECK: nn.elementwise identity %arg2 epilogue [#nn.table<i16 -> i32, dense<6> : tensor<513xi16>>] :
  %t16 = "tosa.const"() <{values = dense<6> : tensor<513xi16>}> : () -> tensor<513xi16>
  %4 = tosa.table %h, %t16 : (tensor<2x3xi16>, tensor<513xi16>) -> tensor<2x3xi32>
  return
}

// CHECK-LABEL: @kinds
func.func @kinds(%a: tensor<2x3xi32>, %r: tensor<1x3xi32>, %b: tensor<2x3xi8>, %t: tensor<2x3xi1>) {
  // CHECK: nn.elementwise add %arg0, %arg1 : (tensor<2x3xi32>, tensor<1x3xi32>) -> tensor<2x3xi32>
  %0 = tosa.add %a, %r : (tensor<2x3xi32>, tensor<1x3xi32>) -> tensor<2x3xi32>
  // CHECK: nn.elementwise sub
  %1 = tosa.sub %a, %r : (tensor<2x3xi32>, tensor<1x3xi32>) -> tensor<2x3xi32>
  // CHECK: nn.elementwise mul %arg0, %arg1 shift = 9 :
  %s9 = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %2 = tosa.mul %a, %r, %s9 : (tensor<2x3xi32>, tensor<1x3xi32>, tensor<1xi8>) -> tensor<2x3xi32>
  // CHECK: nn.elementwise max
  %3 = tosa.maximum %a, %r : (tensor<2x3xi32>, tensor<1x3xi32>) -> tensor<2x3xi32>
  // CHECK: nn.elementwise min
  %4 = tosa.minimum %a, %r : (tensor<2x3xi32>, tensor<1x3xi32>) -> tensor<2x3xi32>
  // CHECK: nn.elementwise abs
  %5 = tosa.abs %a : (tensor<2x3xi32>) -> tensor<2x3xi32>
  // CHECK: nn.elementwise negate %arg2 input_zp = 9 output_zp = 9 :
  %6 = tosa.negate %b, %s9, %s9 : (tensor<2x3xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<2x3xi8>
  // CHECK: nn.elementwise bitwise_not
  %7 = tosa.bitwise_not %b : (tensor<2x3xi8>) -> tensor<2x3xi8>
  // CHECK: nn.elementwise bitwise_and
  %8 = tosa.bitwise_and %b, %b : (tensor<2x3xi8>, tensor<2x3xi8>) -> tensor<2x3xi8>
  // CHECK: nn.elementwise bitwise_or
  %9 = tosa.bitwise_or %b, %b : (tensor<2x3xi8>, tensor<2x3xi8>) -> tensor<2x3xi8>
  // CHECK: nn.elementwise bitwise_xor
  %10 = tosa.bitwise_xor %b, %b : (tensor<2x3xi8>, tensor<2x3xi8>) -> tensor<2x3xi8>
  // CHECK: nn.elementwise logical_not
  %11 = tosa.logical_not %t : (tensor<2x3xi1>) -> tensor<2x3xi1>
  // CHECK: nn.elementwise logical_and
  %12 = tosa.logical_and %t, %t : (tensor<2x3xi1>, tensor<2x3xi1>) -> tensor<2x3xi1>
  // CHECK: nn.elementwise logical_or
  %13 = tosa.logical_or %t, %t : (tensor<2x3xi1>, tensor<2x3xi1>) -> tensor<2x3xi1>
  // CHECK: nn.elementwise logical_xor
  %14 = tosa.logical_xor %t, %t : (tensor<2x3xi1>, tensor<2x3xi1>) -> tensor<2x3xi1>
  // CHECK: nn.elementwise logical_left_shift
  %15 = tosa.logical_left_shift %a, %r : (tensor<2x3xi32>, tensor<1x3xi32>) -> tensor<2x3xi32>
  // CHECK: nn.elementwise logical_right_shift
  %16 = tosa.logical_right_shift %a, %r : (tensor<2x3xi32>, tensor<1x3xi32>) -> tensor<2x3xi32>
  // CHECK: nn.elementwise arithmetic_right_shift %arg0, %arg1 round :
  %17 = tosa.arithmetic_right_shift %a, %r {round = true} : (tensor<2x3xi32>, tensor<1x3xi32>) -> tensor<2x3xi32>
  // CHECK: nn.elementwise clz
  %18 = tosa.clz %a : (tensor<2x3xi32>) -> tensor<2x3xi32>
  // CHECK: nn.elementwise equal
  %19 = tosa.equal %a, %r : (tensor<2x3xi32>, tensor<1x3xi32>) -> tensor<2x3xi1>
  // CHECK: nn.elementwise greater %
  %20 = tosa.greater %a, %r : (tensor<2x3xi32>, tensor<1x3xi32>) -> tensor<2x3xi1>
  // CHECK: nn.elementwise greater_equal
  %21 = tosa.greater_equal %a, %r : (tensor<2x3xi32>, tensor<1x3xi32>) -> tensor<2x3xi1>
  // CHECK: nn.elementwise select %arg3, %arg0, %arg1 :
  %22 = tosa.select %t, %a, %r : (tensor<2x3xi1>, tensor<2x3xi32>, tensor<1x3xi32>) -> tensor<2x3xi32>
  // CHECK: nn.elementwise intdiv
  %23 = tosa.intdiv %a, %r : (tensor<2x3xi32>, tensor<1x3xi32>) -> tensor<2x3xi32>
  // CHECK: nn.elementwise cast %arg2 : (tensor<2x3xi8>) -> tensor<2x3xi32>
  %24 = tosa.cast %b : (tensor<2x3xi8>) -> tensor<2x3xi32>
  // CHECK: nn.elementwise identity %arg2 : (tensor<2x3xi8>) -> tensor<2x3xi8>
  %25 = tosa.identity %b : (tensor<2x3xi8>) -> tensor<2x3xi8>
  return
}

// CHECK-LABEL: @reductions
func.func @reductions(%a: tensor<2x3xi32>, %b: tensor<2x3xi8>, %t: tensor<2x3xi1>) {
  // CHECK: nn.reduce sum %arg0 axis = 1 : (tensor<2x3xi32>) -> tensor<2x1xi32>
  %0 = tosa.reduce_sum %a {axis = 1 : i32} : (tensor<2x3xi32>) -> tensor<2x1xi32>
  // CHECK: nn.reduce max %arg1 axis = 0
  %1 = tosa.reduce_max %b {axis = 0 : i32} : (tensor<2x3xi8>) -> tensor<1x3xi8>
  // CHECK: nn.reduce min
  %2 = tosa.reduce_min %b {axis = 0 : i32} : (tensor<2x3xi8>) -> tensor<1x3xi8>
  // CHECK: nn.reduce product
  %3 = tosa.reduce_product %a {axis = 0 : i32} : (tensor<2x3xi32>) -> tensor<1x3xi32>
  // CHECK: nn.reduce all
  %4 = tosa.reduce_all %t {axis = 0 : i32} : (tensor<2x3xi1>) -> tensor<1x3xi1>
  // CHECK: nn.reduce any
  %5 = tosa.reduce_any %t {axis = 0 : i32} : (tensor<2x3xi1>) -> tensor<1x3xi1>
  // CHECK: nn.reduce argmax %arg1 axis = 1 : (tensor<2x3xi8>) -> tensor<2xi32>
  %6 = tosa.argmax %b {axis = 1 : i32} : (tensor<2x3xi8>) -> tensor<2xi32>
  return
}
