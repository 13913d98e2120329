// Schedules as text: every form is printed as it is read, and what is none is refused.
// RUN: split-file %s %t
// RUN: lacuna-opt %t/forms.mlir --allow-unregistered-dialect | lacuna-opt - --allow-unregistered-dialect | FileCheck %s
// RUN: lacuna-opt %t/wrong.mlir --allow-unregistered-dialect --split-input-file --verify-diagnostics
// RUN: lacuna-opt %t/illegal.mlir --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(func.func(nn-schedule{machine=nano}),convert-nn-to-tile{machine=nano})'

// CHECK: t.a = #nn.schedule<[outer 0, output 2 by 8, reduction channels by 4] {{\[\[}}level 1 slots 2 rolling 0, level 0 slots 1]]>
// CHECK-SAME: t.b = #nn.schedule<[] {{\[\[}}level 0 slots 1]] weights nm 2 of 4 by 16>
// CHECK-SAME: t.c = #nn.schedule<[] [] weights entropy by 8>
// CHECK-SAME: t.d = #nn.schedule<[] {{\[\[}}resident, level 0 slots 1], [resident]]>

//--- forms.mlir
module attributes {
  t.a = #nn.schedule<[outer 0, output 2 by 8, reduction channels by 4] [[level 1 slots 2 rolling 0, level 0 slots 1]]>,
  t.b = #nn.schedule<[] [[level 0 slots 1]] weights nm 2 of 4 by 16>,
  t.c = #nn.schedule<[] [] weights entropy by 8>,
  t.d = #nn.schedule<[] [[resident, level 0 slots 1], [resident]]>} {}
//--- wrong.mlir
// expected-error @below {{expected 'outer', 'output' or 'reduction', not 'sideways'}}
module attributes {t.a = #nn.schedule<[sideways 1] []>} {}

// -----

// expected-error @below {{'gzip' is no encoding: nm, bitmap, zero_run, entropy, palette}}
module attributes {t.a = #nn.schedule<[] [] weights gzip by 2>} {}

// -----

// expected-error @below {{a unit has at least one channel}}
module attributes {t.a = #nn.schedule<[] [] weights bitmap by 0>} {}
//--- illegal.mlir
func.func @main(%x: tensor<1x5x4x8xi8>) -> tensor<1x3x2x4xi32> {
  %w = nn.constant dense<1> : tensor<4x3x3x8xi8>
  // expected-error @below {{has an outer loop that the layer lacks}}
  %y = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32 {nn.schedule = [#nn.schedule<[outer 99] [[level 0 slots 1, level 0 slots 1, level 0 slots 1], [level 0 slots 1, level 0 slots 1]]>]}
      : (tensor<1x5x4x8xi8>, tensor<4x3x3x8xi8>) -> tensor<1x3x2x4xi32>
  return %y : tensor<1x3x2x4xi32>
}

// -----

func.func @main(%x: tensor<1x5x4x8xi8>) -> tensor<1x3x2x4xi32> {
  %w = nn.constant dense<1> : tensor<4x3x3x8xi8>
  // expected-error @below {{tiles output coordinate 99 of 3}}
  %y = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32 {nn.schedule = [#nn.schedule<[output 99 by 2] [[level 0 slots 1, level 0 slots 1, level 0 slots 1], [level 0 slots 1, level 0 slots 1]]>]}
      : (tensor<1x5x4x8xi8>, tensor<4x3x3x8xi8>) -> tensor<1x3x2x4xi32>
  return %y : tensor<1x3x2x4xi32>
}

// -----

func.func @main(%x: tensor<1x5x4x8xi8>) -> tensor<1x3x2x4xi32> {
  %w = nn.constant dense<1> : tensor<4x3x3x8xi8>
  // expected-error @below {{a tile of 0 does not cut an extent of 3}}
  %y = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32 {nn.schedule = [#nn.schedule<[output 0 by 0] [[level 0 slots 1, level 0 slots 1, level 0 slots 1], [level 0 slots 1, level 0 slots 1]]>]}
      : (tensor<1x5x4x8xi8>, tensor<4x3x3x8xi8>) -> tensor<1x3x2x4xi32>
  return %y : tensor<1x3x2x4xi32>
}

// -----

func.func @main(%x: tensor<1x5x4x8xi8>) -> tensor<1x3x2x4xi32> {
  %w = nn.constant dense<1> : tensor<4x3x3x8xi8>
  // expected-error @below {{a tile of 9223372036854775807 does not cut an extent of 3}}
  %y = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32 {nn.schedule = [#nn.schedule<[output 0 by 9223372036854775807] [[level 0 slots 1, level 0 slots 1, level 0 slots 1], [level 0 slots 1, level 0 slots 1]]>]}
      : (tensor<1x5x4x8xi8>, tensor<4x3x3x8xi8>) -> tensor<1x3x2x4xi32>
  return %y : tensor<1x3x2x4xi32>
}

// -----

func.func @main(%x: tensor<1x5x4x8xi8>) -> tensor<1x3x2x4xi32> {
  %w = nn.constant dense<1> : tensor<4x3x3x8xi8>
  // expected-error @below {{splits 'nonsense', which its first instruction lacks}}
  %y = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32 {nn.schedule = [#nn.schedule<[reduction nonsense by 2] [[level 0 slots 1, level 0 slots 1, level 0 slots 1], [level 0 slots 1, level 0 slots 1]]>]}
      : (tensor<1x5x4x8xi8>, tensor<4x3x3x8xi8>) -> tensor<1x3x2x4xi32>
  return %y : tensor<1x3x2x4xi32>
}

// -----

func.func @main(%x: tensor<1x5x4x8xi8>) -> tensor<1x3x2x4xi32> {
  %w = nn.constant dense<1> : tensor<4x3x3x8xi8>
  // expected-error @below {{a loop over outputs inside a reduction loop would need partial sums to leave the accumulators}}
  %y = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32 {nn.schedule = [#nn.schedule<[reduction channels by 2, output 0 by 2] [[level 0 slots 1, level 0 slots 1, level 0 slots 1], [level 0 slots 1, level 0 slots 1]]>]}
      : (tensor<1x5x4x8xi8>, tensor<4x3x3x8xi8>) -> tensor<1x3x2x4xi32>
  return %y : tensor<1x3x2x4xi32>
}

// -----

func.func @main(%x: tensor<1x5x4x8xi8>) -> tensor<1x3x2x4xi32> {
  %w = nn.constant dense<1> : tensor<4x3x3x8xi8>
  // expected-error @below {{places operands of 3 stages; there are 2}}
  %y = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32 {nn.schedule = [#nn.schedule<[output 0 by 2] [[level 0 slots 1, level 0 slots 1, level 0 slots 1], [level 1 slots 1, level 1 slots 1], [level 1 slots 1, level 1 slots 1]]>]}
      : (tensor<1x5x4x8xi8>, tensor<4x3x3x8xi8>) -> tensor<1x3x2x4xi32>
  return %y : tensor<1x3x2x4xi32>
}

// -----

func.func @main(%x: tensor<1x5x4x8xi8>) -> tensor<1x3x2x4xi32> {
  %w = nn.constant dense<1> : tensor<4x3x3x8xi8>
  // expected-error @below {{does not place every operand}}
  %y = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32 {nn.schedule = [#nn.schedule<[output 0 by 2] [[level 1 slots 2], [level 1 slots 1, level 1 slots 1]]>]}
      : (tensor<1x5x4x8xi8>, tensor<4x3x3x8xi8>) -> tensor<1x3x2x4xi32>
  return %y : tensor<1x3x2x4xi32>
}

// -----

func.func @main(%x: tensor<1x5x4x8xi8>) -> tensor<1x3x2x4xi32> {
  %w = nn.constant dense<1> : tensor<4x3x3x8xi8>
  // expected-error @below {{places 'src' at level 4294967295 of 1}}
  %y = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32 {nn.schedule = [#nn.schedule<[output 0 by 2] [[level 4294967295 slots 2, level 0 slots 1, level 1 slots 1], [level 1 slots 1, level 1 slots 1]]>]}
      : (tensor<1x5x4x8xi8>, tensor<4x3x3x8xi8>) -> tensor<1x3x2x4xi32>
  return %y : tensor<1x3x2x4xi32>
}

// -----

func.func @main(%x: tensor<1x5x4x8xi8>) -> tensor<1x3x2x4xi32> {
  %w = nn.constant dense<1> : tensor<4x3x3x8xi8>
  // expected-error @below {{places 'src' at level 1 of 1}}
  %y = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32 {nn.schedule = [#nn.schedule<[output 0 by 2] [[level 1 slots 0, level 0 slots 1, level 1 slots 1], [level 1 slots 1, level 1 slots 1]]>]}
      : (tensor<1x5x4x8xi8>, tensor<4x3x3x8xi8>) -> tensor<1x3x2x4xi32>
  return %y : tensor<1x3x2x4xi32>
}

// -----

func.func @main(%x: tensor<1x5x4x8xi8>) -> tensor<1x3x2x4xi32> {
  %w = nn.constant dense<1> : tensor<4x3x3x8xi8>
  // expected-error @below {{'src' has no loop to roll along}}
  %y = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32 {nn.schedule = [#nn.schedule<[output 0 by 2] [[level 1 slots 2 rolling 99, level 0 slots 1, level 1 slots 1], [level 1 slots 1, level 1 slots 1]]>]}
      : (tensor<1x5x4x8xi8>, tensor<4x3x3x8xi8>) -> tensor<1x3x2x4xi32>
  return %y : tensor<1x3x2x4xi32>
}

// -----

func.func @main(%x: tensor<1x5x4x8xi8>) -> tensor<1x3x2x4xi32> {
  %w = nn.constant dense<1> : tensor<4x3x3x8xi8>
  // expected-error @below {{bytes of scratchpad; the machine lacks}}
  %y = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32 {nn.schedule = [#nn.schedule<[output 0 by 2] [[level 1 slots 4294967295, level 0 slots 1, level 1 slots 1], [level 1 slots 1, level 1 slots 1]]>]}
      : (tensor<1x5x4x8xi8>, tensor<4x3x3x8xi8>) -> tensor<1x3x2x4xi32>
  return %y : tensor<1x3x2x4xi32>
}

// -----

func.func @main(%x: tensor<1x5x4x8xi8>) -> tensor<1x3x2x4xi32> {
  %w = nn.constant dense<1> : tensor<4x3x3x8xi8>
  // expected-error @below {{units of 3 channels do not divide tiles of 1}}
  %y = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32 {nn.schedule = [#nn.schedule<[output 2 by 1] [[level 1 slots 2, level 1 slots 1, level 1 slots 1], [level 1 slots 1, level 1 slots 1]] weights bitmap by 3>]}
      : (tensor<1x5x4x8xi8>, tensor<4x3x3x8xi8>) -> tensor<1x3x2x4xi32>
  return %y : tensor<1x3x2x4xi32>
}

// -----

func.func @main(%x: tensor<1x5x4x8xi8>) -> tensor<1x3x2x4xi32> {
  %w = nn.constant dense<1> : tensor<4x3x3x8xi8>
  // expected-error @below {{N:M groups have 2 to 256 elements, not 0}}
  %y = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32 {nn.schedule = [#nn.schedule<[] [[level 0 slots 1, level 0 slots 1, level 0 slots 1], [level 0 slots 1, level 0 slots 1]] weights nm 0 of 0 by 2>]}
      : (tensor<1x5x4x8xi8>, tensor<4x3x3x8xi8>) -> tensor<1x3x2x4xi32>
  return %y : tensor<1x3x2x4xi32>
}

// -----

func.func @main(%x: tensor<1x5x4x8xi8>) -> tensor<1x3x2x4xi32> {
  %w = nn.constant dense<1> : tensor<4x3x3x8xi8>
  // expected-error @below {{of an N:M group of 2 elements 1 to 1 can be non-zero, not 4}}
  %y = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32 {nn.schedule = [#nn.schedule<[] [[level 0 slots 1, level 0 slots 1, level 0 slots 1], [level 0 slots 1, level 0 slots 1]] weights nm 4 of 2 by 2>]}
      : (tensor<1x5x4x8xi8>, tensor<4x3x3x8xi8>) -> tensor<1x3x2x4xi32>
  return %y : tensor<1x3x2x4xi32>
}

// -----

// Only what lies between layers can stay on-chip.
func.func @main(%x: tensor<8xi8>) -> tensor<8xi8> {
  // expected-error @below {{'dst' can't stay on-chip: only a tensor between layers can, if all that make or read it say 'resident'}}
  %y = nn.elementwise identity %x epilogue [#nn.clamp<min = 0 : i8, max = 5 : i8>] {nn.schedule = [#nn.schedule<[] [[level 0 slots 1, resident]]>]}
      : (tensor<8xi8>) -> tensor<8xi8>
  return %y : tensor<8xi8>
}

// -----

// All that make or read it must agree.
func.func @main(%x: tensor<8xi8>) -> tensor<8xi8> {
  // expected-error @below {{'dst' can't stay on-chip}}
  %y = nn.elementwise identity %x epilogue [#nn.clamp<min = 0 : i8, max = 5 : i8>] {nn.schedule = [#nn.schedule<[] [[level 0 slots 1, resident]]>]}
      : (tensor<8xi8>) -> tensor<8xi8>
  %z = nn.elementwise identity %y epilogue [#nn.clamp<min = 1 : i8, max = 5 : i8>] {nn.schedule = [#nn.schedule<[] [[level 0 slots 1, level 0 slots 1]]>]}
      : (tensor<8xi8>) -> tensor<8xi8>
  return %z : tensor<8xi8>
}

// -----

// All that stay at a time must fit together.
func.func @main(%x: tensor<40000xi8>) -> tensor<40000xi8> {
  // expected-error @below {{'dst' can't stay on-chip}}
  %a = nn.elementwise bitwise_not %x {nn.schedule = [#nn.schedule<[output 0 by 1000] [[level 1 slots 1, resident]]>]}
      : (tensor<40000xi8>) -> tensor<40000xi8>
  // expected-error @below {{can't stay on-chip}}
  %b = nn.elementwise bitwise_not %a {nn.schedule = [#nn.schedule<[output 0 by 1000] [[resident, resident]]>]}
      : (tensor<40000xi8>) -> tensor<40000xi8>
  // expected-error @below {{can't stay on-chip}}
  %c = nn.elementwise max %a, %b {nn.schedule = [#nn.schedule<[output 0 by 1000] [[resident, resident, level 1 slots 1]]>]}
      : (tensor<40000xi8>, tensor<40000xi8>) -> tensor<40000xi8>
  return %c : tensor<40000xi8>
}
