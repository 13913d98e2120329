// TOSA text that breaks TOSA's rules: an error at the operation, whoever finds it.
// RUN: lacuna-opt %s --lacuna-tosa-to-nn --split-input-file --verify-diagnostics

// Multiplier, shift and zero points go into instructions, so they must be known.
func.func @main(%a: tensor<4xi32>, %m: tensor<1xi32>, %s: tensor<1xi8>, %z32: tensor<1xi32>, %z8: tensor<1xi8>) -> tensor<4xi8> {
  // expected-error @below {{expected compile time resolvable constant, but got variable value for operand #1}}
  %0 = tosa.rescale %a, %m, %s, %z32, %z8 {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<4xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @main(%a: tensor<4xi32>) -> tensor<4xi8> {
  %m = "tosa.const"() <{values = dense<1> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<63> : tensor<1xi8>}> : () -> tensor<1xi8>
  %z32 = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %z8 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{shift 63 is outside 2 ... 62}}
  %0 = tosa.rescale %a, %m, %s, %z32, %z8 {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<4xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

// One multiplier a channel.
func.func @main(%a: tensor<2x4xi32>) -> tensor<2x4xi8> {
  %m = "tosa.const"() <{values = dense<1> : tensor<3xi32>}> : () -> tensor<3xi32>
  %s = "tosa.const"() <{values = dense<3> : tensor<3xi8>}> : () -> tensor<3xi8>
  %z32 = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %z8 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{expect shape of { 4 } for multiplier input, got { 3 }}}
  %0 = tosa.rescale %a, %m, %s, %z32, %z8 {input_unsigned = false, output_unsigned = false, per_channel = true, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<2x4xi32>, tensor<3xi32>, tensor<3xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<2x4xi8>
  return %0 : tensor<2x4xi8>
}

// -----

// Only 8-bit tensors have zero points.
func.func @main(%a: tensor<4xi32>) -> tensor<4xi8> {
  %m = "tosa.const"() <{values = dense<-1> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<6> : tensor<1xi8>}> : () -> tensor<1xi8>
  %z32 = "tosa.const"() <{values = dense<3> : tensor<1xi32>}> : () -> tensor<1xi32>
  %z8 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{expect input_zp of 0, got 3}}
  %0 = tosa.rescale %a, %m, %s, %z32, %z8 {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<4xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

// A table, too.
func.func @main(%a: tensor<4xi8>, %t: tensor<256xi8>) -> tensor<4xi8> {
  // expected-error @below {{expected compile time resolvable constant, but got variable value for operand #1}}
  %0 = tosa.table %a, %t : (tensor<4xi8>, tensor<256xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  %t = "tosa.const"() <{values = dense<6> : tensor<255xi8>}> : () -> tensor<255xi8>
  // expected-error @below {{requires table size of 256, got 255}}
  %0 = tosa.table %x, %t : (tensor<4xi8>, tensor<255xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @main(%x: tensor<1x4x4x1xi8>, %z: tensor<1xi8>) -> tensor<1x2x2x1xi8> {
  // expected-error @below {{expected compile time resolvable constant, but got variable value for operand #1}}
  %0 = tosa.avg_pool2d %x, %z, %z {acc_type = i32, kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>}
    : (tensor<1x4x4x1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x2x1xi8>
  return %0 : tensor<1x2x2x1xi8>
}

// -----

func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @below {{expected min_val <= max_val, got min_val=5}}
  %0 = tosa.clamp %x {min_val = 5 : i8, max_val = 2 : i8} : (tensor<4xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

// Constants whose payload is short or missing.
func.func @main(%x: tensor<4xi8>) -> tensor<3xi16> {
  // expected-error @below {{has data in a resource that is missing or does not hold 'tensor<3xi16>'}}
  %1 = "tosa.const"() <{values = dense_resource<blob> : tensor<3xi16>}> : () -> tensor<3xi16>
  return %1 : tensor<3xi16>
}
{-# dialect_resources: { builtin: { blob: "0x020000000201" } } #-}

// -----

func.func @main(%x: tensor<4xi8>) -> tensor<3xi16> {
  // expected-error @below {{has data in a resource that is missing or does not hold 'tensor<3xi16>'}}
  %1 = "tosa.const"() <{values = dense_resource<nowhere> : tensor<3xi16>}> : () -> tensor<3xi16>
  return %1 : tensor<3xi16>
}

// -----

func.func @main(%x: tensor<4xi8>, %m: tensor<1xi8>) -> tensor<6xi8> {
  %padding = tosa.const_shape {values = dense<[1, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  // expected-error @below {{expected compile time resolvable constant, but got variable value for operand #2}}
  %1 = tosa.pad %x, %padding, %m : (tensor<4xi8>, !tosa.shape<2>, tensor<1xi8>) -> tensor<6xi8>
  return %1 : tensor<6xi8>
}

// -----

// Unknown operations.
func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @below {{unregistered dialect}}
  %1 = "foo.bar"(%x) : (tensor<4xi8>) -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// -----

func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @below {{unregistered operation 'tosa.nonsense'}}
  %1 = "tosa.nonsense"(%x) : (tensor<4xi8>) -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// -----

func.func @main(%x: tensor<1x8x8x1xi8>, %w: tensor<1x1x1x1xi8>, %b: tensor<1xi32>) -> tensor<1x1x8x1xi32> {
  %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{to be wholly divisible by stride_y}}
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 9000, 1>}
    : (tensor<1x8x8x1xi8>, tensor<1x1x1x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x8x1xi32>
  return %0 : tensor<1x1x8x1xi32>
}

// -----

// The shape of a reshape, the end of a slice, an axis: upstream's verifiers.
func.func @main(%x: tensor<4x3xi8>) -> tensor<5x3xi8> {
  %s = tosa.const_shape {values = dense<[5, 3]> : tensor<2xindex>} : () -> !tosa.shape<2>
  // expected-error @below {{cannot reshape 12 elements into 15}}
  %0 = tosa.reshape %x, %s : (tensor<4x3xi8>, !tosa.shape<2>) -> tensor<5x3xi8>
  return %0 : tensor<5x3xi8>
}

// -----

func.func @main(%x: tensor<4x3xi8>) -> tensor<1x3xi8> {
  // expected-error @below {{expect input tensor rank (2) to be larger than reduce axis (7)}}
  %0 = tosa.reduce_max %x {axis = 7 : i32} : (tensor<4x3xi8>) -> tensor<1x3xi8>
  return %0 : tensor<1x3xi8>
}

// -----

func.func @main(%x: tensor<4x3xi8>) -> tensor<4x3xi8> {
  // expected-error @below {{elements hex data size is invalid for provided type: 'tensor<4x3xi8>'}}
  %0 = "tosa.const"() <{values = dense<"0x0102"> : tensor<4x3xi8>}> : () -> tensor<4x3xi8>
  return %0 : tensor<4x3xi8>
}

// -----

// TOSA's limits of extents hold through our own verifiers.
func.func @main(%x: tensor<1x9001x1x1xi8>) -> tensor<1x2x1x1xi8> {
  // expected-error @below {{stride has the entry 9000, outside 1 ... 8192}}
  %0 = tosa.max_pool2d %x {kernel = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 9000, 1>}
    : (tensor<1x9001x1x1xi8>) -> tensor<1x2x1x1xi8>
  return %0 : tensor<1x2x1x1xi8>
}
