// Stages of floats in as few instructions as hold them.
// RUN: lacuna compile %s --entry sums --machine float --emit asm -o - | FileCheck %s --check-prefix=SUMS
// RUN: lacuna compile %s --entry unbiased --machine float --emit asm -o - | FileCheck %s --check-prefix=UNBIASED
// RUN: lacuna compile %s --entry argument --machine float --emit asm -o - | FileCheck %s --check-prefix=ARGUMENT
// RUN: lacuna compile %s --entry pointwise --machine float --emit asm -o - | FileCheck %s --check-prefix=POINTWISE
// RUN: lacuna compile %s --entry rounds --machine float --emit asm -o - | FileCheck %s --check-prefix=ROUNDS
// RUN: lacuna compile %s --entry immediate --machine float --emit asm -o - | FileCheck %s --check-prefix=IMMEDIATE
// RUN: lacuna compile %s --entry vector --machine float --emit asm -o - | FileCheck %s --check-prefix=VECTOR
// RUN: lacuna compile %s --entry widens --machine float --emit asm -o - | FileCheck %s --check-prefix=WIDENS

// Bias, factors of channels, rounding and limits: one instruction.
// SUMS: {{^ *}}conv
// SUMS-SAME: dst_type=fp32
// SUMS: {{^ *}}rescale
// SUMS-SAME: src_type=fp32, dst_type=bf16, parameter_format=bias_scale
// SUMS-SAME: clamp_min=0, clamp_max=1086324736
// SUMS-NOT: map operation
func.func @sums(%x: tensor<1x4x4x8xbf16>) -> tensor<1x4x4x2xbf16> {
  %w = nn.constant dense<1.5> : tensor<2x1x1x8xbf16>
  %b = nn.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = nn.conv2d %x, %w bias %b stride = [1, 1] padding = [0, 0, 0, 0] acc = f32
    epilogue [#nn.scale<[0.5, 0.25]>, #nn.cast<f32 -> bf16>,
              #nn.clamp<min = 0.0 : bf16, max = 6.0 : bf16>]
    : (tensor<1x4x4x8xbf16>, tensor<2x1x1x8xbf16>, tensor<2xf32>) -> tensor<1x4x4x2xbf16>
  return %0 : tensor<1x4x4x2xbf16>
}

// Sums without a bias, or with one of +0, need no parameters.
// UNBIASED: {{^ *}}conv
// UNBIASED: {{^ *}}rescale
// UNBIASED-SAME: src_type=fp32, dst_type=fp32
// UNBIASED-NOT: parameters=
// UNBIASED: .predicted_text
func.func @unbiased(%x: tensor<1x4x4x8xf32>) -> tensor<1x4x4x2xf32> {
  %w = nn.constant dense<1.5> : tensor<2x1x1x8xf32>
  %b = nn.constant dense<0.0> : tensor<2xf32>
  %0 = nn.conv2d %x, %w bias %b stride = [1, 1] padding = [0, 0, 0, 0] acc = f32
    : (tensor<1x4x4x8xf32>, tensor<2x1x1x8xf32>, tensor<2xf32>) -> tensor<1x4x4x2xf32>
  return %0 : tensor<1x4x4x2xf32>
}

// A bias that is an argument fills the records: factors come after it.
// ARGUMENT: {{^ *}}rescale
// ARGUMENT-SAME: dst_type=fp32, parameter_format=bias
// ARGUMENT: map operation=multiply
// ARGUMENT-SAME: dst_type=fp16
// ARGUMENT-SAME: immediate=1056964608
func.func @argument(%x: tensor<1x4x4x8xf16>, %b: tensor<2xf32>) -> tensor<1x4x4x2xf16> {
  %w = nn.constant dense<1.5> : tensor<2x1x1x8xf16>
  %0 = nn.conv2d %x, %w bias %b stride = [1, 1] padding = [0, 0, 0, 0] acc = f32
    epilogue [#nn.scale<[0.5]>, #nn.cast<f32 -> f16>]
    : (tensor<1x4x4x8xf16>, tensor<2x1x1x8xf16>, tensor<2xf32>) -> tensor<1x4x4x2xf16>
  return %0 : tensor<1x4x4x2xf16>
}

// POINTWISE: map operation=add
// POINTWISE-SAME: dst_type=bf16
// POINTWISE-SAME: a_type=fp32
// POINTWISE-SAME: b_type=fp32
// POINTWISE-SAME: clamp_min=3212836864, clamp_max=1065353216
// POINTWISE-SAME: ignore_nan
// POINTWISE-NOT: map operation
func.func @pointwise(%a: tensor<40xf32>, %b: tensor<40xf32>) -> tensor<40xbf16> {
  %0 = nn.elementwise add %a, %b
    epilogue [#nn.cast<f32 -> bf16>, #nn.clamp<min = -1.0 : bf16, max = 1.0 : bf16, ignore_nan = true>]
    : (tensor<40xf32>, tensor<40xf32>) -> tensor<40xbf16>
  return %0 : tensor<40xbf16>
}

// A sum of bf16 is rounded to bf16 before it becomes anything else; a minimum
// that gives NaN does not share an instruction with limits that ignore it.
// ROUNDS: map operation=add
// ROUNDS-SAME: dst_type=bf16
// ROUNDS: map operation=copy
// ROUNDS-SAME: dst_type=fp16
// ROUNDS-SAME: a_type=bf16
// ROUNDS: map operation=minimum
// ROUNDS-NOT: clamp_min
// ROUNDS: map operation=copy
// ROUNDS-SAME: clamp_min=0
// ROUNDS-SAME: ignore_nan
func.func @rounds(%a: tensor<40xbf16>, %b: tensor<40xbf16>) -> (tensor<40xf16>, tensor<40xbf16>) {
  %0 = nn.elementwise add %a, %b epilogue [#nn.cast<bf16 -> f16>]
    : (tensor<40xbf16>, tensor<40xbf16>) -> tensor<40xf16>
  %1 = nn.elementwise min %a, %b
    epilogue [#nn.clamp<min = 0.0 : bf16, max = 1.0 : bf16, ignore_nan = true>]
    : (tensor<40xbf16>, tensor<40xbf16>) -> tensor<40xbf16>
  return %0, %1 : tensor<40xf16>, tensor<40xbf16>
}

// Immediates are the bits of an fp32, whatever the constant's type; a narrower
// operand is widened by the instruction that reads it.
// IMMEDIATE: map operation=multiply
// IMMEDIATE-SAME: immediate=1075838976
// IMMEDIATE: map operation=subtract
// IMMEDIATE-SAME: a_type=bf16
// IMMEDIATE-NOT: map operation
func.func @immediate(%a: tensor<40xbf16>, %b: tensor<40xf32>) -> (tensor<40xbf16>, tensor<40xf32>) {
  %c = nn.constant dense<2.5> : tensor<1xbf16>
  %0 = nn.elementwise mul %c, %a : (tensor<1xbf16>, tensor<40xbf16>) -> tensor<40xbf16>
  %1 = nn.elementwise sub %a, %b prologue [[#nn.cast<bf16 -> f32>], []]
    : (tensor<40xbf16>, tensor<40xf32>) -> tensor<40xf32>
  return %0, %1 : tensor<40xbf16>, tensor<40xf32>
}

// Averages and sums are rounded as they are written.
// VECTOR: pool operation=average
// VECTOR-SAME: type=bf16
// VECTOR-NOT: map operation
// VECTOR: reduce operation=sum
// VECTOR-SAME: dst_type=fp16
// VECTOR-SAME: src_type=fp16
// VECTOR-NOT: map operation
// VECTOR: reduce operation=argmax
// VECTOR-SAME: dst_type=i32
// VECTOR-SAME: ignore_nan
func.func @vector(%x: tensor<1x4x4x8xbf16>, %y: tensor<4x8xf16>)
    -> (tensor<1x2x2x8xbf16>, tensor<1x8xf16>, tensor<4xi32>) {
  %0 = nn.pool avg %x kernel = [2, 2] stride = [2, 2] padding = [0, 0, 0, 0] acc = f32
    epilogue [#nn.cast<f32 -> bf16>] : (tensor<1x4x4x8xbf16>) -> tensor<1x2x2x8xbf16>
  %1 = nn.reduce sum %y axis = 0 epilogue [#nn.cast<f32 -> f16>] : (tensor<4x8xf16>) -> tensor<1x8xf16>
  %2 = nn.reduce argmax %y axis = 1 ignore_nan : (tensor<4x8xf16>) -> tensor<4xi32>
  return %0, %1, %2 : tensor<1x2x2x8xbf16>, tensor<1x8xf16>, tensor<4xi32>
}

// An average in another type than the input's is one of fp32.
// WIDENS: map operation=copy
// WIDENS-SAME: dst_type=fp32
// WIDENS-SAME: a_type=bf16
// WIDENS: pool operation=average
// WIDENS-SAME: type=fp32
func.func @widens(%x: tensor<1x4x4x8xbf16>) -> tensor<1x2x2x8xf32> {
  %0 = nn.pool avg %x kernel = [2, 2] stride = [2, 2] padding = [0, 0, 0, 0] acc = f32
    : (tensor<1x4x4x8xbf16>) -> tensor<1x2x2x8xf32>
  return %0 : tensor<1x2x2x8xf32>
}
