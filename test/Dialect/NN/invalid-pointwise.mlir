// Elementwise layers and reductions that are refused.
// RUN: lacuna-opt %s --split-input-file --verify-diagnostics

func.func @arity(%a: tensor<4xi32>) {
  // expected-error @below {{add takes 2 inputs, not 1}}
  %0 = nn.elementwise add %a : (tensor<4xi32>) -> tensor<4xi32>
  return
}

// -----

func.func @types(%a: tensor<4xi8>) {
  // expected-error @below {{add of 'i8' giving 'i8' is not defined}}
  %0 = nn.elementwise add %a, %a : (tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8>
  return
}

// -----

func.func @mixed(%a: tensor<4xi8>, %b: tensor<4xi32>) {
  // expected-error @below {{inputs have element types 'i8' and 'i32'}}
  %0 = nn.elementwise max %a, %b : (tensor<4xi8>, tensor<4xi32>) -> tensor<4xi8>
  return
}

// -----

func.func @rank(%a: tensor<4xi32>, %b: tensor<1x4xi32>) {
  // expected-error @below {{inputs have ranks 1 and 2; one rank is needed}}
  %0 = nn.elementwise add %a, %b : (tensor<4xi32>, tensor<1x4xi32>) -> tensor<1x4xi32>
  return
}

// -----

func.func @broadcast(%a: tensor<4xi32>, %b: tensor<3xi32>) {
  // expected-error @below {{cannot broadcast dimensions 4 and 3}}
  %0 = nn.elementwise add %a, %b : (tensor<4xi32>, tensor<3xi32>) -> tensor<4xi32>
  return
}

// -----

func.func @shape(%a: tensor<4x1xi32>, %b: tensor<1x3xi32>) {
  // expected-error @below {{result has shape [4, 1] where [4, 3] is needed}}
  %0 = nn.elementwise add %a, %b : (tensor<4x1xi32>, tensor<1x3xi32>) -> tensor<4x1xi32>
  return
}

// -----

func.func @condition(%c: tensor<4xi8>, %a: tensor<4xi32>) {
  // expected-error @below {{condition must be i1, not 'i8'}}
  %0 = nn.elementwise select %c, %a, %a : (tensor<4xi8>, tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  return
}

// -----

func.func @shift(%a: tensor<4xi32>) {
  // expected-error @below {{shift 64 is outside 0 ... 63 for mul of 'i32'}}
  %0 = nn.elementwise mul %a, %a shift = 64 : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  return
}

// -----

func.func @shift_i8(%a: tensor<4xi8>) {
  // expected-error @below {{shift 3 is outside 0 ... 0 for mul of 'i8'}}
  %0 = nn.elementwise mul %a, %a shift = 3 : (tensor<4xi8>, tensor<4xi8>) -> tensor<4xi32>
  return
}

// -----

func.func @round(%a: tensor<4xi32>) {
  // expected-error @below {{only arithmetic_right_shift rounds}}
  %0 = nn.elementwise add %a, %a round : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  return
}

// -----

func.func @zero_points(%a: tensor<4xi32>) {
  // expected-error @below {{only negate has zero points}}
  %0 = nn.elementwise abs %a input_zp = 1 : (tensor<4xi32>) -> tensor<4xi32>
  return
}

// -----

func.func @negate(%a: tensor<4xi16>) {
  // expected-error @below {{output_zp must be 0 for elements of type 'i16', not 1}}
  %0 = nn.elementwise negate %a output_zp = 1 : (tensor<4xi16>) -> tensor<4xi16>
  return
}

// -----

func.func @prologue_count(%a: tensor<4xi32>) {
  // expected-error @below {{has a prologue for 1 inputs but takes 2}}
  %0 = nn.elementwise add %a, %a prologue [[]] : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  return
}

// -----

func.func @prologue_type(%a: tensor<4xi32>) {
  // expected-error @below {{prologue of input 1 takes 'i8' but is given 'i32'}}
  %0 = nn.elementwise add %a, %a prologue [[],
         [#nn.rescale<i8 -> i32, multiplier = [1], shift = [2], zp = 0 -> 0, rounding = single>]]
    : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  return
}

// -----

func.func @prologue_channels(%a: tensor<2xi8>, %b: tensor<2xi32>) {
  // expected-error @below {{prologue of input 0 must have one multiplier}}
  %0 = nn.elementwise add %a, %b prologue [
         [#nn.rescale<i8 -> i32, multiplier = [1, 2], shift = [2, 3], zp = 0 -> 0, rounding = single>], []]
    : (tensor<2xi8>, tensor<2xi32>) -> tensor<2xi32>
  return
}

// -----

func.func @axis(%a: tensor<4x3xi32>) {
  // expected-error @below {{axis 2 is out of range for rank 2}}
  %0 = nn.reduce sum %a axis = 2 : (tensor<4x3xi32>) -> tensor<4x1xi32>
  return
}

// -----

func.func @negative_axis(%a: tensor<4x3xi32>) {
  // expected-error @below {{axis -1 is out of range for rank 2}}
  %0 = nn.reduce sum %a axis = -1 : (tensor<4x3xi32>) -> tensor<4x1xi32>
  return
}

// -----

func.func @reduce_shape(%a: tensor<4x3xi32>) {
  // expected-error @below {{result has shape [4] where [4, 1] is needed}}
  %0 = nn.reduce sum %a axis = 1 : (tensor<4x3xi32>) -> tensor<4xi32>
  return
}

// -----

func.func @reduce_type(%a: tensor<4x3xi8>) {
  // expected-error @below {{sum of 'i8' giving 'i8' is not defined}}
  %0 = nn.reduce sum %a axis = 1 : (tensor<4x3xi8>) -> tensor<4x1xi8>
  return
}
