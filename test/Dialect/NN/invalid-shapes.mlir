// What every layer's verifier refuses: shapes, epilogues, prologues, boundaries.
// RUN: lacuna-opt %s --split-input-file --verify-diagnostics

func.func @dynamic(%x: tensor<?x4xi32>) {
  // expected-error @below {{operand 0 has the dynamic type 'tensor<?x4xi32>'; every dimension must be known}}
  %0 = nn.elementwise abs %x : (tensor<?x4xi32>) -> tensor<?x4xi32>
  return
}

// -----

func.func @zero(%x: tensor<0x4xi32>) {
  // expected-error @below {{operand 0 of type 'tensor<0x4xi32>' has a dimension below 1}}
  %0 = nn.elementwise abs %x : (tensor<0x4xi32>) -> tensor<0x4xi32>
  return
}

// -----

// The product of the dimensions wraps to 0 in 64 bits.
func.func @overflow(%x: tensor<4294967296x4294967296xi32>) {
  // expected-error @below {{has more than 2^31 - 1 elements}}
  %0 = nn.elementwise abs %x : (tensor<4294967296x4294967296xi32>) -> tensor<4294967296x4294967296xi32>
  return
}

// -----

func.func @unranked(%x: tensor<*xi32>) {
  // expected-error @below {{must be variadic of ranked tensor of}}
  %0 = nn.elementwise abs %x : (tensor<*xi32>) -> tensor<4xi32>
  return
}

// -----

func.func @double(%x: tensor<4xf64>) {
  // expected-error @below {{must be variadic of ranked tensor of}}
  %0 = nn.elementwise identity %x : (tensor<4xf64>) -> tensor<4xf64>
  return
}

// -----

func.func @stage_input(%x: tensor<4xi32>) {
  // expected-error @below {{epilogue stage 1 takes 'i16' but is given 'i8'}}
  %0 = nn.elementwise abs %x epilogue [
         #nn.rescale<i32 -> i8, multiplier = [1], shift = [2], zp = 0 -> 0, rounding = single>,
         #nn.clamp<min = 0 : i16, max = 1 : i16>]
    : (tensor<4xi32>) -> tensor<4xi16>
  return
}

// -----

func.func @stage_output(%x: tensor<4xi32>) {
  // expected-error @below {{epilogue gives 'i8' but the result has elements of 'i16'}}
  %0 = nn.elementwise abs %x epilogue [
         #nn.rescale<i32 -> i8, multiplier = [1], shift = [2], zp = 0 -> 0, rounding = single>]
    : (tensor<4xi32>) -> tensor<4xi16>
  return
}

// -----

func.func @channels(%x: tensor<2x3xi32>) {
  // expected-error @below {{epilogue stage 0 has 2 channels but the result's last axis has 3}}
  %0 = nn.elementwise abs %x epilogue [
         #nn.rescale<i32 -> i8, multiplier = [1, 2], shift = [2, 3], zp = 0 -> 0, rounding = single>]
    : (tensor<2x3xi32>) -> tensor<2x3xi8>
  return
}

// -----

func.func @not_a_stage(%x: tensor<4xi32>) {
  // expected-error @below {{attribute 'epilogue' failed to satisfy constraint: list of epilogue stages}}
  %0 = nn.elementwise abs %x epilogue [1 : i32] : (tensor<4xi32>) -> tensor<4xi32>
  return
}

// -----

// expected-error @below {{"nn.unsigned" applies to tensors of i8 and i16, not to 'tensor<4xi32>'}}
func.func @unsigned(%x: tensor<4xi32> {nn.unsigned}) {
  return
}

// -----

// expected-error @below {{unknown attribute "nn.signed"}}
func.func @unknown_attribute() -> (tensor<4xi8> {nn.signed}) {
  %0 = nn.constant dense<0> : tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @misplaced(%x: tensor<4xi32>) {
  // expected-error @below {{attribute "nn.unsigned" belongs on a function's argument or result}}
  %0 = nn.elementwise abs %x {nn.unsigned} : (tensor<4xi32>) -> tensor<4xi32>
  return
}
