// Quantised types become exact integer arithmetic.
// RUN: lacuna-opt %s --split-input-file --nn-legalize-quant | FileCheck %s

// A bias in units of both scales, a factor a channel; a ReLU whose zero point is
// the least integer leaves no clamp. 0.5 * 0.25 / 0.125 = 1 and twice that.
// CHECK-LABEL: @conv
// CHECK-SAME: (%[[X:.*]]: tensor<1x1x1x2xi8> {nn.scale = 5.000000e-01 : f32, nn.source = f32, nn.zero_point = 3 : i64})
// CHECK-SAME: -> (tensor<1x1x1x2xi8> {nn.scale = 1.250000e-01 : f32, nn.source = f32, nn.zero_point = -128 : i64})
// CHECK-DAG: %[[W:.*]] = nn.constant dense<{{\[\[\[\[}}1, 2]]], {{\[\[\[}}3, 4]]]]> : tensor<2x1x1x2xi8>
// CHECK-DAG: %[[B:.*]] = nn.constant dense<[8, -2]> : tensor<2xi32>
// CHECK: %[[Y:.*]] = nn.conv2d %[[X]], %[[W]] bias %[[B]] {{.*}} input_zp = 3 acc = i32
// CHECK-SAME: epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824, 1073741824], shift = [30, 29], zp = 0 -> -128, rounding = single>] :
// CHECK: return %[[Y]]
func.func @conv(%x: tensor<1x1x1x2xf32>) -> tensor<1x1x1x2xf32> {
  %c = nn.constant dense<[[[[1, 2]]], [[[3, 4]]]]> : tensor<2x1x1x2xi8>
  %b = nn.constant dense<[1.0, -0.5]> : tensor<2xf32>
  %q = quant.qcast %x : tensor<1x1x1x2xf32> to tensor<1x1x1x2x!quant.uniform<i8:f32, 0.5:3>>
  %w = quant.scast %c : tensor<2x1x1x2xi8> to tensor<2x1x1x2x!quant.uniform<i8<-127:127>:f32:0, {0.25, 0.5}>>
  %0 = nn.conv2d %q, %w bias %b stride = [1, 1] padding = [0, 0, 0, 0] acc = f32
    epilogue [#nn.clamp<min = 0.0 : f32, max = 3.0e+38 : f32>]
    : (tensor<1x1x1x2x!quant.uniform<i8:f32, 0.5:3>>, tensor<2x1x1x2x!quant.uniform<i8<-127:127>:f32:0, {0.25, 0.5}>>, tensor<2xf32>)
    -> tensor<1x1x1x2x!quant.uniform<i8:f32, 0.125:-128>> loc("conv")
  %1 = quant.dcast %0 : tensor<1x1x1x2x!quant.uniform<i8:f32, 0.125:-128>> to tensor<1x1x1x2xf32>
  return %1 : tensor<1x1x1x2xf32>
}

// -----
// Both sides at the larger scale times 2^20; a clamp that the range does not
// imply stays: 6 / 0.25 + 0 = 24.
// CHECK-LABEL: @add
// CHECK: nn.elementwise add
// CHECK-SAME: prologue {{\[\[}}#nn.rescale<i8 -> i32, multiplier = [1073741824], shift = [11], zp = 1 -> 0, rounding = single>], [#nn.rescale<i8 -> i32, multiplier = [1073741824], shift = [10], zp = 2 -> 0, rounding = single>]]
// CHECK-SAME: epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [48], zp = 0 -> 0, rounding = single>, #nn.clamp<min = 0 : i8, max = 24 : i8>]
func.func @add(%x: tensor<1x4xf32>, %y: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %a = quant.qcast %x : tensor<1x4xf32> to tensor<1x4x!quant.uniform<i8:f32, 0.5:1>>
  %b = quant.qcast %y : tensor<1x4xf32> to tensor<1x4x!quant.uniform<i8:f32, 1.0:2>>
  %0 = nn.elementwise add %a, %b epilogue [#nn.clamp<min = 0.0 : f32, max = 6.0 : f32>]
    : (tensor<1x4x!quant.uniform<i8:f32, 0.5:1>>, tensor<1x4x!quant.uniform<i8:f32, 1.0:2>>) -> tensor<1x4x!quant.uniform<i8:f32, 0.25>> loc("add")
  %1 = quant.dcast %0 : tensor<1x4x!quant.uniform<i8:f32, 0.25>> to tensor<1x4xf32>
  return %1 : tensor<1x4xf32>
}

// -----
// 16-bit sums are of 48 bits, their multipliers of 15.
// CHECK-LABEL: @wide
// CHECK: nn.matmul %{{.*}}, %{{.*}} acc = i48 epilogue [#nn.rescale<i48 -> i16, multiplier = [16384], shift = [16], zp = 0 -> 0, rounding = single, scale16>]
func.func @wide(%x: tensor<1x2x3xf32>, %y: tensor<1x3x2xf32>) -> tensor<1x2x2xf32> {
  %a = quant.qcast %x : tensor<1x2x3xf32> to tensor<1x2x3x!quant.uniform<i16:f32, 0.5>>
  %b = quant.qcast %y : tensor<1x3x2xf32> to tensor<1x3x2x!quant.uniform<i16:f32, 0.5>>
  %0 = nn.matmul %a, %b acc = f32
    : (tensor<1x2x3x!quant.uniform<i16:f32, 0.5>>, tensor<1x3x2x!quant.uniform<i16:f32, 0.5>>) -> tensor<1x2x2x!quant.uniform<i16:f32, 1.0>> loc("product")
  %1 = quant.dcast %0 : tensor<1x2x2x!quant.uniform<i16:f32, 1.0>> to tensor<1x2x2xf32>
  return %1 : tensor<1x2x2xf32>
}

// -----
// Padding is the zero point, or the integer of what is padded with (1.5 is
// 0x3fc00000).
// CHECK-LABEL: @moves
// CHECK: nn.pad %{{.*}} low = [0, 1] high = [0, 0] value = -4
// CHECK: nn.pad %{{.*}} low = [0, 0] high = [0, 1] value = -1
// CHECK: nn.concat {{.*}} (tensor<1x3xi8>, tensor<1x3xi8>) -> tensor<1x6xi8>
func.func @moves(%x: tensor<1x2xf32>) -> tensor<1x6xf32> {
  %q = quant.qcast %x : tensor<1x2xf32> to tensor<1x2x!quant.uniform<i8:f32, 0.5:-4>>
  %0 = nn.pad %q low = [0, 1] high = [0, 0] value = 0
    : (tensor<1x2x!quant.uniform<i8:f32, 0.5:-4>>) -> tensor<1x3x!quant.uniform<i8:f32, 0.5:-4>>
  %1 = nn.pad %q low = [0, 0] high = [0, 1] value = 1069547520
    : (tensor<1x2x!quant.uniform<i8:f32, 0.5:-4>>) -> tensor<1x3x!quant.uniform<i8:f32, 0.5:-4>>
  %2 = nn.concat %0, %1 axis = 1
    : (tensor<1x3x!quant.uniform<i8:f32, 0.5:-4>>, tensor<1x3x!quant.uniform<i8:f32, 0.5:-4>>) -> tensor<1x6x!quant.uniform<i8:f32, 0.5:-4>>
  %3 = quant.dcast %2 : tensor<1x6x!quant.uniform<i8:f32, 0.5:-4>> to tensor<1x6xf32>
  return %3 : tensor<1x6xf32>
}

// -----
// A tree of one variable is a table: abs(x) * 2 + 1 of scale 1 is the integer
// itself there.
// CHECK-LABEL: @table
// CHECK: nn.elementwise identity %{{.*}} epilogue [#nn.table<i8 -> i8, dense<"0x7F7F
// CHECK-SAME: 050301030507
// CHECK-NOT: nn.elementwise
func.func @table(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %two = nn.constant dense<2.0> : tensor<1x1xf32>
  %one = nn.constant dense<1.0> : tensor<1x1xf32>
  %q = quant.qcast %x : tensor<1x2xf32> to tensor<1x2x!quant.uniform<i8:f32, 1.0>>
  %f = quant.dcast %q : tensor<1x2x!quant.uniform<i8:f32, 1.0>> to tensor<1x2xf32>
  %0 = nn.elementwise abs %f : (tensor<1x2xf32>) -> tensor<1x2xf32> loc("abs")
  %1 = nn.elementwise mul %0, %two : (tensor<1x2xf32>, tensor<1x1xf32>) -> tensor<1x2xf32> loc("mul")
  %2 = nn.elementwise add %1, %one : (tensor<1x2xf32>, tensor<1x1xf32>) -> tensor<1x2xf32> loc("add")
  %3 = quant.qcast %2 : tensor<1x2xf32> to tensor<1x2x!quant.uniform<i8:f32, 1.0>>
  %4 = quant.dcast %3 : tensor<1x2x!quant.uniform<i8:f32, 1.0>> to tensor<1x2xf32>
  return %4 : tensor<1x2xf32>
}

// -----
// What stays float has layers that convert around it.
// CHECK-LABEL: @stays
// CHECK-SAME: (%[[X:.*]]: tensor<1x2xf32>, %[[Y:.*]]: tensor<1x2xi8> {nn.scale
// CHECK: %[[F:.*]] = nn.elementwise pow %[[X]], %[[X]]
// CHECK: %[[M:.*]] = nn.elementwise mul %[[F]],
// CHECK: %[[C:.*]] = nn.elementwise cast %[[M]] : (tensor<1x2xf32>) -> tensor<1x2xi8>
// CHECK: nn.elementwise add %[[C]], %[[Y]] prologue
func.func @stays(%x: tensor<1x2xf32>, %y: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %0 = nn.elementwise pow %x, %x : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32> loc("pow")
  %q = quant.qcast %0 : tensor<1x2xf32> to tensor<1x2x!quant.uniform<i8:f32, 1.0>>
  %r = quant.qcast %y : tensor<1x2xf32> to tensor<1x2x!quant.uniform<i8:f32, 1.0>>
  %1 = nn.elementwise add %q, %r
    : (tensor<1x2x!quant.uniform<i8:f32, 1.0>>, tensor<1x2x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x!quant.uniform<i8:f32, 1.0>> loc("sum")
  %2 = quant.dcast %1 : tensor<1x2x!quant.uniform<i8:f32, 1.0>> to tensor<1x2xf32>
  return %2 : tensor<1x2xf32>
}

// -----
// An integer function passes through.
// CHECK-LABEL: @integer
// CHECK-NEXT: return %{{.*}} : tensor<1x2xi8>
func.func @integer(%x: tensor<1x2xi8>) -> tensor<1x2xi8> {
  return %x : tensor<1x2xi8>
}
