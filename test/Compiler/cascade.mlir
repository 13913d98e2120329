// Feature maps that are larger than the scratchpad never leave it: layers run side by side
// in stripes of rows, and of each map a ring of the rows stays that are still read.
// RUN: lacuna machine show nano | sed '/^scratchpad:/,/bytes:/s/bytes: .*/bytes: 8192/' > %t.yaml
// RUN: lacuna compile %s --machine %t.yaml --emit asm -o %t.s
// RUN: FileCheck %s --input-file %t.s
// CHECK-NOT: .tensor spill
// CHECK-NOT: .region spill
// One loop holds the instructions of all four layers.
// CHECK: loop
// CHECK: conv {{.*}}kernel_rows=3
// CHECK: rescale
// CHECK: depthwise
// CHECK: rescale
// CHECK: conv
// CHECK: map operation=maximum
// CHECK: end_loop
// Rings of layers inside are compared by what comes out of them.
// RUN: lacuna check %s --machine %t.yaml | FileCheck %s --check-prefix=EQUAL
// EQUAL: equal on {{.*}}: 1 of 4 layers, 1 sample (random); counted as predicted

// Without cascades they leave and come back.
// RUN: lacuna compile %s --machine %t.yaml -O1 --emit asm -o - | FileCheck %s --check-prefix=SPILLS
// SPILLS-COUNT-2: .tensor spill
// RUN: lacuna check %s --machine %t.yaml -O1 | FileCheck %s --check-prefix=AGREES
// AGREES: counted as predicted

// A schedule says which layers share a loop, how far each lags, and the bytes of rings.
// RUN: lacuna-opt %s --nn-schedule=machine=%t.yaml -o %t.scheduled.mlir
// RUN: FileCheck %s --check-prefix=SCHEDULE --input-file %t.scheduled.mlir
// SCHEDULE: #nn.schedule<[output 0 by [[#ROWS:]] times [[#TIMES:]] delay 0
// SCHEDULE-SAME: resident ring
// SCHEDULE: #nn.schedule<joins [output 0 by [[#ROWS]] times [[#TIMES]] delay 1
// SCHEDULE: #nn.schedule<joins
// SCHEDULE: #nn.schedule<joins
// It is obeyed where it is given: the same instructions again.
// RUN: lacuna-opt %t.scheduled.mlir --lacuna-nn-to-isa=machine=%t.yaml | grep -oE 'isa\.[a-z]+ .*' > %t.given
// RUN: lacuna-opt %s --lacuna-nn-to-isa=machine=%t.yaml | grep -oE 'isa\.[a-z]+ .*' > %t.chosen
// RUN: diff %t.given %t.chosen

// A layer that reads rows before they are made, or in a ring too small, is refused.
// RUN: sed 's/joins \[output 0 by \([0-9]*\) times \([0-9]*\) delay 1/joins [output 0 by \1 times \2 delay 0/' %t.scheduled.mlir > %t.early.mlir
// RUN: not diff -q %t.scheduled.mlir %t.early.mlir
// RUN: not lacuna-opt %t.early.mlir --pass-pipeline='builtin.module(lacuna-nn-to-isa{machine=%t.yaml},isa-verify)' -o /dev/null 2>&1 | FileCheck %s --check-prefix=EARLY
// EARLY: error:
// RUN: sed 's/times [0-9]* delay 1/times 3 delay 1/' %t.scheduled.mlir > %t.uneven.mlir
// RUN: not lacuna-opt %t.uneven.mlir --lacuna-nn-to-isa=machine=%t.yaml -o /dev/null 2>&1 | FileCheck %s --check-prefix=UNEVEN
// UNEVEN: the layers of a cascade share an outermost loop of as many iterations
func.func @main(%x: tensor<1x32x32x4xi8>) -> tensor<1x32x32x8xi8> {
  %w0 = nn.constant dense<3> : tensor<16x3x3x4xi8>
  %w1 = nn.constant dense<2> : tensor<3x3x16x1xi8>
  %w2 = nn.constant dense<1> : tensor<8x1x1x16xi8>
  %0 = nn.conv2d %x, %w0 stride = [1, 1] padding = [1, 1, 1, 1] acc = i32
         epilogue [#nn.rescale<i32 -> i8, multiplier = [1518500250], shift = [38], zp = 0 -> -3, rounding = single>]
     : (tensor<1x32x32x4xi8>, tensor<16x3x3x4xi8>) -> tensor<1x32x32x16xi8>
  %1 = nn.depthwise_conv2d %0, %w1 stride = [1, 1] padding = [1, 1, 1, 1] input_zp = -3 acc = i32
         epilogue [#nn.rescale<i32 -> i8, multiplier = [1518500250], shift = [36], zp = 0 -> 1, rounding = single>]
     : (tensor<1x32x32x16xi8>, tensor<3x3x16x1xi8>) -> tensor<1x32x32x16xi8>
  %2 = nn.conv2d %1, %w2 stride = [1, 1] padding = [0, 0, 0, 0] input_zp = 1 acc = i32
         epilogue [#nn.rescale<i32 -> i8, multiplier = [1518500250], shift = [34], zp = 0 -> 0, rounding = single>]
     : (tensor<1x32x32x16xi8>, tensor<8x1x1x16xi8>) -> tensor<1x32x32x8xi8>
  %3 = nn.elementwise max %2, %2 : (tensor<1x32x32x8xi8>, tensor<1x32x32x8xi8>) -> tensor<1x32x32x8xi8>
  return %3 : tensor<1x32x32x8xi8>
}
