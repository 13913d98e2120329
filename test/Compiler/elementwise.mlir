// Elementwise layers as programs.
// REQUIRES: numpy
// DEFINE: %{agree} = %python %S/Inputs/agree.py %s --entry
// DEFINE: %{count} = lacuna compile %s --machine edge --emit asm -o - --entry

// Axes of length 1 repeat, on either side; the row and the column are brought in
// once, and the product of them never leaves the chip.
// RUN: %{agree} broadcast
// RUN: %{agree} broadcast --machine nano --set scratchpad.bytes=1024
func.func @broadcast(%row: tensor<1x1x30xi32>, %column: tensor<4x20x1xi32>, %all: tensor<4x20x30xi32>)
    -> (tensor<4x20x30xi32>, tensor<4x20x30xi1>) {
  %0 = nn.elementwise mul %row, %column shift = 3
    : (tensor<1x1x30xi32>, tensor<4x20x1xi32>) -> tensor<4x20x30xi32>
  %1 = nn.elementwise greater %all, %column
    : (tensor<4x20x30xi32>, tensor<4x20x1xi32>) -> tensor<4x20x30xi1>
  return %0, %1 : tensor<4x20x30xi32>, tensor<4x20x30xi1>
}

// Both operands' scales and the result's are one map.
// RUN: %{agree} residual
// RUN: %{count} residual | FileCheck %s --check-prefix=RESIDUAL
// RESIDUAL: map operation=add
// RESIDUAL-NOT: map operation
// RESIDUAL-NOT: rescale
// RESIDUAL: halt
func.func @residual(%a: tensor<1x5x5x8xi8>, %b: tensor<1x5x5x8xi8>) -> tensor<1x5x5x8xi8> {
  %0 = nn.elementwise add %a, %b
    prologue [[#nn.rescale<i8 -> i32, multiplier = [1073741824], shift = [11], zp = 4 -> 0, rounding = double>],
              [#nn.rescale<i8 -> i32, multiplier = [2000000000], shift = [12], zp = -9 -> 0, rounding = double>]]
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1140768826], shift = [49], zp = 0 -> -128, rounding = double>,
              #nn.clamp<min = -100 : i8, max = 100 : i8>]
    : (tensor<1x5x5x8xi8>, tensor<1x5x5x8xi8>) -> tensor<1x5x5x8xi8>
  return %0 : tensor<1x5x5x8xi8>
}

// Two stages on each operand: the first's go before the map on the chip, the
// second's have a problem of their own.
// RUN: %{agree} staged
func.func @staged(%a: tensor<3x8xi8>, %b: tensor<1x8xi8>) -> tensor<3x8xi32> {
  %0 = nn.elementwise sub %a, %b
    prologue [[#nn.rescale<i8 -> i32, multiplier = [1073741824], shift = [10], zp = -128 -> 0, rounding = double>,
               #nn.rescale<i32 -> i32, multiplier = [1623821475], shift = [33], zp = 0 -> 0, rounding = double>],
              [#nn.rescale<i8 -> i32, multiplier = [1073741824], shift = [10], zp = 7 -> 0, rounding = double>,
               #nn.rescale<i32 -> i32, multiplier = [1223821475], shift = [33], zp = 0 -> 0, rounding = single>]]
    : (tensor<3x8xi8>, tensor<1x8xi8>) -> tensor<3x8xi32>
  return %0 : tensor<3x8xi32>
}

// A constant that is one value is part of the instruction, unless it comes
// first and may not change places.
// RUN: %{agree} constants
// RUN: %{count} constants | FileCheck %s --check-prefix=CONSTANTS
// CONSTANTS-DAG: immediate=7
// CONSTANTS-DAG: operation=subtract, {{.*}}use_b
func.func @constants(%a: tensor<6xi32>) -> (tensor<6xi32>, tensor<6xi32>) {
  %seven = nn.constant dense<7> : tensor<1xi32>
  %0 = nn.elementwise add %seven, %a : (tensor<1xi32>, tensor<6xi32>) -> tensor<6xi32>
  %1 = nn.elementwise sub %seven, %a : (tensor<1xi32>, tensor<6xi32>) -> tensor<6xi32>
  return %0, %1 : tensor<6xi32>, tensor<6xi32>
}

// RUN: %{agree} others
func.func @others(%c: tensor<4x1xi1>, %a: tensor<4x9xi16>, %b: tensor<1x9xi16>, %d: tensor<4x9xi32>)
    -> (tensor<4x9xi16>, tensor<4x9xi16>, tensor<4x9xi8>, tensor<4x9xi1>, tensor<4x9xi8>, tensor<4x9xi16>) {
  %0 = nn.elementwise select %c, %a, %b : (tensor<4x1xi1>, tensor<4x9xi16>, tensor<1x9xi16>) -> tensor<4x9xi16>
  %1 = nn.elementwise arithmetic_right_shift %a, %b round : (tensor<4x9xi16>, tensor<1x9xi16>) -> tensor<4x9xi16>
  %2 = nn.elementwise cast %d : (tensor<4x9xi32>) -> tensor<4x9xi8>
  %3 = nn.elementwise cast %d : (tensor<4x9xi32>) -> tensor<4x9xi1>
  %4 = nn.elementwise negate %2 input_zp = 3 output_zp = -4 : (tensor<4x9xi8>) -> tensor<4x9xi8>
  %5 = nn.elementwise max %a, %b : (tensor<4x9xi16>, tensor<1x9xi16>) -> tensor<4x9xi16>
  return %0, %1, %2, %3, %4, %5
    : tensor<4x9xi16>, tensor<4x9xi16>, tensor<4x9xi8>, tensor<4x9xi1>, tensor<4x9xi8>, tensor<4x9xi16>
}
